import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../../../bench/scale/command.js';
import { folderFor } from '../../support/files.js';

const node = (program: string) => [process.execPath, '-e', program];
/** A process that starts another one, waits for it, and does nothing itself. */
const parentOf = (program: string) =>
  node(`require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(program)}])`);

test('a command reads its input and writes its output, in files or into what is returned', async (t) => {
  const folder = await folderFor(t);
  const [input, output] = [join(folder, 'in'), join(folder, 'out')];
  await writeFile(input, 'rows');
  const copy = node('process.stdin.pipe(process.stdout)');
  t.is((await runCommand(copy, { input })).stdout, 'rows');
  t.is((await runCommand(copy, { input, output })).stdout, '');
  t.is(await readFile(output, 'utf8'), 'rows');
});

test('a command that fails says what it said', async (t) => {
  await t.throwsAsync(runCommand(node('console.error("no rows"); process.exitCode = 3')), {
    message: /ended with 3:\nno rows/,
  });
});

test('processor time and memory are those of all processes that it started', async (t) => {
  const burn = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);';
  const fill = 'const all = Buffer.alloc(2 ** 28, 1); setTimeout(() => all.length, 200);';
  const { cpuSeconds, peakMB } = await runCommand(parentOf(`${burn}${fill}`));
  t.true(cpuSeconds > 0.3);
  if (process.platform === 'linux') t.true(peakMB > 2 ** 8 + 40);
});
