import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { debounced, watchDirectory } from '../../../serve/repository/watch.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { folderFor } from '../../support/files.js';
import { ModelDirectory } from '../../support/modelDirectory.js';

test('many changes are one, once nothing has changed for a while', async (t) => {
  const timer = new FakeTimer();
  let runs = 0;
  const { touch } = debounced(async () => void runs++, timer, 200);
  touch();
  await timer.pass(150);
  touch();
  await timer.pass(150);
  t.is(runs, 0);
  await timer.pass(50);
  t.is(runs, 1);
  await timer.pass(1_000);
  t.is(runs, 1);
});

test('changes during a run begin another, whether or not it ends or fails', async (t) => {
  const timer = new FakeTimer();
  let runs = 0;
  const { touch } = debounced(
    () => {
      runs++;
      return runs === 1 ? new Promise<void>(() => {}) : Promise.reject(new Error('a run may fail'));
    },
    timer,
    200,
  );
  for (const time of [1, 2, 3]) {
    touch();
    touch();
    await timer.pass(1_000);
    t.is(runs, time);
  }
});

test('what was stopped runs no more', async (t) => {
  const timer = new FakeTimer();
  const { touch, stop } = debounced(async () => t.fail(), timer, 200);
  touch();
  stop();
  touch();
  await timer.pass(1_000);
  t.is(timer.pending, 0);
});

test('a file below the directory that is written is noticed', async (t) => {
  const folder = await folderFor(t);
  const directory = new ModelDirectory(folder);
  await directory.model('a/1');
  const timer = new FakeTimer();
  let runs = 0;
  const stop = watchDirectory(
    folder,
    async () => void runs++,
    timer,
    (error) => t.fail(String(error)),
  );
  t.teardown(stop);
  // Events come when the system sends them: the file is written until one has.
  for (let content = 0; timer.pending === 0; content++) {
    await writeFile(join(folder, 'a/1/features.js'), String(content));
    await setTimeout(10);
  }
  await timer.pass(200);
  t.is(runs, 1);
});
