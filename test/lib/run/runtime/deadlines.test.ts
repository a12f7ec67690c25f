import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { AsyncError, DeadlineError, FeatureError, ModelError } from '../../../../lib/errors.js';
import {
  type Engine,
  type RunOptions,
  runAsync,
  runSync,
  serveRows,
} from '../../../../lib/run/runtime/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';
import { answerAlone, type Numbers, numbers, softmaxModel, worldOf } from './numbers.js';

const thresholds = [
  [0.6, 0.6],
  [0.6, 0.6],
];

function answer(engine: Engine<Numbers>, rows: readonly Numbers[], options: Partial<RunOptions> = {}) {
  return runAsync(serveRows(engine, rows, { onFault: 'throw', ...options }));
}

/** The engine, with a feature instead of one of its own. */
function withFeature(
  engine: Engine<Numbers>,
  at: number,
  compute: Engine<Numbers>['features'][number]['fitted']['compute'],
) {
  const { name, fitted } = engine.features[at];
  return { ...engine, features: engine.features.with(at, { name, fitted: { ...fitted, compute } }) };
}

const never = new Promise<never>(() => {});

test('what never comes is waited for until the deadline; the rows that needed it keep the best answer', async (t) => {
  const rows = numbers(300, 3);
  const sound = worldOf({ classes: 2, thresholds }).engine;
  const timer = new FakeTimer();
  const late = withFeature(sound, 1, () => never);
  const answering = answer(late, rows, { onFault: 'degrade', deadlineMs: 50, timer });
  let isOver = false;
  void answering.then(() => {
    isOver = true;
  });
  await timer.pass(49);
  t.false(isOver);
  await timer.pass(1);
  const { degraded, answers, faults, exits } = await answering;
  const first = { ...sound, stages: [], full: sound.stages[0] };
  const needed = rows.map((row) => answerAlone(sound, row).exit > 0);
  rows.forEach((row, i) => {
    t.is(degraded[i], Number(needed[i]));
    t.is(answers[i], answerAlone(first, row).label);
    t.is(exits[i], 0);
  });
  t.is(faults.length, 1);
  t.is(faults[0].missing, 'f1');
  t.true(faults[0].error instanceof DeadlineError);
  t.deepEqual(
    [...faults[0].rows],
    [...rows.keys()].filter((row) => needed[row]),
  );
  t.is(timer.pending, 0);

  const throwing = answer(late, rows, { deadlineMs: 50, timer });
  await timer.pass(50);
  const error = await t.throwsAsync(throwing, { instanceOf: DeadlineError });
  t.deepEqual([error?.deadlineMs, error?.waitingFor], [50, ['f1']]);
  t.is(timer.pending, 0);
});

test('a model that never answers is one that is late, and is named', async (t) => {
  const rows = numbers(100, 3);
  const { engine } = worldOf({ classes: 2, thresholds });
  const timer = new FakeTimer();
  const model = { ...softmaxModel('full', 2), score: () => never };
  const silent = { ...engine, full: { ...engine.full, model } };
  const degrading = answer(silent, rows, { onFault: 'degrade', deadlineMs: 5, timer });
  await timer.pass(5);
  const { faults, degraded } = await degrading;
  t.is(faults[0].missing, 'full');
  t.deepEqual(
    [...degraded],
    rows.map((row) => Number(answerAlone(engine, row).exit === 2)),
  );
  const throwing = answer(silent, rows, { deadlineMs: 5, timer });
  await timer.pass(5);
  const error = await t.throwsAsync(throwing, { instanceOf: DeadlineError });
  t.deepEqual(error?.waitingFor, ['full']);
});

test('with a deadline of 0 rows are answered by what needs no wait', async (t) => {
  const rows = numbers(200, 3);
  const world = worldOf({ classes: 2, thresholds, features: { 1: { waits: true } } });
  const answered = await answer(world.engine, rows, { onFault: 'degrade', deadlineMs: 0 });
  t.deepEqual(
    [...answered.degraded],
    rows.map((row) => Number(answerAlone(world.engine, row).exit > 0)),
  );
  t.is(world.probes[1].calls.length, 0, 'no later stage is begun');
  t.deepEqual(
    answered.faults.map(({ missing }) => missing),
    ['f1'],
  );
  await t.throwsAsync(answer(world.engine, rows, { deadlineMs: 0 }), { instanceOf: DeadlineError });
  const easy = rows.filter((row) => answerAlone(world.engine, row).exit === 0);
  t.true(easy.length > 0);
  t.deepEqual(
    [...(await answer(world.engine, easy, { deadlineMs: 0 })).degraded],
    easy.map(() => 0),
  );
  // Nothing but the first stage waits: then there's no answer at all.
  const waiting = worldOf({ classes: 2, thresholds, features: { 0: { waits: true } } });
  await t.throwsAsync(answer(waiting.engine, rows, { onFault: 'degrade', deadlineMs: 0 }), {
    instanceOf: DeadlineError,
  });
});

test('in time, a deadline changes nothing', async (t) => {
  const rows = numbers(300, 3);
  const { engine } = worldOf({
    classes: 2,
    thresholds,
    waitingModels: true,
    features: { 1: { waits: true } },
  });
  const timer = new FakeTimer();
  const signal = new AbortController().signal;
  t.deepEqual(await answer(engine, rows, { deadlineMs: 1_000, timer, signal }), await answer(engine, rows));
  t.is(timer.pending, 0);
});

test('features are told by their signal that it is too late', async (t) => {
  const timer = new FakeTimer();
  const { engine } = worldOf({ classes: 2, thresholds });
  const reasons: unknown[] = [];
  const watching = withFeature(engine, 1, (_, { signal } = {}) => {
    signal?.addEventListener('abort', () => reasons.push(signal.reason));
    return never;
  });
  const answering = answer(watching, numbers(300, 3), { onFault: 'degrade', deadlineMs: 5, timer });
  await timer.pass(5);
  await answering;
  t.is(reasons.length, 1);
  t.true(reasons[0] instanceof DeadlineError);
});

test('aborted while something never comes, a call ends at once', async (t) => {
  const controller = new AbortController();
  const { engine } = worldOf({ classes: 2, thresholds });
  for (const onFault of ['throw', 'degrade'] as const) {
    const answering = answer(
      withFeature(engine, 0, () => never),
      numbers(3, 3),
      { onFault, signal: controller.signal },
    );
    controller.abort(new Error('enough'));
    await t.throwsAsync(answering, { message: 'enough' });
  }
});

test('rows that a feature misses are degraded alone, and each thing that is missing is told', async (t) => {
  const rows = numbers(400, 3);
  const { engine } = worldOf({ classes: 2, thresholds });
  const sound = engine.features[1].fitted;
  const error = new FeatureError('', undefined, 'shard 2 is down');
  const lost = ({ id }: Numbers) => id % 3 === 0;
  for (const waits of [false, true]) {
    const partial = withFeature(engine, 1, (view, { missing } = {}) => {
      const inView = view.rows();
      inView.forEach((row, i) => {
        if (lost(row)) missing?.(i, error);
      });
      const block = sound.compute(view);
      return waits ? Promise.resolve(block) : block;
    });
    const answered = await answer(partial, rows, { onFault: 'degrade' });
    const first = { ...engine, stages: [], full: engine.stages[0] };
    const concerned = rows.map((row) => lost(row) && answerAlone(engine, row).exit > 0);
    t.true(concerned.includes(true));
    rows.forEach((row, i) => {
      t.is(answered.degraded[i], Number(concerned[i]));
      t.is(answered.answers[i], answerAlone(concerned[i] ? first : engine, row).label);
    });
    t.is(answered.faults.length, 1);
    t.is(answered.faults[0].missing, 'f1');
    t.regex(String(answered.faults[0].error), /feature 'f1': shard 2 is down/);
    t.deepEqual(
      [...answered.faults[0].rows],
      [...rows.keys()].filter((row) => concerned[row]),
    );
  }
});

test('a row that misses something before any stage has answered it has no answer', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds });
  const sound = engine.features[0].fitted;
  const partial = withFeature(engine, 0, (view, { missing } = {}) => {
    missing?.(1, new FeatureError('', undefined, 'shard 2 is down'));
    return sound.compute(view);
  });
  await t.throwsAsync(answer(partial, numbers(3, 3), { onFault: 'degrade' }), { message: /shard 2 is down/ });
});

test('of several things that are missing each is told', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds: [[2, 2]], features: { 1: { fails: () => true } } });
  const whole = { ...engine, full: { ...engine.full, reads: [1, 2] } };
  const broken = {
    ...whole,
    features: [...engine.features, { ...engine.features[1], name: 'f2' }],
  };
  const { faults, degraded } = await answer(broken, numbers(2, 2), { onFault: 'degrade' });
  t.deepEqual(
    faults.map(({ missing, rows }) => [missing, [...rows]]),
    [
      ['f1', [0, 1]],
      ['f2', [0, 1]],
    ],
  );
  t.deepEqual([...degraded], [1, 1]);
});

test('in faults, rows are counted among those given, not in the engine’s batch', async (t) => {
  const rows = numbers(1_500, 3);
  const world = worldOf({
    classes: 2,
    thresholds: [[2, 2]],
    features: { 1: { fails: ({ id }) => id >= 1_024 } },
  });
  const { faults } = await answer(world.engine, rows, { onFault: 'degrade' });
  t.deepEqual(
    [...faults[0].rows],
    Array.from({ length: 476 }, (_, i) => 1_024 + i),
  );
  t.true(faults[0].error instanceof FeatureError);
});

test('what is refused for being asked at once lets go of signal and timer', async (t) => {
  const timer = new FakeTimer();
  const { engine } = worldOf({ classes: 2, thresholds, features: { 0: { waits: true } } });
  const options = { onFault: 'degrade', deadlineMs: 50, timer } as const;
  t.throws(() => runSync(serveRows(engine, numbers(3, 3), options), 'a feature'), { instanceOf: AsyncError });
  t.is(timer.pending, 0);
  await setImmediate();
});

test('a full model’s NaN is its own fault', async (t) => {
  const { engine } = worldOf({ classes: 2, thresholds: [[2, 2]] });
  const blind = {
    ...softmaxModel('full', 2),
    score: (_: unknown, out: Float64Array) => void out.fill(Number.NaN),
  };
  const { faults } = await answer({ ...engine, full: { ...engine.full, model: blind } }, numbers(2, 2), {
    onFault: 'degrade',
  });
  t.is(faults[0].missing, 'full');
  t.true(faults[0].error instanceof ModelError);
});

test.serial(
  'many features, batches and calls may wait for one signal: nobody is warned of a leak',
  async (t) => {
    const { engine } = worldOf({
      classes: 2,
      thresholds,
      features: { 0: { waits: true }, 1: { waits: true } },
    });
    const warnings: Error[] = [];
    const heard = (warning: Error) => warnings.push(warning);
    process.on('warning', heard);
    const { signal } = new AbortController();
    const wide = {
      ...engine,
      features: Array.from({ length: 12 }, () => engine.features[0]),
      full: { ...engine.full, reads: [...Array(12).keys()], model: softmaxModel('full', 2) },
      stages: [],
    };
    await answer(wide, numbers(10, 3), { deadlineMs: 10_000 });
    await Promise.all(Array.from({ length: 12 }, () => answer(engine, numbers(3, 3), { signal })));
    await setImmediate();
    process.off('warning', heard);
    t.deepEqual(warnings, []);
  },
);

test('rows whose numbers are there when time is up go on; the others keep the best answer', async (t) => {
  const rows = numbers(60, 3);
  const sound = worldOf({ classes: 2, thresholds: [[2, 2]] }).engine;
  const timer = new FakeTimer();
  const partly = withFeature(sound, 1, async (view, { signal, missing } = {}) => {
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    view.rows().forEach(({ id }, row) => {
      if (id % 3 === 0) missing?.(row, signal?.reason);
    });
    return sound.features[1].fitted.compute(view);
  });
  const answering = answer(partly, rows, { onFault: 'degrade', deadlineMs: 50, timer });
  await timer.pass(50);
  const { answers, degraded, faults } = await answering;
  const whole = await answer(sound, rows);
  rows.forEach(({ id }, row) => {
    t.is(degraded[row], Number(id % 3 === 0));
    if (degraded[row] === 0) t.is(answers[row], whole.answers[row]);
  });
  t.deepEqual(
    faults.map(({ missing, error }) => [missing, error instanceof DeadlineError && error.waitingFor.join()]),
    [['f1', 'f1']],
  );
  t.is(timer.pending, 0);
});
