import { spawn } from 'node:child_process';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { JournalError } from '../../../../lib/errors.js';
import { processSpace } from '../../../../lib/util/processSpace.js';
import { lockPath } from '../../../../llm/models/journal/lock.js';
import { folderFor } from '../../../support/files.js';
import { modulesUrl } from '../../../support/modulesUrl.js';

const contender = await modulesUrl(new URL('contender.ts', import.meta.url));
/** No process has it: numbers end before. */
const NOBODY = 2 ** 30;

const holder = (own: object) =>
  JSON.stringify({ token: 't', pid: process.pid, whose: processSpace(), began: null, since: 'now', ...own });

test('many processes that lock, and die at it, are never inside together', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'answers.journal');
  const program = join(folder, 'contender.mjs');
  const [, code = ''] = contender.split('base64,');
  await writeFile(program, Buffer.from(code, 'base64'));
  const ended = (dies: number) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [program, path, '12', String(dies)], { stdio: 'inherit' });
      child.once('close', resolve);
    });
  // Two die at their first, three later, one never.
  await Promise.all([1, 1, 3, 5, 8, 0].map(ended));
  const said = (await readFile(`${path}.log`, 'utf8')).trim().split('\n');
  t.deepEqual(
    said.filter((each) => each !== 'held'),
    [],
  );
  t.is(said.length, 1 + 1 + 3 + 5 + 8 + 12);
  // Whoever died left its lock, and nothing else that would keep others out.
  await (await lockPath(path)).release();
  const left = (await readdir(folder)).filter((name) => name.endsWith('.lock'));
  t.deepEqual(left, []);
});

test('a lock that is held is refused, by whom it is said', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const lock = await lockPath(path);
  const own = await t.throwsAsync(lockPath(path), { instanceOf: JournalError });
  t.is(own?.reason, 'locked');
  t.regex(
    own?.message ?? '',
    /another thread of this process, or one that ended in the last minute, uses it/,
  );
  await lock.release();
  await writeFile(`${path}.lock`, holder({ pid: 1 }));
  await t.throwsAsync(lockPath(path), { message: /process 1, since now, uses it/ });
  await writeFile(`${path}.lock`, '{');
  await t.throwsAsync(lockPath(path), { message: /another process uses it.*Delete/ });
});

test('the lock of one that has ended is taken over', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const gone = [
    holder({ pid: NOBODY }),
    holder({ pid: process.pid, began: 'before' }),
    // Another process has its number now.
    ...(process.platform === 'linux' ? [holder({ began: '1' })] : []),
  ];
  for (const each of gone) {
    await writeFile(`${path}.lock`, each);
    const lock = await lockPath(path);
    await lock.refresh();
    await lock.release();
    await t.throwsAsync(readFile(`${path}.lock`), { code: 'ENOENT' });
  }
});

test('a thread of this process is taken for gone after a minute without a word', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  const lost = await lockPath(path);
  const old = new Date(Date.now() - 61_000);
  await utimes(`${path}.lock`, old, old);
  const lock = await lockPath(path);
  t.is(lock.lost, undefined);
  await lost.refresh();
  t.is(lost.lost?.reason, 'locked');
  await lost.release();
  await lock.refresh();
  t.is(lock.lost, undefined);
  await lock.release();
});

test('one elsewhere is taken for gone after an hour without a word', async (t) => {
  const path = join(await folderFor(t), 'answers.journal');
  await writeFile(`${path}.lock`, holder({ whose: 'elsewhere' }));
  await t.throwsAsync(lockPath(path), { message: /of another machine or container.*Delete/ });
  const old = new Date(Date.now() - 4_000_000);
  await utimes(`${path}.lock`, old, old);
  const lock = await lockPath(path);
  // It was here all the while, and had it said nothing, another would have it now.
  await writeFile(`${path}.lock`, holder({ token: 'other', whose: 'elsewhere' }));
  await lock.refresh();
  t.is(lock.lost?.reason, 'locked');
  await lock.release();
  t.true((await readFile(`${path}.lock`, 'utf8')).includes('"other"'));
});
