import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import type { TextRow } from '../../../datasets/index.js';
import { ArtifactError } from '../../../lib/errors.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { WorkerPool } from '../../../serve/worker/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import {
  featuresText,
  servingFolder,
  silentText,
  textModel,
  textSlice,
  writeModel,
} from '../../support/servedModels.js';

const folder = await servingFolder();
const { program } = folder;
const { cascade, rows } = await textModel();
const { cascade: another } = await textModel(2);
/** Of tests that leave its thread as it was, and hold nothing in the end. */
const shared = new WorkerPool({ threads: 1, program });
test.after.always(async () => {
  await shared.close();
  await rm(folder.folder, { recursive: true });
});

const some = rows.slice(0, 300);
const refused = { instanceOf: RequestError };

/** A row that {@link cascade} leaves to the full model, and so to the body. */
const titled = (title: string): TextRow => ({ title, body: 'nothing' });

test.serial('a pool answers as the cascade itself, on each of its threads', async (t) => {
  const files = await writeModel(folder, 'text', cascade);
  const pool = new WorkerPool({ threads: 2, program });
  const model = await pool.load(files);
  t.deepEqual(model.labels, ['a', 'b']);
  t.is(model.kind, 'classes');
  t.is(model.width, 2);
  t.deepEqual(
    model.inputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
    [
      ['title', 'BYTES', [-1]],
      ['body', 'BYTES', [-1]],
    ],
  );
  t.is(model.modes[0].verdict, 'certified');
  t.is(model.modes[0].epsilon, 0.1);
  t.true(model.modes[0].cost.row > 0);
  const expected = await cascade.predict(some);
  const runs = [0, 1, 2].map(() => pool.run(textSlice(model.key, some)));
  for (const { answer: running, yielded } of runs) {
    const answer = await running;
    t.deepEqual(
      Array.from(answer.answers, (code) => model.labels[code]),
      expected.labels,
    );
    t.deepEqual(answer.scores, expected.scores);
    t.deepEqual(answer.exits, expected.exits);
    t.deepEqual(answer.degraded, expected.degraded);
    t.is(answer.verdict, 'certified');
    t.true(answer.busyMs > 0);
    await yielded;
  }
  const bare = await pool.run(textSlice(model.key, some, { scores: false })).answer;
  t.is(bare.scores.length, 0);
  await pool.close();
});

test.serial(
  'code that was quick on a spare thread loads in place the next time, other code does not',
  async (t) => {
    const log = join(folder.folder, 'imports.txt');
    const text = `import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
appendFileSync(${JSON.stringify(log)}, threadId + '\\n');
${featuresText()}`;
    // No time passes in a load: all of them are quick.
    const timer = new FakeTimer();
    const pool = new WorkerPool({ threads: 1, program, timer });
    const load = async (name: string, code: string) =>
      pool.load(await writeModel(folder, name, cascade, code));
    const imports = async () => (await readFile(log, 'utf8')).trimEnd().split('\n');
    await load('quick', text);
    const [spare, worker] = await imports();
    t.not(spare, worker);
    // The spare thread ends: another one would import it again.
    timer.pass(2_000);
    await load('alike', text);
    t.deepEqual(await imports(), [spare, worker]);
    await load('unlike', `${text}\n// It isn't the same.`);
    const [other, again, ...none] = (await imports()).slice(2);
    t.not(other, worker);
    t.deepEqual([again, ...none], [worker]);
    await pool.close();
  },
);

test.serial(
  'loading again is the same load; unloading frees the memory, and again does nothing',
  async (t) => {
    const files = await writeModel(folder, 'twice', cascade);
    const [one, same] = await Promise.all([shared.load(files), shared.load(files)]);
    t.is(one, same);
    const inStore = one.held.filter(({ digest }) => !digest.startsWith('threads '));
    t.true(inStore.length < one.held.length, 'what each thread makes is accounted for');
    const held = new Map(inStore.map(({ digest, octets }) => [digest, octets]));
    t.is(
      shared.memory.octets,
      [...held.values()].reduce((sum, octets) => sum + octets, 0),
    );
    await shared.unload(files.key);
    await shared.unload(files.key);
    t.is(shared.memory.octets, 0);
    const gone = await t.throwsAsync(shared.run(textSlice(files.key, some)).answer, refused);
    t.is(gone.reason, 'unavailable');
    await shared.load(files);
    t.is((await shared.run(textSlice(files.key, some)).answer).answers.length, some.length);
    await shared.unload(files.key);
  },
);

test.serial('dictionaries that two cascades have alike are held once', async (t) => {
  const first = await shared.load(await writeModel(folder, 'shared1', cascade));
  const { octets } = shared.memory;
  const second = await shared.load(await writeModel(folder, 'shared2', cascade));
  t.is(shared.memory.octets, octets);
  t.deepEqual(second.held, first.held);
  await shared.unload(first.key);
  t.is(shared.memory.octets, octets);
  const expected = await cascade.predict(some);
  t.deepEqual((await shared.run(textSlice(second.key, some)).answer).scores, expected.scores);
  const third = await shared.load(await writeModel(folder, 'shared3', another));
  t.true(shared.memory.octets > octets);
  await shared.unload(second.key);
  await shared.unload(third.key);
});

test.serial('a feature that throws for a row refuses its slice alone, and names the row', async (t) => {
  const title =
    "(() => { if (row.title === 'throw') throw new Error('no such title'); return row.title; })()";
  const files = await writeModel(folder, 'throws', cascade, featuresText({ title }));
  await shared.load(files);
  const error = await t.throwsAsync(shared.run(textSlice(files.key, [titled('throw')])).answer, refused);
  t.is(error.reason, 'invalid');
  t.is(error.message, "feature 'title', row 0: failed: no such title");
  const answer = await shared.run(textSlice(files.key, some)).answer;
  t.is(answer.answers.length, some.length);
  await shared.unload(files.key);
});

test.serial('a feature that throws for every row is no fault of a row', async (t) => {
  const title =
    "(() => { if (globalThis.isOut || row.title === 'end') { globalThis.isOut = true; throw new Error('it is out'); } return row.title; })()";
  const files = await writeModel(folder, 'throws always', cascade, featuresText({ title }));
  const pool = new WorkerPool({ threads: 1, program });
  await pool.load(files);
  const error = await t.throwsAsync(
    pool.run(textSlice(files.key, [...some.slice(0, 3), titled('end')])).answer,
    refused,
  );
  t.is(error.reason, 'internal');
  t.regex(error.message, /throws always#1.*title.*it is out/);
  await pool.close();
});

const ENDS: readonly (readonly [what: string, code: string, why: RegExp])[] = [
  ['hangs', 'for (;;);', /computed for more than 1000 ms/],
  ['leaves', 'process.exit(3)', /left with code 3/],
  ['uses up the memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(row))', /out of memory/],
];
for (const [what, code, why] of ENDS) {
  test.serial(
    `a slice whose feature ${what} fails; others are answered by the thread that takes its place`,
    async (t) => {
      const title = `(() => { if (row.title === 'end') { ${code} } return row.title; })()`;
      const files = await writeModel(folder, `ends ${what}`, cascade, featuresText({ title }));
      const timer = new FakeTimer();
      const pool = new WorkerPool({ threads: 1, program, timer, memoryMb: 64 });
      const other = await pool.load(await writeModel(folder, `beside ${what}`, cascade));
      const { key } = await pool.load(files);
      const ending = pool.run(textSlice(key, [titled('end')])).answer;
      const others = [key, other.key].map((model) => pool.run(textSlice(model, some)).answer);
      if (what === 'hangs') await timer.pass(1_000);
      const error = await t.throwsAsync(ending, refused);
      t.is(error.reason, 'internal');
      t.true(error.message.includes(key));
      t.regex(error.message, why);
      const expected = await cascade.predict(some);
      for (const answer of await Promise.all(others)) t.deepEqual(answer.scores, expected.scores);
      t.is((await pool.run(textSlice(other.key, some)).answer).verdict, 'certified');
      await pool.close();
    },
  );
}

test.serial(
  'a model that ends threads three times in a minute, and has answered nothing, is not served any more',
  async (t) => {
    const title = "(() => { if (row.title === 'end') process.exit(1); return row.title; })()";
    const files = await writeModel(folder, 'struck', cascade, featuresText({ title }));
    const notices: string[] = [];
    const pool = new WorkerPool({
      threads: 1,
      program,
      onUnavailable: (key, why) => notices.push(`${key}: ${why}`),
    });
    const other = await pool.load(await writeModel(folder, 'spared', cascade));
    const { key } = await pool.load(files);
    for (let time = 0; time < 3; time++) {
      const slice = textSlice(key, [titled('end')], { tenant: 'one' });
      t.is((await t.throwsAsync(pool.run(slice).answer, refused)).reason, 'internal');
    }
    const error = await t.throwsAsync(pool.run(textSlice(key, some)).answer, refused);
    t.is(error.reason, 'unavailable');
    t.regex(error.message, /struck#1.*again and again.*code 1/);
    t.is(notices.length, 1);
    t.is((await pool.run(textSlice(other.key, some)).answer).answers.length, some.length);
    await pool.unload(key);
    t.is((await pool.load(files)).key, key);
    t.is((await pool.run(textSlice(key, some)).answer).answers.length, some.length);
    await pool.close();
  },
);

test.serial(
  'one caller’s rows that end threads are charged to that caller, another’s to the model',
  async (t) => {
    const title = "(() => { if (row.title === 'end') process.exit(1); return row.title; })()";
    const notices: string[] = [];
    const pool = new WorkerPool({ threads: 1, program, onUnavailable: (key) => notices.push(key) });
    const { key } = await pool.load(await writeModel(folder, 'charged', cascade, featuresText({ title })));
    const ask = (tenant: string, rows: readonly TextRow[]) =>
      pool.run(textSlice(key, rows, { tenant })).answer;
    await ask('other', some.slice(0, 2));
    t.is(pool.refusal(key, 'one', 1_000), undefined);
    for (let time = 0; time < 4; time++) {
      await t.throwsAsync(ask('one', [titled('end')]), refused);
      // Rows that were answered before are tried again, and answered.
      t.is((await ask('other', some)).answers.length, some.length);
    }
    const refusal = pool.refusal(key, 'one', 1_000);
    t.is(refusal?.reason, 'overloaded');
    t.true((refusal?.retryAfterMs ?? 0) > 0);
    t.regex(refusal?.message ?? '', /tenant 'one' .*charged#1.*left with code 1/);
    t.is(pool.refusal(key, 'other', 1_000), undefined);
    t.is(pool.refusal(key, 'one', 10), undefined, 'a request unlike those');
    t.deepEqual(notices, []);
    await t.throwsAsync(ask('other', [titled('end')]), refused);
    t.deepEqual(notices, []);
    await t.throwsAsync(ask('a third', [titled('end')]), refused);
    t.deepEqual(notices, [key]);
    await pool.close();
  },
);

test.serial(
  'a model that doesn’t answer what it has answered before is given up, whoever asks',
  async (t) => {
    const flag = join(folder.folder, 'works no more');
    const text = featuresText({
      title: `(() => { if (existsSync(${JSON.stringify(flag)})) process.exit(1); return row.title; })()`,
      more: "import { existsSync } from 'node:fs';",
    });
    const notices: string[] = [];
    const pool = new WorkerPool({ threads: 1, program, onUnavailable: (_, why) => notices.push(why) });
    const { key } = await pool.load(await writeModel(folder, 'works no more', cascade, text));
    await pool.run(textSlice(key, some.slice(0, 5), { tenant: 'one' })).answer;
    await writeFile(flag, '');
    const other = [titled('another')];
    await t.throwsAsync(pool.run(textSlice(key, other, { tenant: 'one' })).answer, refused);
    while (notices.length === 0) await setImmediate();
    t.regex(notices[0], /again and again.*code 1/);
    await pool.close();
  },
);

test.serial('rows of several callers charge nobody: each runs by itself', async (t) => {
  const title = "(() => { if (row.title === 'end') process.exit(1); return row.title; })()";
  const pool = new WorkerPool({ threads: 1, program });
  const { key } = await pool.load(
    await writeModel(folder, 'shared by two', cascade, featuresText({ title })),
  );
  await t.throwsAsync(pool.run(textSlice(key, [titled('end')])).answer, refused);
  t.is(pool.refusal(key, 'one', 1_000), undefined);
  await pool.close();
});

/** Features of one number, the second of which waits. */
const WAITING = `import { define, dense, tfidf } from '../../library.mjs';
import { setTimeout } from 'node:timers/promises';
export const inputs = { title: 'BYTES', body: 'BYTES' };
export const row = ({ title, body }, i) => ({ title: title[i], body: body[i] });
const body = tfidf((row) => row.body);
export default define({
  title: tfidf((row) => row.title),
  body: { ...body, load(state) {
    const fitted = body.load(state);
    return { ...fitted, compute: async (view) => {
      const wait = /^wait (\\d+)( and block)?$/.exec(view.rows()[0].title);
      if (wait) await setTimeout(Number(wait[1]));
      if (wait?.[2]) for (;;);
      return fitted.compute(view);
    } };
  } },
});`;

test.serial('a slice that waits leaves its core to others, and is answered in the end', async (t) => {
  const files = await writeModel(folder, 'waits', cascade, WAITING);
  const pool = new WorkerPool({ threads: 1, program });
  const { key } = await pool.load(files);
  const waiting = pool.run(textSlice(key, [titled('wait 300')]));
  const order: string[] = [];
  void waiting.answer.then(() => order.push('answered'));
  await waiting.yielded;
  order.push('yielded');
  await pool.run(textSlice(key, some)).answer;
  order.push('other');
  await waiting.answer;
  t.deepEqual(order, ['yielded', 'other', 'answered']);
  await pool.close();
});

test.serial('a wait beyond the deadline is one, and beyond all patience an error', async (t) => {
  const files = await writeModel(folder, 'waits long', cascade, WAITING);
  const timer = new FakeTimer();
  const pool = new WorkerPool({ threads: 1, program, timer, computeMs: 50_000, totalMs: 1 });
  const { key } = await pool.load(files);
  const late = pool.run(textSlice(key, [titled('wait 60000')], { deadlineMs: 50 })).answer;
  const lost = pool.run(textSlice(key, [titled('wait 600000')]));
  // A title that says nothing is answered by the body alone; so nothing can stand in for it.
  const degraded = await late;
  t.deepEqual([...degraded.degraded], [1]);
  await lost.yielded;
  t.is((await pool.run(textSlice(key, some)).answer).answers.length, some.length);
  await timer.pass(50_001);
  const error = await t.throwsAsync(lost.answer, refused);
  t.is(error.reason, 'internal');
  t.regex(error.message, /waits long#1.*gave no answer within 1 ms/);
  t.is((await pool.run(textSlice(key, some)).answer).answers.length, some.length);
  await pool.close();
});

test.serial('what blocks after a wait is found, and others that waited beside it are answered', async (t) => {
  const files = await writeModel(folder, 'blocks later', cascade, WAITING);
  const pool = new WorkerPool({ threads: 1, program, computeMs: 1_000 });
  const { key } = await pool.load(files);
  const beside = pool.run(textSlice(key, [titled('wait 1500')]));
  await beside.yielded;
  const blocking = pool.run(textSlice(key, [titled('wait 50 and block')]));
  const error = await t.throwsAsync(blocking.answer, refused);
  t.is(error.reason, 'internal');
  t.is((await beside.answer).answers.length, 1);
  await pool.close();
});

test.serial('inputs that make no rows are refused: missing, no UTF-8, or by the module itself', async (t) => {
  const more =
    "const own = row; export { refusing as row }; function refusing(tensors, i) { const made = own(tensors, i); if (made.title === 'bad') throw new Error('a bad title'); return made; }";
  const text = featuresText({ more }).replace('export function row', 'function row');
  const files = await writeModel(folder, 'refuses', cascade, text);
  const { key } = await shared.load(files);
  const whole = textSlice(key, some.slice(0, 2));
  const reasons: [RegExp, typeof whole][] = [
    [/input 'body' is missing/, { ...whole, inputs: { title: whole.inputs.title } }],
    [
      /input 'title', element 1: expected text in UTF-8/,
      {
        ...whole,
        inputs: {
          ...whole.inputs,
          title: { elements: [Uint8Array.of(65), Uint8Array.of(0xff)], rowShape: [] },
        },
      },
    ],
    // Halves of one character.
    [
      /input 'title', element 1/,
      {
        ...whole,
        inputs: {
          ...whole.inputs,
          title: { elements: [Uint8Array.of(0xc3), Uint8Array.of(0xa4)], rowShape: [] },
        },
      },
    ],
    [
      /row 1 can't be made of the inputs: Error: a bad title/,
      textSlice(key, [titled('good'), titled('bad')]),
    ],
    // Of a request that was cut.
    [
      /row 301 can't be made of the inputs/,
      textSlice(key, [titled('good'), titled('bad')], { firstRow: 300 }),
    ],
    [
      /input 'title', element 604: expected text in UTF-8/,
      {
        ...whole,
        firstRow: 301,
        inputs: {
          ...whole.inputs,
          title: {
            elements: [65, 65, 0xff, 65].map((octet) => Uint8Array.of(octet)),
            rowShape: [2],
          },
        },
      },
    ],
  ];
  for (const [message, slice] of reasons) {
    const error = await t.throwsAsync(shared.run(slice).answer, refused);
    t.is(error.reason, 'invalid');
    t.regex(error.message, message);
  }
  await shared.unload(key);
});

const MODULES: readonly (readonly [what: string, text: string, why: RegExp])[] = [
  ['throws', 'throw new Error("not today")', /not today/],
  ['is none', 'export default', /Unexpected end of input|isn't a module/],
  ['imports what is not there', 'import "./gone.js"', /gone\.js/],
  ['exports no features', 'export const row = 1', /expected its features/],
  [
    'exports no function as row',
    featuresText().replace('export function row', 'export const row = 1;\nfunction made'),
    /exports 1 as 'row'/,
  ],
  ['declares no inputs', featuresText().replace('export const inputs', 'const inputs'), /as 'inputs'/],
  [
    'declares a strange datatype',
    featuresText().replace("title: 'BYTES'", "title: 'TEXT'"),
    /'title' of "TEXT"/,
  ],
  [
    'has other features',
    featuresText().replace('body: tfidf((row) => row.body)', 'corpus: tfidf((row) => row.body)'),
    /needs a tfidf feature 'body'/,
  ],
  ['leaves', 'process.exit(4)', /left with code 4/],
  ['hangs', 'for (;;);', /took more than 60000 ms/],
];
for (const [what, text, why] of MODULES) {
  test.serial(`a module that ${what} isn't loaded, others are, and nothing is held`, async (t) => {
    const timer = new FakeTimer();
    const isAlone = what === 'leaves' || what === 'hangs';
    const pool = isAlone ? new WorkerPool({ threads: 1, program, timer }) : shared;
    const files = await writeModel(folder, `module ${what}`, cascade, text);
    const loading = pool.load(files);
    if (what === 'hangs') {
      while (timer.pending === 0) await setImmediate();
      await timer.pass(60_000);
    }
    const error = await t.throwsAsync(loading);
    // A thread that ended while it loaded is replaced after a rest.
    await timer.pass(60_000);
    t.regex(error.message, why);
    if (error instanceof RequestError) t.is(error.reason, 'unavailable');
    t.is(pool.memory.octets, 0);
    const other = await pool.load(await writeModel(folder, `after ${what}`, cascade));
    t.is((await pool.run(textSlice(other.key, some)).answer).answers.length, some.length);
    await (isAlone ? pool.close() : pool.unload(other.key));
  });
}

test.serial(
  'a module that ends its thread fails alone: others that were about to be loaded are',
  async (t) => {
    const pool = new WorkerPool({ threads: 1, program });
    const leaving = await writeModel(
      folder,
      'leaves first',
      cascade,
      featuresText({ more: 'process.exit(5);' }),
    );
    const others = await Promise.all([1, 2].map((i) => writeModel(folder, `comes after ${i}`, cascade)));
    const [left, ...loaded] = await Promise.allSettled([leaving, ...others].map((files) => pool.load(files)));
    t.is(left.status, 'rejected');
    t.deepEqual(
      loaded.map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
    const { answer } = pool.run(textSlice(others[1].key, some));
    t.is((await answer).answers.length, some.length);
    await pool.close();
  },
);

test.serial('artifacts that are damaged, foreign or missing are refused with their own errors', async (t) => {
  const files = await writeModel(folder, 'damaged', cascade);
  const bytes = await readFile(files.artifact);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(files.artifact, bytes);
  t.is((await t.throwsAsync(shared.load(files), { instanceOf: ArtifactError })).reason, 'damaged');
  await writeFile(files.artifact, 'something else, long enough to have a header of its own, if it were one');
  t.is((await t.throwsAsync(shared.load(files), { instanceOf: ArtifactError })).reason, 'foreign');
  await rm(files.artifact);
  t.is((await t.throwsAsync(shared.load(files), { instanceOf: ArtifactError })).reason, 'unreadable');
  t.is(shared.memory.octets, 0);
  // The same key, mended.
  t.is((await shared.load(await writeModel(folder, 'damaged', cascade))).key, files.key);
  await shared.unload(files.key);
});

test.serial('a load that is aborted leaves nothing, and can be begun again', async (t) => {
  const files = await writeModel(folder, 'aborted', cascade);
  const controller = new AbortController();
  const loading = shared.load(files, { signal: controller.signal });
  controller.abort(new Error('enough'));
  t.is((await t.throwsAsync(loading)).message, 'enough');
  t.is(shared.memory.octets, 0);
  t.is((await t.throwsAsync(shared.run(textSlice(files.key, some)).answer, refused)).reason, 'unavailable');
  t.is((await shared.load(files)).key, files.key);
  await shared.unload(files.key);
});

test.serial(
  'features whose values have changed void the certificate, on threads that come later as well',
  async (t) => {
    const title = "(() => { if (row.title === 'end') process.exit(1); return row.title + ' bada'; })()";
    const files = await writeModel(folder, 'changed', cascade, featuresText({ title }));
    const pool = new WorkerPool({ threads: 1, program });
    const model = await pool.load(files);
    t.is(model.modes[0].verdict, 'void');
    t.is(model.modes[0].epsilon, null);
    t.is((await pool.run(textSlice(model.key, some)).answer).verdict, 'void');
    await t.throwsAsync(pool.run(textSlice(model.key, [titled('end')])).answer, refused);
    t.is((await pool.run(textSlice(model.key, some)).answer).verdict, 'void');
    await pool.close();
  },
);

test.serial('a module that was changed in place never answers for what was loaded before', async (t) => {
  const reasons: string[] = [];
  const pool = new WorkerPool({ threads: 1, program, onUnavailable: (_, reason) => reasons.push(reason) });
  const ending = featuresText({ title: "row.title === 'end' ? process.exit() : row.title" });
  const files = await writeModel(folder, 'changed', cascade, ending);
  const old = await pool.load({ ...files, key: 'changed#1' });
  await writeFile(files.features, silentText());
  const changed = await pool.load({ ...files, key: 'changed#2' });
  const requested = some.slice(0, 50);
  const silent = requested.map(({ body }) => ({ title: 'dage', body }));
  const scores = async (key: string) => (await pool.run(textSlice(key, requested)).answer).scores;
  // Both on one thread, each by its own code.
  t.deepEqual(await scores(old.key), (await cascade.predict(requested)).scores);
  t.deepEqual(await scores(changed.key), (await cascade.predict(silent)).scores);
  // A new thread can't have the old code any more.
  await t.throwsAsync(pool.run(textSlice(old.key, [titled('end')])).answer);
  t.deepEqual(await scores(changed.key), (await cascade.predict(silent)).scores);
  const refused = await t.throwsAsync(scores(old.key), { instanceOf: RequestError });
  t.is(refused.reason, 'unavailable');
  t.regex(refused.message, /code was changed in place/);
  t.deepEqual(reasons, [refused.message]);
  await pool.close();
});

test.serial(
  'a module that was changed in place and takes long to load costs the served one nothing',
  async (t) => {
    const reasons: string[] = [];
    const pool = new WorkerPool({ threads: 1, program, onUnavailable: (_, reason) => reasons.push(reason) });
    const files = await writeModel(folder, 'changed slowly', cascade);
    const old = await pool.load({ ...files, key: 'changed slowly#1' });
    const slow = 'for (const end = performance.now() + 500; performance.now() < end; );';
    await writeFile(files.features, silentText(slow));
    const changed = await pool.load({ ...files, key: 'changed slowly#2' });
    const requested = some.slice(0, 50);
    const silent = requested.map(({ body }) => ({ title: 'dage', body }));
    const scores = async (key: string) => (await pool.run(textSlice(key, requested)).answer).scores;
    t.deepEqual(await scores(old.key), (await cascade.predict(requested)).scores);
    t.deepEqual(await scores(changed.key), (await cascade.predict(silent)).scores);
    t.deepEqual(reasons, []);
    await pool.close();
  },
);

test.serial(
  'a module that was changed in place and back is the first again, on new threads too',
  async (t) => {
    const pool = new WorkerPool({ threads: 1, program });
    const ending = featuresText({ title: "row.title === 'end' ? process.exit() : row.title" });
    const files = await writeModel(folder, 'changed back', cascade, ending);
    const { key } = await pool.load({ ...files, key: 'changed back#1' });
    await writeFile(files.features, silentText());
    await t.throwsAsync(pool.run(textSlice(key, [titled('end')])).answer);
    await t.throwsAsync(pool.run(textSlice(key, some)).answer, { message: /changed in place/ });
    await writeFile(files.features, ending);
    await pool.load({ ...files, key: 'changed back#2' });
    const requested = some.slice(0, 50);
    const { scores } = await pool.run(textSlice('changed back#2', requested)).answer;
    t.deepEqual(scores, (await cascade.predict(requested)).scores);
    await pool.close();
  },
);

test.serial('code that was changed in place is imported anew, with what it imports', async (t) => {
  const pool = new WorkerPool({ threads: 1, program });
  const text = featuresText({ more: "export { row2 } from './row.js';" });
  const files = await writeModel(folder, 'in place', cascade, text);
  const other = await pool.load(await writeModel(folder, 'beside it', cascade));
  const helper = join(files.features, '..', 'row.js');
  const using = text
    .replace('export function row', 'function first')
    .replace("export { row2 } from './row.js';", "export { row } from './row.js';");
  await writeFile(files.features, using);
  const makes = (title: string) =>
    `export const row = ({ title, body }, i) => ({ title: ${title}, body: body[i] });`;
  await writeFile(helper, makes('title[i]'));
  await pool.load({ ...files, key: 'in place#1' });
  await writeFile(helper, makes("'dage'"));
  await pool.load({ ...files, key: 'in place#2' });
  const requested = some.slice(0, 50);
  const [own, none] = [requested, requested.map(({ body }) => ({ title: 'dage', body }))];
  const scores = async (key: string) => (await pool.run(textSlice(key, requested)).answer).scores;
  t.deepEqual(await scores('in place#2'), (await cascade.predict(none)).scores);
  t.deepEqual(await scores(other.key), (await cascade.predict(own)).scores);
  await pool.close();
});

test.serial('closing refuses what runs, and what comes', async (t) => {
  const title = "(() => { if (row.title === 'hang') for (;;); return row.title; })()";
  const pool = new WorkerPool({ threads: 1, program });
  const { key } = await pool.load(await writeModel(folder, 'closing', cascade, featuresText({ title })));
  const running = [pool.run(textSlice(key, [titled('hang')])), pool.run(textSlice(key, some))];
  const closed = pool.close();
  for (const { answer } of running) t.is((await t.throwsAsync(answer, refused)).reason, 'unavailable');
  await closed;
  t.is((await t.throwsAsync(pool.run(textSlice(key, some)).answer, refused)).reason, 'unavailable');
  await t.throwsAsync(pool.load(await writeModel(folder, 'too late', cascade)), refused);
});

test.serial('what fails after its slice was answered is the fault of its own model alone', async (t) => {
  const title =
    "(() => { if (row.title === 'late') setTimeout(() => { throw new Error('late'); }, 20); return row.title; })()";
  const notices: string[] = [];
  const pool = new WorkerPool({
    threads: 1,
    program,
    onUnavailable: (key, why) => notices.push(`${key}: ${why}`),
  });
  const other = await pool.load(await writeModel(folder, 'waits beside', cascade, WAITING));
  const { key } = await pool.load(await writeModel(folder, 'fails late', cascade, featuresText({ title })));
  for (let time = 0; time < 3; time++) {
    t.is((await pool.run(textSlice(key, [titled('late')])).answer).answers.length, 1);
    // It is on the thread when that ends.
    const beside = pool.run(textSlice(other.key, [titled('wait 100')])).answer;
    t.is((await beside).answers.length, 1);
  }
  t.deepEqual(
    notices.map((notice) => notice.split(':')[0]),
    [key],
  );
  t.regex(notices[0], /again and again, the last time: it failed: late/);
  t.is((await pool.run(textSlice(other.key, some)).answer).answers.length, some.length);
  await pool.close();
});

test.serial('a slice whose own code fails uncaught is tried once more, and then to blame', async (t) => {
  const code = WAITING.replace(
    'if (wait) await',
    "if (wait) globalThis.setTimeout(() => { throw new Error('nobody'); }, 10);\n      if (wait) await",
  );
  const pool = new WorkerPool({ threads: 1, program });
  const { key } = await pool.load(await writeModel(folder, 'fails itself', cascade, code));
  const ending = pool.run(textSlice(key, [titled('wait 60000')])).answer;
  const error = await t.throwsAsync(ending, refused);
  t.is(error.reason, 'internal');
  t.regex(error.message, /fails itself#1.*nobody/);
  t.is((await pool.run(textSlice(key, some)).answer).answers.length, some.length);
  await pool.close();
});
