import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { AsyncError } from '../../../../lib/errors.js';
import { exits } from '../../../../lib/learn/exits/index.js';
import type { ScoreContext } from '../../../../lib/learn/learners/index.js';
import { type Answered, runAsync, runSync, serveRows } from '../../../../lib/run/runtime/index.js';
import {
  answerAlone,
  anyNumber,
  INFINITE_SCORES,
  NAN_SCORES,
  NEVER,
  type Numbers,
  numbers,
  someThresholds,
  type World,
  worldOf,
} from './numbers.js';

const throwing = { onFault: 'throw' } as const;

function run({ engine }: World, rows: readonly Numbers[]): Answered {
  return runSync(serveRows(engine, rows, throwing), 'something');
}

function answerOf({ answers, scores, exits }: Answered, row: number) {
  const width = scores.length / answers.length;
  return {
    label: answers[row],
    exit: exits[row],
    scores: [...scores.subarray(row * width, (row + 1) * width)],
  };
}

const settings = fc.integer({ min: 2, max: 4 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    thresholds: someThresholds(classes),
    waits: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    waitingModels: fc.boolean(),
    rows: fc.array(fc.array(anyNumber, { minLength: 4, maxLength: 4 }), { maxLength: 40 }),
  }),
);

test('every answer is that of the stage a row exits at, asked about this row alone', async (t) => {
  await fc.assert(
    fc.asyncProperty(settings, async ({ waits, rows, ...options }) => {
      const features = Object.fromEntries(waits.map((each, f) => [f, { waits: each }]));
      const world = worldOf({ ...options, features });
      const given = rows.map((values, id): Numbers => ({ id, values }));
      const alone = given.map((row) => answerAlone(world.engine, row));
      const answered = await runAsync(serveRows(world.engine, given, throwing));
      given.forEach((_, row) => {
        t.deepEqual(answerOf(answered, row), alone[row]);
      });
      t.true(answered.degraded.every((flag) => flag === 0));
    }),
    { numRuns: 200 },
  );
});

test('a feature is computed once a row, and only for rows that get to a stage that reads it', (t) => {
  const world = worldOf({
    classes: 3,
    thresholds: [
      [0.5, 0.6, 0.45],
      [0.4, NEVER, 0.5],
    ],
  });
  const rows = numbers(3_000, 3);
  const { exits: left } = run(world, rows);
  world.probes.forEach(({ calls }, f) => {
    const wanted = rows.filter((_, row) => left[row] >= f).map(({ id }) => id);
    t.true(wanted.length > 0 && (f === 0 || wanted.length < rows.length), 'the case is one');
    t.deepEqual(calls.flat(), wanted);
  });
  const scored = world.models.map(({ calls }) => calls.reduce((sum, count) => sum + count, 0));
  t.deepEqual(
    scored,
    [0, 1, 2].map((s) => left.filter((exit) => exit >= s).length),
  );
});

test('answers depend neither on the batch nor on the order of the rows', (t) => {
  const world = worldOf({
    classes: 3,
    thresholds: [
      [0.5, 0.55, 0.5],
      [0.5, 0.45, 0.6],
    ],
  });
  // More than two of the engine's own batches.
  const rows = numbers(2_500, 3);
  const whole = run(world, rows);
  const expected = rows.map((_, row) => answerOf(whole, row));
  t.is(new Set(whole.exits).size, 3, 'rows leave everywhere');

  for (const size of [1, 137, 1_024]) {
    for (let from = 0; from < rows.length; from += size) {
      const batch = rows.slice(from, from + size);
      const answered = run(world, batch);
      batch.forEach((row, i) => {
        t.deepEqual(answerOf(answered, i), expected[row.id]);
      });
    }
  }
  const reordered = [...rows].sort((a, b) => ((a.id * 7_919) % 2_503) - ((b.id * 7_919) % 2_503));
  const answered = run(world, reordered);
  reordered.forEach((row, i) => {
    t.deepEqual(answerOf(answered, i), expected[row.id]);
  });
});

test('nothing is computed once no row is left, or when there is none', (t) => {
  const world = worldOf({
    classes: 2,
    thresholds: [
      [0, 0],
      [0, 0],
    ],
  });
  run(world, numbers(50, 3));
  t.deepEqual(
    world.probes.map(({ calls }) => calls.length),
    [1, 0, 0],
  );
  t.deepEqual(
    world.models.map(({ calls }) => calls.length),
    [1, 0, 0],
  );
  const none = run(world, []);
  t.deepEqual([none.answers.length, none.scores.length, none.exits.length], [0, 0, 0]);
  t.is(world.probes[0].calls.length, 1);
});

test('scores that are NaN or infinite never exit, however low the threshold', (t) => {
  const world = worldOf({ classes: 2, thresholds: [[0, 0]] });
  const rows = [NAN_SCORES, INFINITE_SCORES, 1].map((first, id) => ({ id, values: [first, 0] }));
  t.deepEqual([...run(world, rows).exits], [1, 1, 0]);
});

test('a threshold is reached by scores that equal it; infinite ones by none', (t) => {
  t.true(exits(0, 0.8, Float64Array.of(0.8)));
  t.false(exits(0, 0.8, Float64Array.of(0.8 + 1e-15)));
  t.false(exits(0, 1, Float64Array.of(NEVER)));
  t.false(exits(0, Number.NaN, Float64Array.of(0)));
  t.false(exits(0, Number.POSITIVE_INFINITY, Float64Array.of(0)));
  t.false(exits(0, 1 + 1e-12, Float64Array.of(0)), 'not a probability');
  t.false(exits(Number.NaN, 0.9, Float64Array.of(0, 0)), 'no answer');
  t.true(exits(-7.5, 0.9, Float64Array.of(0.5)), 'a number has one threshold');
});

test('waiting features of one stage are started together', async (t) => {
  const world = worldOf({ classes: 2, thresholds: [] });
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const started: string[] = [];
  const waiting = (name: string) => ({
    name,
    fitted: {
      ...world.probes[0].feature.fitted,
      async compute(view: Parameters<(typeof world.probes)[0]['feature']['fitted']['compute']>[0]) {
        started.push(name);
        if (started.length === 2) open();
        await gate;
        return world.probes[0].feature.fitted.compute(view);
      },
    },
  });
  const engine = {
    ...world.engine,
    features: [waiting('a'), waiting('b')],
    full: { ...world.engine.full, reads: [0, 1] },
  };
  // Each waits for the other to have started: one after the other they would wait for ever.
  await runAsync(serveRows(engine, numbers(3, 2), throwing));
  t.deepEqual(started, ['a', 'b']);
});

test('while the full model works on one batch, the next ones go through their stages', async (t) => {
  const world = worldOf({ classes: 2, thresholds: [[2, 2]] });
  const open: (() => void)[] = [];
  const { full } = world.engine;
  const model = {
    ...full.model,
    async score(...given: Parameters<typeof full.model.score>) {
      await new Promise<void>((resolve) => open.push(resolve));
      await full.model.score(...given);
    },
  };
  const rows = numbers(6 * 1_024, 2);
  const answering = runAsync(serveRows({ ...world.engine, full: { ...full, model } }, rows, throwing));
  const [first] = world.probes;
  t.deepEqual([first.calls.length, open.length], [4, 4], 'several are under way, and no more than those');
  // Answered the last first: each batch's rows are still its own.
  for (let turn = 0; turn < 6; turn++) {
    open.splice(-1)[0]();
    await setImmediate();
  }
  const answered = await answering;
  const whole = run(world, rows);
  t.deepEqual(
    [answered.answers, answered.scores, answered.exits],
    [whole.answers, whole.scores, whole.exits],
  );
});

test('a signal comes to the models, which may stop', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds: [] });
  const controller = new AbortController();
  const model = {
    ...engine.full.model,
    score: (_: unknown, __: unknown, { signal }: ScoreContext = {}) =>
      new Promise<void>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const options = { onFault: 'degrade', signal: controller.signal } as const;
  const answering = runAsync(
    serveRows({ ...engine, full: { ...engine.full, model } }, numbers(3, 1), options),
  );
  controller.abort(new Error('enough'));
  await t.throwsAsync(answering, { message: 'enough' });
});

test('without waiting, rows that need a waiting feature are refused, and others answered', async (t) => {
  const options = { classes: 2, features: { 1: { waits: true, fails: () => true } } };
  t.is(run(worldOf({ ...options, thresholds: [[0, 0]] }), numbers(20, 2)).answers.length, 20);
  t.throws(() => run(worldOf({ ...options, thresholds: [[NEVER, NEVER]] }), numbers(20, 2)), {
    instanceOf: AsyncError,
  });
  // The refused feature rejects later, and the test runner fails on a rejection that nobody handles.
  await setImmediate();
});

test('decisions by threshold and by costs decide exits too', (t) => {
  const costs = [
    [0, 1],
    [4, 0],
  ];
  const rows = numbers(400, 2);
  for (const decision of [
    { kind: 'threshold', threshold: 0.35 } as const,
    { kind: 'costs', costs } as const,
  ]) {
    const world = worldOf({ classes: 2, decision, thresholds: [[0.6, 0.4]] });
    const answered = run(world, rows);
    rows.forEach((row, i) => {
      t.deepEqual(answerOf(answered, i), answerAlone(world.engine, row));
    });
    const unlikely = rows.filter((_, i) => answered.answers[i] === 1 && answered.scores[2 * i + 1] < 0.5);
    t.true(unlikely.length > 0, 'the less likely class is answered where that is cheaper');
  }
});
