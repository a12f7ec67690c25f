// The property tests with other examples than `npm test` has: npm run fuzz -- [--runs N] [--seed S]
// [PATHS]. --runs is the number of examples for each property (its own number by default), --seed
// the seed that they are drawn with (random by default). PATHS are files and folders of tests. Exit
// codes: ava's, 2 for invalid arguments.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { testsWith } from './tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { runs, seed, paths } = argumentsOf();
const tests = testsWith("from 'fast-check'").filter((test) =>
  paths.some((path) => test === path || test.startsWith(`${path}/`)),
);
if (tests.length === 0) refuse(`no test with properties is in ${paths.join(', ')}`);

const again = ['npm run fuzz --', ...(runs === undefined ? [] : ['--runs', runs]), '--seed', seed].join(' ');
console.log(`${tests.length} files of properties; these examples again: ${again}`);
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/ava/entrypoints/cli.mjs'), '--timeout=60m', ...tests],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_SEED: seed, ...(runs !== undefined && { FUZZ_RUNS: runs }) },
  },
);
if (status !== 0) console.log(`\nfailed with seed ${seed}; for the same examples: ${again} FILE`);
process.exitCode = status ?? 1;

function argumentsOf() {
  try {
    const { values, positionals } = parseArgs({
      options: { runs: { type: 'string' }, seed: { type: 'string' } },
      allowPositionals: true,
    });
    const seed = values.seed ?? String(randomInt(2 ** 31));
    if (!/^-?\d{1,10}$/.test(seed)) refuse(`--seed: expected a whole number, got '${seed}'`);
    if (values.runs !== undefined && !/^[1-9]\d{0,8}$/.test(values.runs))
      refuse(`--runs: expected a whole number of 1 or more, got '${values.runs}'`);
    const paths = positionals.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
    return { runs: values.runs, seed, paths: paths.length === 0 ? ['test'] : paths };
  } catch (error) {
    return refuse(error.message);
  }
}

function refuse(why) {
  console.error(why);
  process.exit(2);
}
