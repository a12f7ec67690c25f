import test from 'ava';
import {
  Detector,
  type StageRow,
  stageTable,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingState,
  trainDetector,
} from '../../../../cascades/attentional/index.js';
import { runModel } from '../../../../cascades/attentional/training/grownModel.js';
import { WindowSet } from '../../../../cascades/attentional/training/windowSet.js';
import { backgrounds, crosses, drawCross, SIDE } from './scenes.js';

const options: TrainingOptions = {
  positives: crosses('training', 120),
  negatives: backgrounds('training', 24),
  features: 300,
  stages: 3,
  falsePositiveRate: 1e-9,
  seed: 1,
};

/** Crosses at known places of images that training did not see, with a box for each. */
function scene(i: number) {
  const image = backgrounds(`scene ${i}`, 1, 96)[0];
  const boxes = [
    { x: 10, y: 14, size: 20 },
    { x: 60, y: 50, size: 14 },
  ];
  for (const { x, y, size } of boxes) drawCross(image, x, y, size, 80);
  return { image, boxes };
}

/** Intersection over union. */
function overlap(
  a: { x: number; y: number; width: number; height: number },
  b: { x: number; y: number; size: number },
): number {
  const side = (from: number, end: number, other: number, otherEnd: number) =>
    Math.max(0, Math.min(end, otherEnd) - Math.max(from, other));
  const both = side(a.x, a.x + a.width, b.x, b.x + b.size) * side(a.y, a.y + a.height, b.y, b.y + b.size);
  return both / (a.width * a.height + b.size * b.size - both);
}

test('what is trained finds crosses in scenes, and little else', async (t) => {
  const { detector, table, reason } = await trainDetector({ ...options, stages: 4 });
  t.true(table.length >= 2);
  t.true(reason === 'stages' || reason === 'exhausted');
  let found = 0;
  let others = 0;
  for (let i = 0; i < 10; i++) {
    const { image, boxes } = scene(i);
    const { boxes: detected } = detector.detect(image, { minNeighbors: 2 });
    found += boxes.filter((box) => detected.some((other) => overlap(other, box) >= 0.4)).length;
    others += detected.filter((other) => !boxes.some((box) => overlap(other, box) >= 0.2)).length;
  }
  t.true(found >= 16, `found ${found} of 20`);
  t.true(others <= 5, `${others} others`);
});

for (const [name, more] of [
  ['stumps', {}],
  ['trees', { depth: 2 }],
  ['LBP', { kind: 'lbp' }],
  ['a soft cascade', { soft: true }],
] as const) {
  test(`scores in training are those of scans: ${name}`, async (t) => {
    const { detector } = await trainDetector({ ...options, stages: 2, ...more });
    const windows = [...crosses('other', 40), ...backgrounds('other', 40, SIDE)];
    const set = new WindowSet(
      windows.map(({ data }) => Uint8Array.from(data)),
      SIDE,
      SIDE,
    );
    const { passes, sums } = runModel(detector.model, set);
    const stages = detector.model.stageThresholds.length;
    t.true(passes.includes(1) && passes.includes(0));
    windows.forEach((window, i) => {
      const traced = detector.windows(window);
      if (more !== undefined && !('kind' in more) && set.norms[i] === 0) return;
      t.is(passes[i] === 1, traced.stages[0] === stages);
      t.is(sums[i], traced.sums[0]);
    });
  });
}

test('a soft cascade has a threshold a tree, and its promises on validation', async (t) => {
  const { detector, table } = await trainDetector({ ...options, soft: true });
  const { model } = detector;
  t.true(model.soft);
  t.is(model.stageThresholds.length, model.firstNode.length - 1);
  t.is(
    model.stageThresholds.length,
    table.reduce((sum, row) => sum + row.weak, 0),
  );
  for (const row of table) t.true(row.hits >= 0.995 && row.falseAlarms <= 0.4);
});

test('every stage meets its targets on validation, and the table says by what', async (t) => {
  const { table } = await trainDetector({ ...options, hitRate: 0.9, falseAlarmRate: 0.2 });
  t.true(table.length >= 2);
  for (const [i, row] of table.entries()) {
    t.is(row.stage, i + 1);
    t.true(row.hits >= 0.9 && row.falseAlarms <= 0.2);
    // 24 of 120 crosses are held out.
    t.true(row.positives <= 96 && row.validationPositives <= 24);
    t.true(row.acceptance < (table[i - 1]?.acceptance ?? 1.1));
  }
  t.is(stageTable(table).split('\n').length, table.length + 1);
});

test('the same seed gives the same bits, another one others', async (t) => {
  const short = { ...options, stages: 2 };
  const [first, second] = [await trainDetector(short), await trainDetector(short)];
  t.deepEqual(second.state, first.state);
  const other = await trainDetector({ ...short, seed: 2 });
  t.notDeepEqual(other.state.model, first.state.model);
});

for (const soft of [false, true]) {
  test(`resumed after a stage, it ends as if never stopped${soft ? ': soft' : ''}`, async (t) => {
    const states: TrainingState[] = [];
    const whole = await trainDetector({
      ...options,
      soft,
      onProgress: ({ state }) => state && states.push(state),
    });
    t.true(states.length >= 2);
    const stored: TrainingState = JSON.parse(JSON.stringify(states[0]));
    const { detector, table, reason } = await trainDetector({ ...options, soft, resume: stored });
    t.deepEqual(detector.model, whole.detector.model);
    t.deepEqual(table, whole.table);
    t.is(reason, whole.reason);
  });
}

test('a trained cascade survives XML, bit for bit', async (t) => {
  const { detector } = await trainDetector({ ...options, stages: 1 });
  const { readCascade } = await import('../../../../cascades/attentional/index.js');
  const again = readCascade(detector.toXml());
  const { image } = scene(0);
  t.deepEqual(again.windows(image), detector.windows(image));
  t.true(again instanceof Detector);
});

test('progress: the table grows by weak learners, then by stages', async (t) => {
  const seen: TrainingProgress[] = [];
  await trainDetector({ ...options, stages: 2, onProgress: (progress) => seen.push(progress) });
  const weak = seen.filter(({ step }) => step === 'boosting');
  t.deepEqual(
    weak.filter(({ stage }) => stage === 1).map(({ table }) => table.at(-1)?.weak),
    weak.filter(({ stage }) => stage === 1).map((_, i) => i + 1),
  );
  const lengths = seen.map(({ table }) => table.length);
  t.true(lengths.every((length, i) => i === 0 || length >= lengths[i - 1]));
  t.is(seen.filter(({ step, state }) => step === 'stage' && state !== undefined).length, 2);
  t.is(seen[0].secondsLeft, undefined);
  t.true((seen.at(-1)?.secondsLeft ?? -1) === 0);
});

test('a signal ends training between weak learners, and what was done can be resumed', async (t) => {
  const controller = new AbortController();
  const rows: StageRow[] = [];
  let saved: TrainingState | undefined;
  const training = trainDetector({
    ...options,
    signal: controller.signal,
    onProgress({ step, stage, state, table }) {
      saved = state ?? saved;
      if (step === 'boosting' && stage === 2) {
        rows.push(...table);
        controller.abort(new Error('enough'));
      }
    },
  });
  await t.throwsAsync(training, { message: 'enough' });
  t.is(rows.length, 2);
  const resumed = await trainDetector({ ...options, resume: saved! });
  t.deepEqual(resumed.state, (await trainDetector(options)).state);
});
