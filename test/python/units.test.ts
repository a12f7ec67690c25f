import { readFile } from 'node:fs/promises';
import test from 'ava';
import { runSklearn, sklearnTest } from '../support/sklearn.js';

/** The Python package's own checks, with the newest scikit-learn and the oldest. */

for (const variable of ['SKLEARN_NEW', 'SKLEARN_OLD'] as const) {
  sklearnTest(variable)(`the Python package with the scikit-learn of ${variable}`, async (t) => {
    const said = await runSklearn(
      variable,
      '-W',
      'ignore',
      '-m',
      'unittest',
      'discover',
      '-s',
      'test/python',
    );
    t.regex(said, /^Ran \d\d+ tests/m);
    t.regex(said, /^OK( .*)?$/m);
  });
}

test('the Python package is of the version of the npm package', async (t) => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const project = await readFile(new URL('../../python/pyproject.toml', import.meta.url), 'utf8');
  t.true(project.includes(`version = "${version}"`));
});
