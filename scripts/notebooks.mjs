// Runs the notebooks without a browser, from a clean checkout, in the kernel of notebooks/package-lock.json. The results go to out/notebooks, or with
// --save into the notebooks themselves; names as arguments run some of them. Needs Jupyter: on Debian
// apt-get install jupyter-nbconvert jupyter-client python3-nbclient python3-ipykernel.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './ready.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'notebooks');
const out = join(root, 'out', 'notebooks');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const isSaved = process.argv.includes('--save');

if (run('jupyter', ['nbconvert', '--version'], { stdio: 'ignore' }) !== 0) {
  console.error(
    'no jupyter nbconvert here: apt-get install jupyter-nbconvert jupyter-client python3-nbclient python3-ipykernel',
  );
  process.exit(1);
}
const kernel = join(folder, 'node_modules', 'tslab', 'bin', 'tslab');
if (!existsSync(kernel) && run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder }) !== 0)
  process.exit(1);
// Notebooks import the package by its name, as users do.
const own = join(folder, 'node_modules', 'spillway');
if (!existsSync(own)) symlinkSync(root, own, 'junction');

const data = join(out, 'jupyter');
mkdirSync(join(data, 'kernels', 'tslab'), { recursive: true });
writeFileSync(
  join(data, 'kernels', 'tslab', 'kernel.json'),
  JSON.stringify({
    argv: [process.execPath, kernel, 'kernel', '--config-path={connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
  }),
);

const TRANSFORMERS = '@huggingface/transformers';
/** What some notebooks need beyond the packages of the lockfiles; they are left out without it. */
const NEEDS = {
  'transformers.ipynb': [
    ['MINILM', existsSync(process.env.MINILM ?? '')],
    [TRANSFORMERS, isHere(TRANSFORMERS)],
  ],
};

const failed = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.ipynb'))) {
  if (named.length > 0 && !named.includes(basename(file, '.ipynb'))) continue;
  const missing = (NEEDS[file] ?? []).filter(([, isThere]) => !isThere).map(([name]) => name);
  if (missing.length > 0) {
    console.log(`left out ${file}: without ${missing.join(' and ')}`);
    continue;
  }
  const started = Date.now();
  const status = run(
    'jupyter',
    [
      'nbconvert',
      '--to',
      'notebook',
      '--execute',
      '--ExecutePreprocessor.timeout=600',
      '--log-level=ERROR',
      '--output-dir',
      out,
      file,
    ],
    { cwd: folder, env: { ...process.env, JUPYTER_DATA_DIR: data, NO_COLOR: '1' } },
  );
  if (status === 0) {
    const done = tidied(JSON.parse(readFileSync(join(out, file), 'utf8')));
    writeFileSync(join(isSaved ? folder : out, file), done);
  } else failed.push(file);
  console.log(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${file} ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
}
rmSync(data, { recursive: true });
process.exitCode = failed.length > 0 ? 1 : 0;

/** Whether a package is found, beside the notebooks or on NODE_PATH. */
function isHere(name) {
  try {
    createRequire(join(folder, 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Removes volatile metadata: execution times, and the version of Node. */
function tidied(notebook) {
  for (const cell of notebook.cells) {
    delete cell.metadata.execution;
    if (cell.cell_type === 'code') cell.execution_count = null;
    // Backends greet on stderr.
    if (cell.outputs) cell.outputs = cell.outputs.filter(({ name }) => name !== 'stderr');
  }
  notebook.metadata.language_info = {
    file_extension: '.ts',
    mimetype: 'text/typescript',
    name: 'typescript',
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options }).status;
}
