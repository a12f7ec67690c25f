import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { FeatureError, ModelError } from '../../../../lib/errors.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { computeAll, type Engine, runAsync, serveRows } from '../../../../lib/run/runtime/index.js';
import { answerAlone, NAN_SCORES, type Numbers, numbers, probe, softmaxModel, worldOf } from './numbers.js';

const thresholds = [
  [0.6, 0.6],
  [0.6, 0.6],
];
const degrade = { onFault: 'degrade' } as const;

function answer(engine: Engine<Numbers>, rows: readonly Numbers[], options: Parameters<typeof serveRows>[2]) {
  return runAsync(serveRows(engine, rows, options));
}

for (const waits of [false, true]) {
  const how = waits ? 'rejects' : 'throws';

  test(`a later feature that ${how} costs only the rows that needed it`, async (t) => {
    const rows = numbers(300, 3);
    const sound = worldOf({ classes: 2, thresholds });
    const broken = worldOf({ classes: 2, thresholds, features: { 1: { waits, fails: () => true } } });
    const answered = await answer(broken.engine, rows, degrade);
    const needed = rows.map((row) => answerAlone(sound.engine, row).exit > 0);
    t.true(needed.includes(true) && needed.includes(false), 'the case is one');
    const [first] = sound.engine.stages;
    const alone = { ...sound.engine, stages: [], full: first };
    rows.forEach((row, i) => {
      t.is(answered.degraded[i], Number(needed[i]));
      // Degraded or not, stage 1 is the best that there was.
      t.deepEqual(answered.answers[i], answerAlone(alone, row).label);
      t.deepEqual([...answered.scores.subarray(2 * i, 2 * i + 2)], answerAlone(alone, row).scores);
      t.is(answered.exits[i], 0);
    });
    t.is(broken.probes[2].calls.length, 0, 'what comes after the fault is left alone');
  });

  test(`by default a feature that ${how} is named`, async (t) => {
    const { engine } = worldOf({ classes: 2, thresholds, features: { 1: { waits, fails: () => true } } });
    const error = await t.throwsAsync(answer(engine, numbers(300, 3), { onFault: 'throw' }), {
      instanceOf: FeatureError,
    });
    t.is(error?.feature, 'f1');
    t.regex(error?.message ?? '', /feature 'f1'.*no answer/);
    t.is(error?.cause instanceof Error && error.cause.message, 'no answer');
  });

  test(`where the first stage's feature ${how} there is nothing to fall back on`, async (t) => {
    const { engine } = worldOf({ classes: 2, thresholds, features: { 0: { waits, fails: () => true } } });
    await t.throwsAsync(answer(engine, numbers(3, 3), degrade), { instanceOf: FeatureError });
  });
}

test('a fault in one of the engine’s batches leaves the others alone', async (t) => {
  const rows = numbers(2_200, 3);
  const { engine } = worldOf({
    classes: 2,
    thresholds,
    features: { 2: { fails: ({ id }) => id >= 1_024 && id < 2_048 } },
  });
  const { degraded } = await answer(engine, rows, degrade);
  const sound = worldOf({ classes: 2, thresholds });
  const expected = rows.map((row) =>
    Number(answerAlone(sound.engine, row).exit === 2 && row.id >= 1_024 && row.id < 2_048),
  );
  t.true(expected.includes(1));
  t.deepEqual([...degraded], expected);
});

test('where one feature throws, another that waits and fails as well is not left unhandled', async (t) => {
  const { engine } = worldOf({
    classes: 2,
    thresholds: [[2, 2]],
    features: { 0: { waits: true, fails: () => true }, 1: { fails: () => true } },
  });
  const whole = { ...engine, stages: [] };
  await t.throwsAsync(answer(whole, numbers(3, 2), { onFault: 'throw' }), { message: /'f1'/ });
  // The test runner fails on a rejection that nobody handles: give it the time to come.
  await setImmediate();
});

test('a full model that fails, or gives NaN, degrades to the last stage', async (t) => {
  const rows = numbers(200, 3);
  const { engine } = worldOf({ classes: 2, thresholds });
  const rejecting = { ...softmaxModel('full', 2), score: () => Promise.reject(new Error('server gone')) };
  const blind = {
    ...softmaxModel('full', 2),
    score: (_: unknown, out: Float64Array) => void out.fill(Number.NaN),
  };
  for (const model of [rejecting, blind]) {
    const failing = { ...engine, full: { ...engine.full, model } };
    const { exits, degraded, answers } = await answer(failing, rows, degrade);
    rows.forEach((row, i) => {
      const { exit } = answerAlone(engine, row);
      t.is(degraded[i], Number(exit === 2));
      t.is(exits[i], Math.min(exit, 1));
      const last = { ...engine, stages: engine.stages.slice(0, 1), full: engine.stages[1] };
      t.is(answers[i], answerAlone(last, row).label);
    });
  }
  const throwing = answer({ ...engine, full: { ...engine.full, model: rejecting } }, rows, {
    onFault: 'throw',
  });
  await t.throwsAsync(throwing, { message: 'server gone' });
});

test('a full model that gives NaN is named, with the row', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds: [] });
  const rows = numbers(1_500, 1).map((row) => (row.id === 1_300 ? { ...row, values: [NAN_SCORES] } : row));
  const full = { ...engine.full, model: softmaxModel('full', 2) };
  const error = await t.throwsAsync(answer({ ...engine, full }, rows, { onFault: 'throw' }), {
    instanceOf: ModelError,
  });
  t.regex(error?.message ?? '', /model 'full': row 1300: gave NaN;/);
});

test('rows whose last stage gave no usable scores fall back on the stage before', async (t) => {
  const { engine } = worldOf({
    classes: 2,
    thresholds: [
      [2, 2],
      [2, 2],
    ],
    features: { 2: { fails: () => true } },
  });
  const [plain] = numbers(1, 3);
  const row = { id: 1, values: [plain.values[0], NAN_SCORES, 0] };
  const { answers, exits, degraded } = await answer(engine, [plain, row], degrade);
  t.deepEqual([...exits], [1, 0]);
  t.deepEqual([...degraded], [1, 1]);
  t.is(answers[1], answerAlone({ ...engine, stages: [], full: engine.stages[0] }, row).label);

  const hopeless = { id: 2, values: [NAN_SCORES, NAN_SCORES, 0] };
  await t.throwsAsync(answer(engine, [plain, hopeless], degrade), { instanceOf: FeatureError });
});

test('a row in an error is counted among the rows given, not in the engine’s batch', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds: [] });
  const [{ name, fitted }] = engine.features;
  const features = [
    {
      name,
      fitted: {
        ...fitted,
        compute(view: RowView<Numbers>) {
          const row = view.rows().findIndex(({ id }) => id === 1_100);
          if (row >= 0) throw new FeatureError('', view.at(row), 'column 0 is NaN');
          return fitted.compute(view);
        },
      },
    },
  ];
  const error = await t.throwsAsync(
    answer({ ...engine, features }, numbers(1_200, 1), { onFault: 'throw' }),
    {
      instanceOf: FeatureError,
    },
  );
  t.is(error?.row, 1_100);
  t.is(error?.message, "feature 'f0', row 1100: column 0 is NaN");
});

test('blocks of the wrong rows or width are refused, naming the feature', async (t) => {
  const { feature } = probe(0);
  const view = RowView.of(numbers(3, 1));
  const narrow = { name: 'narrow', fitted: { ...feature.fitted, columns: 2 } };
  const short = {
    name: 'short',
    fitted: { ...feature.fitted, compute: () => feature.fitted.compute(RowView.of(numbers(2, 1))) },
  };
  for (const [broken, got] of [
    [narrow, /feature 'narrow': expected a block of 3 rows x 2 columns, got 3 x 1/],
    [short, /feature 'short': expected a block of 3 rows x 1 columns, got 2 x 1/],
  ] as const) {
    await t.throwsAsync(runAsync(computeAll([feature, broken], view, { origin: (row) => row })), {
      instanceOf: FeatureError,
      message: got,
    });
  }
});

test('aborted before, nothing is computed', async (t) => {
  const { engine, probes } = worldOf({ classes: 2, thresholds });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(answer(engine, numbers(10, 3), { onFault: 'degrade', signal }), { message: 'enough' });
  await t.throwsAsync(answer(engine, [], { onFault: 'degrade', signal }), { message: 'enough' });
  t.is(probes[0].calls.length, 0);
});

test('aborted while a feature is waited for, no later stage is begun', async (t) => {
  const controller = new AbortController();
  const world = worldOf({ classes: 2, thresholds: [[2, 2]], features: { 0: { waits: true } } });
  const answering = answer(world.engine, numbers(10, 2), { onFault: 'degrade', signal: controller.signal });
  controller.abort(new Error('enough'));
  await t.throwsAsync(answering, { message: 'enough' });
  t.is(world.probes[1].calls.length, 0);
});

test('aborted in a fault, the rows aren’t taken for degraded', async (t) => {
  const controller = new AbortController();
  const world = worldOf({
    classes: 2,
    thresholds: [[2, 2]],
    features: {
      1: {
        fails: () => {
          controller.abort(new Error('enough'));
          return true;
        },
      },
    },
  });
  await t.throwsAsync(
    answer(world.engine, numbers(10, 2), { onFault: 'degrade', signal: controller.signal }),
    { message: 'enough' },
  );
});
