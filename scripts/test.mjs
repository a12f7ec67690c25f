// Runs AVA. A wing stands for its tests and those of what is built on it: `npm test -- topk` runs test/topk,
// test/serve and test/cli. Another folder stands for its own: `npm test -- test/topk`, `npm test -- lib/stats`. With --long
// laws run at length (test/support/atLength.ts): those of the paths, or the files of all laws.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testsWith } from './tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** From the top down, as in scripts/house/arrows.ts. */
const WINGS = ['cli', 'batch', 'llm', 'serve', 'topk', 'detect', 'cascades', 'exchange'];
const testsOf = (argument) =>
  WINGS.includes(argument)
    ? builtOn(argument).map((wing) => `test/${wing}`)
    : [/^[a-z]/.test(argument) && existsSync(join(root, 'test', argument)) ? `test/${argument}` : argument];
const ava = join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs');
const isLong = process.argv[2] === '--long';
const given = process.argv.slice(isLong ? 3 : 2).flatMap(testsOf);
const isEverything = given.every((argument) => argument.startsWith('-'));
const laws = isLong && isEverything ? testsWith('/atLength.js') : [];
const { status } = spawnSync(process.execPath, [ava, ...given, ...laws], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(isLong && { TEST_AT_LENGTH: '1' }) },
});
process.exitCode = status ?? 1;

/** A wing, and those that import it, or import what does: the root and the entries of the package, too. */
function builtOn(wing) {
  const found = [wing];
  for (const below of found)
    for (const other of [...WINGS, 'entries', 'index.ts'])
      if (!found.includes(other) && imports(other, below)) found.push(other);
  return found.filter((each) => WINGS.includes(each));
}

function imports(wing, other) {
  const paths = wing.endsWith('.ts')
    ? [wing]
    : readdirSync(join(root, wing), { recursive: true }).map((path) => join(wing, path));
  return paths
    .filter((path) => path.endsWith('.ts'))
    .some((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/ from '(\.[^']+)\.js'/g)].some(([, name]) =>
        `${join(dirname(path), name)}.ts`.startsWith(other.endsWith('.ts') ? other : `${other}/`),
      ),
    );
}
