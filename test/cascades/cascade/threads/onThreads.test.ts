import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { tableRows } from '../../../../entries/data.js';
import {
  ArtifactError,
  Cascade,
  type CascadeThreadsOptions,
  DataError,
  DeadlineError,
  FeatureError,
  OptionError,
  OverloadError,
  RefusedRow,
  ThreadError,
} from '../../../../index.js';
import { columnsOf } from '../../../support/columnsOf.js';
import { folderFor } from '../../../support/files.js';
import { modulesUrl } from '../../../support/modulesUrl.js';
import { textModel } from '../../../support/servedModels.js';
import type { Spelt } from '../../../support/spelt.js';
import { steppedCascade, texts } from '../../../support/steppedCascade.js';
import { features, type ThreadedRow } from './threadedFeatures.js';

// A process of its own: it starts threads, as `child_process` starts others.
const folder = await mkdtemp(join(tmpdir(), 'spillway-threads-'));
const program = await written('../../../../cascades/cascade/threads/program.ts', 'program.mjs');
const module = await written('threadedFeatures.ts', 'features.mjs');
const { cascade, rows } = await textModel();
const path = join(folder, 'text.cascade');
await cascade.save(path, { reference: 'rows' });

const here = await Cascade.load<ThreadedRow>(path, { features });
test.after.always(() => rm(folder, { recursive: true }));

const onThreads = (options: CascadeThreadsOptions) =>
  Cascade.onThreads<ThreadedRow, string>(path, module, options, program);
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** A row that the cascade leaves to the full model, and so to its body. */
const titled = (body: string): ThreadedRow => ({ title: 'unknown', body });

/** A row that keeps its thread until it is opened. */
function gated() {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  return {
    row: { ...rows[0], gate },
    async begun() {
      while (Atomics.load(gate, 0) === 0) await turn();
    },
    open() {
      Atomics.store(gate, 1, 1);
      Atomics.notify(gate, 1);
    },
  };
}

/** A module with all that it imports, in a file: the stack of an error has its URL in each line. */
async function written(source: string, name: string): Promise<URL> {
  const [, text] = (await modulesUrl(new URL(source, import.meta.url))).split(',');
  await writeFile(join(folder, name), Buffer.from(text, 'base64'));
  return pathToFileURL(join(folder, name));
}

/** What a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

test('threads answer by fidelities as the cascade does', async (t) => {
  const stepped = await steppedCascade();
  const file = join(await folderFor(t), 'letters.cascade');
  await stepped.save(file, { reference: 'rows' });
  const [, text] = (await modulesUrl(new URL('../../../support/spelt.ts', import.meta.url))).split(',');
  const own = join(folder, 'letters.mjs');
  await writeFile(own, `${Buffer.from(text, 'base64')}\nexport { spelt as features };`);
  const threaded = await Cascade.onThreads<Spelt, string>(file, pathToFileURL(own), { threads: 2 }, program);
  t.deepEqual(await threaded.predict(texts), await stepped.predict(texts));
  await threaded.close();
});

test('threads answer as predict does, bit for bit', async (t) => {
  const expected = await here.predict(rows);
  t.deepEqual([...new Set(expected.exits)].sort(), [0, 1]);
  for (const threads of [1, 2]) {
    await using served = await onThreads({ threads });
    t.is(served.threads, threads);
    t.deepEqual(await served.predict(rows), expected);
    t.deepEqual(await served.predict(rows, { mode: 'shadow' }), await here.predict(rows, { mode: 'shadow' }));
    t.deepEqual(await served.predict([]), await here.predict([]));
    for (const row of rows.slice(0, 5)) t.deepEqual(await served.predictOne(row), await here.predictOne(row));
    t.deepEqual(served.certificate, here.certificate);
    t.deepEqual(served.plan, here.plan);
    t.deepEqual([served.made, served.checked], [here.made, 32]);
  }
});

test('rows of a table are sent as plain objects', async (t) => {
  const views = tableRows<ThreadedRow>(columnsOf(rows));
  await using served = await onThreads({ threads: 2 });
  t.deepEqual(await served.predict(views), await here.predict(rows));
  t.deepEqual(await served.predictOne(views[7]), await here.predictOne(rows[7]));
  t.deepEqual(await here.predict(views), await here.predict(rows));
});

test('bytes without reference rows are answered unchecked', async (t) => {
  const bare = join(folder, 'bare.cascade');
  await cascade.save(bare);
  // A module whose default has the features, as that of CommonJS does.
  const byDefault = `data:text/javascript,import * as all from ${JSON.stringify(module.href)}; export default all`;
  await using served = await Cascade.onThreads<ThreadedRow>(bare, byDefault, { threads: 1 }, program);
  t.is(served.checked, 0);
  t.true((await served.predict(rows.slice(0, 3))).unchecked);
});

test('errors are of their class, with the feature and the row of the call', async (t) => {
  await using served = await onThreads({ threads: 2 });
  // One of its own: what fails changes what a cascade promises afterwards.
  const failing = await Cascade.load<ThreadedRow>(path, { features });
  const untitled = JSON.parse('{ "body": "long" }');
  for (const body of ['untitled', 'throws']) {
    const call = () => [...rows.slice(0, 700), body === 'throws' ? titled(body) : untitled];
    const [there, own] = [await errorOf(served.predict(call())), await errorOf(failing.predict(call()))];
    if (!(there instanceof FeatureError && own instanceof FeatureError)) return t.fail(String(there));
    t.deepEqual([there.name, there.feature, there.row], [own.name, own.feature, 700]);
    // The module's errors are of another copy of the library here.
    t.is(there.message.replace("failed: feature '': ", ''), own.message);
    t.is(there instanceof RefusedRow, body !== 'throws');
    t.regex(String(there.stack), /^\w+: feature/);
  }
  // The feature fails for all rows of its slice that reach it, here the second half.
  const degrading = [...rows.slice(0, 700), titled('throws')];
  const { degraded, faults, verdict, labels } = await served.predict(degrading, { onFault: 'degrade' });
  t.is(verdict, 'degraded');
  const [fault] = faults;
  t.is(fault.missing, 'body');
  t.true(fault.error instanceof FeatureError);
  t.is(fault.rows.at(-1), 700);
  t.true(fault.rows.every((row) => row > 350 && degraded[row] === 1));
  t.is(labels.length, 701);
});

test('what can not be sent or asked is refused by name', async (t) => {
  await using served = await onThreads({ threads: 2 });
  const odd = { ...rows[0], more: () => 1 };
  const error = await t.throwsAsync(served.predict([...rows.slice(0, 900), odd]), { instanceOf: DataError });
  t.regex(error.message, /^row 900 can't be sent to a thread: 'more' is a function/);
  class Mail {
    readonly title = 'a';
    get body() {
      return 'b';
    }
  }
  await t.throwsAsync(served.predict([rows[0], new Mail()]), {
    instanceOf: DataError,
    message: /^row 1 can't be sent to a thread: it is of class Mail/,
  });
  const proxied = { ...rows[0], inner: new Proxy({}, {}) };
  await t.throwsAsync(served.predict([proxied]), {
    instanceOf: DataError,
    message: /^row 0 can't be sent to a thread: .*could not be cloned/,
  });
  await t.throwsAsync(served.predict(JSON.parse('3')), { instanceOf: DataError });
  await t.throwsAsync(served.predict(rows, { deadlineMs: -1 }), { instanceOf: OptionError });
  t.is((await served.predict(rows)).verdict, 'certified');
});

test('rows are answered as they are at the call', async (t) => {
  await using served = await onThreads({ threads: 1 });
  const slow = gated();
  const held = served.predict([slow.row]);
  await slow.begun();
  const mine = rows.map((row) => ({ ...row }));
  const call = served.predict(mine);
  for (const row of mine) Object.assign(row, { title: 'other', body: 'other' });
  slow.open();
  t.deepEqual(await call, await here.predict(rows));
  await held;
});

test('while a row keeps a thread, this one turns and another one answers', async (t) => {
  await using served = await onThreads({ threads: 2 });
  const slow = gated();
  const held = served.predict([slow.row]);
  await slow.begun();
  t.deepEqual((await served.predict(rows)).labels, (await here.predict(rows)).labels);
  slow.open();
  t.is((await held).labels.length, 1);
});

test('an aborted call ends at once, and a late one that no thread has begun', async (t) => {
  await using served = await onThreads({ threads: 1 });
  const slow = gated();
  const reason = new Error('enough');
  const controller = new AbortController();
  const { signal } = controller;
  const [held, waiting] = [served.predict([slow.row], { signal }), served.predict(rows, { signal })];
  await slow.begun();
  const late = await t.throwsAsync(served.predict(rows, { deadlineMs: 1 }), { instanceOf: DeadlineError });
  t.is(late.deadlineMs, 1);
  controller.abort(reason);
  t.is(await errorOf(held), reason);
  t.is(await errorOf(waiting), reason);
  t.is(await errorOf(served.predict(rows, { signal })), reason);
  slow.open();
  t.deepEqual(await served.predict(rows, { deadlineMs: 1e6 }), await here.predict(rows));
});

test.serial('many calls share a signal without a warning', async (t) => {
  const warned = (warning: Error) => t.fail(warning.message);
  process.on('warning', warned);
  t.teardown(() => process.off('warning', warned));
  await using served = await onThreads({ threads: 1 });
  const { signal } = new AbortController();
  await Promise.all(rows.slice(0, 12).map((row) => served.predict([row], { signal })));
  await turn();
  t.pass();
});

test('more rows than may wait are refused, and calls take turns', async (t) => {
  await using served = await onThreads({ threads: 1, maxQueued: 3 });
  const slow = gated();
  const held = served.predict([slow.row]);
  await slow.begun();
  const two = served.predict(rows.slice(0, 2));
  const one = served.predict(rows.slice(0, 1));
  const error = await t.throwsAsync(served.predict(rows.slice(0, 1)), { instanceOf: OverloadError });
  t.deepEqual([error.queued, error.limit], [3, 3]);
  slow.open();
  await Promise.all([held, two, one]);
  t.is((await served.predict(rows)).labels.length, rows.length);
});

test('a call of many rows keeps others waiting for its next slice alone', async (t) => {
  await using served = await onThreads({ threads: 1 });
  const slow = gated();
  const held = served.predict([slow.row]);
  await slow.begun();
  const order: string[] = [];
  const many = served.predict(Array.from({ length: 20 }, () => rows).flat()).then(() => order.push('many'));
  const few = served.predict(rows.slice(0, 2)).then(() => order.push('few'));
  slow.open();
  await Promise.all([held, many, few]);
  t.deepEqual(order, ['few', 'many']);
});

test('a row that ends its thread, or keeps it for too long, fails alone', async (t) => {
  await using served = await onThreads({ threads: 1, computeMs: 300 });
  for (const [body, why] of [
    ['dies', /^row 0: .* it ended with code 3$/],
    ['hangs', /^row 0: .* it took no message for \d+ ms$/],
  ] as const) {
    const bad = served.predict([titled(body)]);
    const good = served.predict(rows);
    const lost = await t.throwsAsync(bad, { instanceOf: ThreadError, message: why });
    t.is(lost.reason, 'lost');
    t.deepEqual(await good, await here.predict(rows));
  }
});

test('closing waits for calls made before, and refuses others', async (t) => {
  const served = await onThreads({ threads: 1 });
  const slow = gated();
  const [held, queued] = [served.predict([slow.row]), served.predict(rows)];
  await slow.begun();
  const closing = served.close();
  const error = await t.throwsAsync(served.predict(rows), { instanceOf: ThreadError });
  t.is(error.reason, 'closed');
  slow.open();
  t.is((await held).labels.length, 1);
  t.is((await queued).labels.length, rows.length);
  await closing;
  await served.close();
});

test('closing fails calls that are unanswered after a while', async (t) => {
  const served = await onThreads({ threads: 1, drainMs: 20 });
  const slow = gated();
  const [held, queued] = [errorOf(served.predict([slow.row])), errorOf(served.predict(rows))];
  await slow.begun();
  await served.close();
  for (const error of [await held, await queued]) {
    t.true(error instanceof ThreadError && error.reason === 'closed');
  }
});

test('files, modules and options that do not fit are told', async (t) => {
  const start = (source: string, from: URL | string) =>
    Cascade.onThreads(source, from, { threads: 1 }, program);
  const missing = await t.throwsAsync(start(path, './nowhere.js'), { instanceOf: OptionError });
  t.regex(missing.message, /option 'module': can't import file:.*nowhere\.js/);
  const commonJs = await folderFor(t);
  await writeFile(join(commonJs, 'package.json'), '{ "type": "commonjs" }');
  await writeFile(join(commonJs, 'features.js'), 'export const features = 1;');
  const taken = await t.throwsAsync(start(path, join(commonJs, 'features.js')), { instanceOf: OptionError });
  t.regex(taken.message, /can't import .*features\.js: .*Name it features\.mjs; or put "type": "module"/);
  const other = await t.throwsAsync(start(path, 'data:text/javascript,export const mails = 1'), {
    instanceOf: OptionError,
  });
  t.regex(other.message, /exports mails; expected 'features'/);
  await t.throwsAsync(start(path, 'data:text/javascript,export const features = 1'), {
    instanceOf: OptionError,
  });
  await t.throwsAsync(start('nowhere.cascade', module), { instanceOf: ArtifactError, message: /nowhere/ });
  const ends = await t.throwsAsync(start(path, 'data:text/javascript,process.exit(5)'), {
    instanceOf: ThreadError,
  });
  t.regex(ends.message, /^loading data:.*code 5$/);
  for (const odd of [JSON.parse('7'), 'https://example.com/a.js', new URL('http://example.com/a.js')]) {
    await t.throwsAsync(start(path, odd), { instanceOf: OptionError, message: /path or file URL/ });
  }
  await t.throwsAsync(onThreads({ threads: 0 }), { instanceOf: OptionError });
  await t.throwsAsync(onThreads({ computeMs: 2 ** 31 }), {
    instanceOf: OptionError,
    message: /at most 2147483647/,
  });
  await t.throwsAsync(onThreads(JSON.parse('{ "workers": 2 }')), { instanceOf: OptionError });
});
