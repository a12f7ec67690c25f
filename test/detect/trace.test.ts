import test from 'ava';
import fc from 'fast-check';
import { Detector, traceScan, traceTable } from '../../entries/detect.js';
import { cascades, smallModel } from './models.js';
import { noise } from './training/scenes.js';

const model = smallModel(3);

test('all candidates of detect pass the last stage, and no window is lost between stages', (t) => {
  fc.assert(
    fc.property(cascades, fc.nat(100), (made, seed) => {
      const detector = new Detector(made);
      const images = [noise(`a${seed}`, 24, 20), noise(`b${seed}`, 17, 24)];
      const trace = traceScan(detector, images, { scaleFactor: 1.4 });
      const candidates = images.reduce(
        (sum, image) => sum + detector.detect(image, { scaleFactor: 1.4, minNeighbors: 0 }).candidates.length,
        0,
      );
      const { stages, windows, flat } = trace;
      t.is(stages.at(-1)?.passed, candidates);
      t.is(stages[0].reached, windows - flat);
      for (const [s, stage] of stages.entries()) {
        t.true(stage.passed <= stage.reached);
        if (s > 0) t.is(stage.reached, stages[s - 1].passed);
      }
    }),
    { numRuns: 40 },
  );
});

test('scale 1 alone equals what windows() says of every second window', (t) => {
  const detector = new Detector(model);
  const image = noise('w', 20, 16);
  const { columns, rows, stages } = detector.windows(image);
  const counts = [0, 0, 0, 0];
  for (let y = 0; y < rows; y += 2) for (let x = 0; x < columns; x += 2) counts[stages[y * columns + x]]++;
  const trace = traceScan(detector, image, { maxSize: [8, 8] });
  t.is(trace.windows, 7 * 5);
  t.deepEqual(
    trace.stages.map(({ passed }) => passed),
    [counts[1] + counts[2] + counts[3], counts[2] + counts[3], counts[3]],
  );
  const weak = trace.stages.reduce((sum, stage) => sum + stage.weak * stage.reached, 0);
  t.is(trace.weakPerWindow, weak / 35);
});

test('flat windows run nothing; a small image has none', (t) => {
  const flat = { data: new Uint8Array(400).fill(90), width: 20, height: 20 };
  const trace = traceScan(new Detector(model), flat, { maxSize: [8, 8] });
  t.deepEqual([trace.windows, trace.flat, trace.weakPerWindow], [49, 49, 0]);
  const none = traceScan(new Detector(model), { data: new Uint8Array(9), width: 3, height: 3 });
  t.deepEqual([none.images, none.windows, none.weakPerWindow], [1, 0, 0]);
  t.throws(() => traceScan(new Detector(model), flat, { scaleFactor: 1 }), { message: /'scaleFactor'/ });
});

test('the table, by hand', (t) => {
  const table = traceTable({
    images: 1,
    windows: 2_000,
    flat: 1_000,
    weakPerWindow: 2,
    stages: [
      { stage: 1, weak: 3, reached: 1_000, passed: 100 },
      { stage: 2, weak: 10, reached: 100, passed: 0 },
    ],
  });
  t.is(
    table,
    [
      'stage  weak  windows  of all  passed  of work',
      '    1     3    1,000    50 %    10 %     75 %',
      '    2    10      100     5 %     0 %     25 %',
      '2,000 windows, 1,000 of them flat; 2.00 weak learners a window',
    ].join('\n'),
  );
});
