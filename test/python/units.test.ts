import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { sklearnTest } from '../support/sklearn.js';

/** The Python package's own checks, with the newest scikit-learn and the oldest. */

const folder = fileURLToPath(new URL('.', import.meta.url));
const packages = fileURLToPath(new URL('../../python', import.meta.url));

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`the Python package with the scikit-learn of ${variable}`, async (t) => {
    const { stderr } = await promisify(execFile)(
      process.env[variable] ?? '',
      ['-W', 'ignore', '-m', 'unittest', 'discover', '-s', folder],
      { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: [packages, folder].join(delimiter) } },
    );
    t.regex(stderr, /^Ran \d\d+ tests/m);
    t.regex(stderr, /^OK$/m);
  });
}

test('the Python package is of the version of the npm package', async (t) => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const project = await readFile(new URL('pyproject.toml', `file://${packages}/`), 'utf8');
  t.true(project.includes(`version = "${version}"`));
  t.true((await readdir(packages)).includes('README.md'));
});
