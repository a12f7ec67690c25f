import test from 'ava';
import fc from 'fast-check';
import { Detector, type DetectorOptions, type TrainingOptions } from '../../../detect/index.js';
import { detectorThreads } from '../../../detect/threads/index.js';
import { trainCascade } from '../../../detect/training/index.js';
import { OptionError } from '../../../lib/errors.js';
import { modulesUrl } from '../../support/modulesUrl.js';
import { noise } from '../image/images.js';
import { cascades, madeModel } from '../models.js';
import { options } from '../training/scenes.js';

const worker = new URL('../../../detect/threads/worker.ts', import.meta.url);
const url = new URL(await modulesUrl(worker));
const teams = await Promise.all([1, 2, 3].map((threads) => detectorThreads({ threads }, url)));
const [, two] = teams;
test.after.always(() => Promise.all(teams.map((threads) => threads.close())));

test('threads detect what one thread detects, in its order, plain and in WebAssembly', async (t) => {
  const images = fc.record({
    width: fc.integer({ min: 4, max: 90 }),
    height: fc.integer({ min: 4, max: 90 }),
    seed: fc.integer(),
  });
  const property = fc.asyncProperty(
    cascades,
    images,
    fc.constantFrom('plain', 'auto'),
    fc.boolean(),
    fc.constantFrom(1.1, 1.3, 2),
    async (model, { width, height, seed }, kernel, isOpencv, scaleFactor) => {
      const detector = new Detector(model, { kernel } as DetectorOptions);
      const image = noise(width, height, seed, width + 3);
      const given = { scaleFactor, minNeighbors: 2, ...(isOpencv && { compat: 'opencv' as const }) };
      const expected = detector.detect(image, given);
      for (const threads of teams) t.deepEqual(await threads.detect(detector, image, given), expected);
      return true;
    },
  );
  await fc.assert(property, { numRuns: 8 });
});

test('images may overlap, of several detectors and sizes', async (t) => {
  const by = { nodes: 1, tilted: false, whole: true, width: 12, height: 10 } as const;
  const detectors = Array.from(
    { length: 4 },
    (_, seed) => new Detector(madeModel({ ...by, kind: 'haar', seed })),
  );
  const pairs = detectors.flatMap((detector) =>
    [40, 90].map((side) => ({ detector, image: noise(side, 70, side) })),
  );
  const all = await Promise.all(pairs.map(({ detector, image }) => two.detect(detector, image)));
  t.deepEqual(
    all,
    pairs.map(({ detector, image }) => detector.detect(image)),
  );
});

test('options and images are refused as without threads, and a signal ends a scan at once', async (t) => {
  const detector = new Detector(
    madeModel({
      kind: 'haar',
      seed: 4,
      nodes: 1,
      tilted: false,
      whole: true,
      width: 12,
      height: 10,
    }),
  );
  const image = noise(300, 200, 1);
  await t.throwsAsync(two.detect(detector, image, { scaleFactor: 1 }), { instanceOf: OptionError });
  await t.throwsAsync(two.detect(detector, { ...image, width: 301 }), { instanceOf: OptionError });
  const reason = new Error('enough');
  const controller = new AbortController();
  const under = two.detect(detector, image, { signal: controller.signal });
  controller.abort(reason);
  await t.throwsAsync(under, { is: reason });
  t.deepEqual(await two.detect(detector, image), detector.detect(image));
});

for (const [name, more, those] of [
  ['stumps', { stages: 2 }, teams],
  ['trees', { depth: 2 }, [two]],
  ['LBP', { kind: 'lbp', features: 100 }, [two]],
] as const) {
  test(`training has the same bits on any number of threads: ${name}`, async (t) => {
    const given: TrainingOptions = { ...options, stages: 1, ...more };
    const expected = await trainCascade(given);
    for (const threads of those) {
      const progress: number[] = [];
      const trained = await trainCascade(
        { ...given, threads, onProgress: ({ table }) => progress.push(table.length) },
        undefined,
        0,
      );
      t.deepEqual(trained, expected);
      t.true(progress.length > 2);
    }
  });
}

test('an aborted training ends with the reason, wherever it is, and threads go on', async (t) => {
  for (const at of ['features', 'boosting'] as const) {
    const reason = new Error('enough');
    const controller = new AbortController();
    const training = trainCascade(
      {
        ...options,
        threads: two,
        signal: controller.signal,
        onProgress({ step }) {
          if (step === at) setImmediate(() => controller.abort(reason));
        },
      },
      undefined,
      0,
    );
    await t.throwsAsync(training, { is: reason });
  }
  t.deepEqual(
    await trainCascade({ ...options, threads: two, stages: 1 }),
    await trainCascade({ ...options, stages: 1 }),
  );
});

test('refused: threads that are none', async (t) => {
  const wrong: unknown = 2;
  const error = await t.throwsAsync(trainCascade({ ...options, threads: wrong as typeof two }), {
    instanceOf: OptionError,
  });
  t.is(error.option, 'threads');
  await t.throwsAsync(detectorThreads({ threads: 0 }), { instanceOf: OptionError });
});
