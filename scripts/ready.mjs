// Makes a checkout runnable: installs the packages of the lockfile and builds changed sources, or
// does nothing. All output goes to stderr, so that commands which print data keep stdout to
// themselves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'dist', 'index.js');
const sources = [
  'index.ts',
  'entries',
  'lib',
  'cascades',
  'topk',
  'detect',
  'llm',
  'exchange',
  'datasets',
  'cli',
  'serve',
  'batch',
  'scripts/kernels.mjs',
  'scripts/build.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];

if (!installed()) run('npm', ['ci', '--no-audit', '--no-fund']);
if (newest(sources.map((name) => join(root, name))) > modified(built) || !kernelsBuilt())
  run('npm', ['run', '--silent', 'build']);

/** Whether node_modules holds every required package at the version that the lockfile names. */
function installed() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || have[path]?.version === entry.version,
  );
}

/** Whether each kernel has the module that is made of it. */
function kernelsBuilt() {
  return ['lib', 'detect'].every((wing) =>
    readdirSync(join(root, wing), { recursive: true })
      .filter((name) => name.endsWith('.wat'))
      .every((name) => existsSync(join(root, wing, name.replace(/wat$/, 'wasm.ts')))),
  );
}

function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      if (!existsSync(path)) return 0;
      if (!statSync(path).isDirectory()) return modified(path);
      return newest([...readdirSync(path).map((name) => join(path, name)), '']);
    }),
  );
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
