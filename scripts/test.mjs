// Runs AVA. A wing or a hall stands for its tests: `npm test -- detect` runs test/detect. With --long
// laws run at length (test/support/atLength.ts): those of the paths, or the files of all laws.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testsWith } from './tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const asTests = (argument) =>
  /^[a-z]/.test(argument) && existsSync(join(root, 'test', argument)) ? `test/${argument}` : argument;
const ava = join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs');
const isLong = process.argv[2] === '--long';
const given = process.argv.slice(isLong ? 3 : 2).map(asTests);
const isEverything = given.every((argument) => argument.startsWith('-'));
const laws = isLong && isEverything ? testsWith('/atLength.js') : [];
const { status } = spawnSync(process.execPath, [ava, ...given, ...laws], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(isLong && { TEST_AT_LENGTH: '1' }) },
});
process.exitCode = status ?? 1;
