import test from 'ava';
import fc from 'fast-check';
import { AsyncError } from '../../../../lib/errors.js';
import {
  type AnsweredOne,
  PointEngine,
  runAsync,
  runSync,
  serveRows,
} from '../../../../lib/run/runtime/index.js';
import { anyNumber, NEVER, type Numbers, numbers, someThresholds, worldOf } from './numbers.js';

const throwing = { onFault: 'throw' } as const;
const degrading = { onFault: 'degrade' } as const;

async function outcome(run: () => AnsweredOne | Promise<AnsweredOne>): Promise<AnsweredOne | Error> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error('something else was thrown');
  }
}

const settings = fc.integer({ min: 2, max: 4 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    thresholds: someThresholds(classes),
    waits: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    failing: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    waitingModels: fc.boolean(),
    degrade: fc.boolean(),
    ahead: fc.boolean(),
    row: fc.array(anyNumber, { minLength: 4, maxLength: 4 }),
  }),
);

test('a single row gets the answer that it gets in a batch, its faults included', async (t) => {
  await fc.assert(
    fc.asyncProperty(settings, async ({ waits, row, failing, degrade, ahead, ...options }) => {
      const features = Object.fromEntries(
        waits.map((each, f) => [f, { waits: each, ...(f === failing && { fails: () => true }) }]),
      );
      const { engine } = worldOf({ ...options, features });
      const stages = engine.stages.map((stage, s) => ({ ...stage, ahead: [s + 1] }));
      const given: Numbers = { id: 0, values: row };
      const how = degrade ? degrading : throwing;
      const batch = await outcome(async () => {
        const { answers, scores, exits, degraded, faults } = await runAsync(serveRows(engine, [given], how));
        return { answer: answers[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults };
      });
      const point = new PointEngine({ ...engine, stages });
      t.deepEqual(await outcome(() => point.run(given, { ...how, ahead })), batch);
    }),
    { numRuns: 500 },
  );
});

test('a row that nothing holds up is answered at once, and computes what it needs alone', (t) => {
  const { engine, probes } = worldOf({
    classes: 2,
    thresholds: [
      [0.7, 0.7],
      [0.6, 0.6],
    ],
  });
  const point = new PointEngine(engine);
  const rows = numbers(200, 3);
  const batch = runSync(serveRows(engine, rows, throwing), 'nothing');
  for (const { calls } of probes) calls.length = 0;
  const exits = rows.map((row) => {
    const step = point.run(row, throwing);
    if (step instanceof Promise) return t.fail('nothing waits here');
    return step.exit;
  });
  t.deepEqual(exits, [...batch.exits]);
  t.true(new Set(exits).size === 3, 'the case is one');
  probes.forEach(({ calls }, f) => {
    t.deepEqual(
      calls.flat(),
      rows.filter((_, r) => batch.exits[r] >= f).map(({ id }) => id),
    );
  });
});

test('what a later stage reads is begun with the stage that has it ahead, once, and fails only who needs it', async (t) => {
  for (const fails of [false, true]) {
    const { engine, probes } = worldOf({
      classes: 2,
      thresholds: [[0.5, 0.5]],
      features: { 0: { waits: true }, 1: { waits: true, ...(fails && { fails: () => true }) } },
    });
    const point = new PointEngine({
      ...engine,
      stages: engine.stages.map((stage) => ({ ...stage, ahead: [1] })),
    });
    const step = point.run(numbers(1, 2)[0], { ...throwing, ahead: true });
    if (!(step instanceof Promise)) return t.fail('it waits');
    t.deepEqual(
      probes.map(({ calls }) => calls.length),
      [1, 1],
    );
    t.is((await step).exit, 0);
    t.deepEqual(
      probes.map(({ calls }) => calls.length),
      [1, 1],
    );
  }
});

test('without leave nothing is begun ahead', async (t) => {
  const { engine, probes } = worldOf({
    classes: 2,
    thresholds: [[0.5, 0.5]],
    features: { 0: { waits: true } },
  });
  const point = new PointEngine({
    ...engine,
    stages: engine.stages.map((stage) => ({ ...stage, ahead: [1] })),
  });
  const step = point.run(numbers(1, 2)[0], throwing);
  if (!(step instanceof Promise)) return t.fail('it waits');
  t.is((await step).exit, 0);
  t.is(probes[1].calls.length, 0);
});

test('an aborted call computes nothing', (t) => {
  const { engine, probes } = worldOf({ classes: 2, thresholds: [[0.5, 0.5]] });
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  t.is(
    t.throws(() => new PointEngine(engine).run(numbers(1, 2)[0], { ...throwing, signal })),
    reason,
  );
  t.true(probes.every(({ calls }) => calls.length === 0));
});

test('at once there is an answer, or an error that says what would have to be waited for', (t) => {
  const [row] = numbers(1, 2);
  const now = worldOf({ classes: 2, thresholds: [[0, 0]], features: { 1: { waits: true } } });
  t.is(new PointEngine(now.engine).runSync(row, throwing).exit, 0);
  const later = worldOf({
    classes: 2,
    thresholds: [[NEVER, NEVER]],
    features: { 1: { waits: true, fails: () => true } },
  });
  for (const how of [throwing, degrading])
    t.throws(() => new PointEngine(later.engine).runSync(row, how), { instanceOf: AsyncError });
});
