// Runs AVA. A wing or a hall stands for its tests: `npm test -- detect` runs test/detect.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const asTests = (argument) =>
  /^[a-z]/.test(argument) && existsSync(join(root, 'test', argument)) ? `test/${argument}` : argument;
const ava = join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs');
const { status } = spawnSync(process.execPath, [ava, ...process.argv.slice(2).map(asTests)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
