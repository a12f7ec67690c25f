import test from 'ava';
import {
  certifyDetector,
  Detector,
  readCascade,
  stageTable,
  trainDetector,
  trainingSummary,
} from '../../../detect/index.js';
import { WindowSet } from '../../../detect/training/examples/index.js';
import { runModel } from '../../../detect/training/grownModel.js';
import { UsedRows } from '../../../index.js';
import { backgrounds, crosses, drawCross, options, SIDE } from './scenes.js';

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

test('what is trained finds crosses in scenes, with at most one false detection a scene', async (t) => {
  const { detector, table, reason } = await trainDetector({
    ...options,
    positives: crosses('training', 200),
    negatives: backgrounds('training', 60),
    augment: { copies: 3, jitter: { rotate: 0 } },
    negativesPerStage: 200,
    features: 300,
    stages: 6,
  });
  t.true(table.length >= 4);
  t.true(reason === 'stages' || reason === 'exhausted');
  let found = 0;
  let others = 0;
  for (let i = 0; i < 10; i++) {
    const { image, boxes } = scene(i);
    const { boxes: detected } = detector.detect(image, { minNeighbors: 3 });
    found += boxes.filter((box) => detected.some((other) => overlap(other, box) >= 0.4)).length;
    others += detected.filter((other) => !boxes.some((box) => overlap(other, box) >= 0.2)).length;
  }
  t.true(found >= 14, `found ${found} of 20`);
  t.true(others <= 10, `${others} others`);
});

for (const [name, more] of [
  ['stumps', {}],
  ['trees', { depth: 2 }],
  ['LBP', { kind: 'lbp' }],
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

test('every stage meets its targets on validation, and the table says by what', async (t) => {
  const { table } = await trainDetector({ ...options, hitRate: 0.9, falseAlarmRate: 0.2 });
  t.true(table.length >= 2);
  for (const [i, row] of table.entries()) {
    t.is(row.stage, i + 1);
    t.true(row.validationHits >= 0.9 && row.falseAlarms <= 0.2);
    // 16 of 80 crosses are held out, and 5 of them count hits.
    t.true(row.positives <= 64 && row.validationPositives <= 11 && row.testPositives <= 5);
    t.is(row.hits === null, row.testPositives === 0);
    t.true(row.acceptance < (table[i - 1]?.acceptance ?? 1.1));
  }
  t.is(stageTable(table).split('\n').length, table.length + 1);
});

test('a trained cascade survives XML, bit for bit', async (t) => {
  const { detector } = await trainDetector({ ...options, stages: 1 });
  const again = readCascade(detector.toXml());
  const { image } = scene(0);
  t.deepEqual(again.windows(image), detector.windows(image));
  t.true(again instanceof Detector);
});

test('images that trained a detector certify nothing of it, read from XML or not', async (t) => {
  const image = backgrounds('the only one', 1, 96)[0];
  const negatives = [...backgrounds('others', 5), image];
  const { detector, state } = await trainDetector({ ...options, negatives, validation: 0.5, stages: 1 });
  const bounds = { falseDetections: { most: 3, share: 0.5 } };
  const [crop] = crosses('a crop', 1);
  for (const each of [
    detector,
    readCascade(detector.toXml()),
    new Detector(detector.model, {}, new Set(state.used)),
  ]) {
    const fresh = await certifyDetector(each, { images: [{ image: crop, boxes: [] }], bounds, delta: 0.5 });
    t.is(fresh.certificate.images, 1);
    for (const used of [image, options.positives[0]]) {
      const images = 'boxes' in used ? [used] : [{ image: used, boxes: [] }];
      await t.throwsAsync(certifyDetector(each, { images, bounds, delta: 0.5 }), { instanceOf: UsedRows });
    }
  }
});

test('few objects, and stages that miss their rate of false alarms, are told of in result, progress and print', async (t) => {
  const seen = new Set<string>();
  const { warnings, hits, table, message } = await trainDetector({
    ...options,
    falseAlarmRate: 1e-9,
    maxWeak: 2,
    stages: 2,
    onProgress: ({ warnings }) => {
      for (const { kind } of warnings) seen.add(kind);
    },
  });
  t.deepEqual(
    warnings.map(({ kind }) => kind),
    ['few-validation-objects', 'no-copies', ...table.map(() => 'false-alarms')],
  );
  t.deepEqual([...seen], ['few-validation-objects', 'no-copies', 'false-alarms']);
  const [few, , alarms] = warnings;
  // 16 of 80 crosses are held out, and a third of these only counts hits.
  t.true(few.kind === 'few-validation-objects' && few.objects === 11 && few.needed === 200);
  t.true(alarms.kind === 'false-alarms' && alarms.falseAlarms === table[0].falseAlarms);
  t.is(hits.objects, 5);
  const text = trainingSummary({ warnings, hits, table, message });
  t.is(text.split('\n').length, table.length + 1 + 2 + warnings.length);
  t.regex(text, /of 5 test objects pass all stages: .* cut out exactly; in images fewer are found/);
  t.regex(text, /warning: 11 objects choose thresholds.* takes 200/);
});

test('hits are counted on the objects given for it: those of the table are those of the result', async (t) => {
  const counting = [...crosses('test', 6), ...backgrounds('no crosses', 6, SIDE)];
  const { table, hits, warnings } = await trainDetector({ ...options, hitRate: 0.9, test: counting });
  t.is(table[0].testPositives, 12);
  t.is(table[0].validationPositives, 16);
  t.is(hits.objects, 12);
  // What shows no cross is no hit, although every stage passes 90 % or more of the objects that chose its threshold.
  t.true(hits.passed < 12 && table.every(({ validationHits }) => validationHits >= 0.9));
  const passed = table.reduce((left, row) => left * (row.hits ?? 1), 12);
  t.is(Math.round(passed), hits.passed);
  // One of ten can be told by 16.
  t.false(warnings.some(({ kind }) => kind === 'few-validation-objects'));
});

test('copies are made of what stages are fitted on, and of nothing else', async (t) => {
  const augment = { mirror: true, copies: 4 };
  const more = { ...options, stages: 1, augment };
  const { table, state } = await trainDetector(more);
  t.is(table[0].positives, 64 * 5);
  t.is(table[0].validationPositives, 11);
  t.is(table[0].testPositives, 5);
  t.deepEqual((await trainDetector(more)).state, state);
});
