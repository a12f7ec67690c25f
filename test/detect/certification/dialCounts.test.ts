import test from 'ava';
import { imagesNeeded, limitsAt } from '../../../detect/certification/dialCounts.js';
import {
  certifiedRange,
  type DetectionBounds,
  type DialCounts,
  noCounts,
  shareDelta,
} from '../../../detect/certification/index.js';
import { allowedErrors, random, ratioPValue } from '../../../lib/stats/index.js';

const seed = random(1);

function dialCounts(
  bounds: DetectionBounds,
  settings: number,
  of: Partial<DialCounts>,
  delta = 0.05,
): DialCounts {
  return { ...noCounts(settings, shareDelta(bounds, delta)), ...of };
}

test('false detections walk from the last setting to the first one that has too many', (t) => {
  const bounds = { falseDetections: { most: 0, share: 0.1 } };
  const most = allowedErrors(100, 0.1, 0.05);
  t.is(most, 4);
  const over = (...counts: number[]) =>
    certifiedRange(dialCounts(bounds, counts.length, { images: 100, over: Int32Array.from(counts) }), seed);
  t.deepEqual(over(9, 5, 4, 2, 0), { first: 2, last: 4 });
  // What lies beyond a failure isn't reached.
  t.deepEqual(over(4, 4, 5, 2, 0), { first: 3, last: 4 });
  t.deepEqual(over(0, 0, 0, 0, 5), { first: 5, last: 4 });
  t.deepEqual(over(4, 4), { first: 0, last: 1 });
});

test('false positives are of the windows that were drawn', (t) => {
  const bounds = { falsePositives: { rate: 0.1 } };
  const wrong = Int32Array.of(9, 4, 1);
  t.is(certifiedRange(dialCounts(bounds, 3, { images: 500, drawn: 100, wrong }), seed).first, 1);
  t.is(certifiedRange(dialCounts(bounds, 3, { images: 500, drawn: 0, wrong }), seed).first, 3);
});

test('detection walks from the first setting to the last one that finds enough', (t) => {
  const bounds = { detection: { rate: 0.8, maxObjects: 2 } };
  const objects = Array.from({ length: 120 }, (_, i) => i % 3);
  // Setting j misses an object in every image of a share j / 10 of those that have some.
  const met = objects.map((count, i) =>
    Uint16Array.from({ length: 6 }, (_, j) => (count > 0 && i % 10 < j ? count - 1 : count)),
  );
  const { first, last } = certifiedRange(dialCounts(bounds, 6, { images: 120, objects, met }), seed);
  t.is(first, 0);
  t.true(last >= 0 && last < 5);
  // The next one isn't rejected, by the test itself.
  const order = Int32Array.from(objects, (_, i) => i);
  seed.fork('image order').shuffle(order);
  const p = (j: number) =>
    ratioPValue(
      {
        lost: Float64Array.from(order, (i) => (objects[i] - met[i][j]) / 2),
        counts: Float64Array.from(order, (i) => objects[i] / 2),
      },
      1 - 0.8,
      0.05,
    );
  t.true(p(last) <= 0.05);
  t.true(p(last + 1) > 0.05);
});

test('bounds that pull apart leave no setting', (t) => {
  const bounds = {
    detection: { rate: 0.5, maxObjects: 1 },
    falseDetections: { most: 0, share: 0.1 },
  };
  const objects = new Array<number>(100).fill(1);
  const met = objects.map(() => Uint16Array.of(1, 0, 0));
  const over = Int32Array.of(100, 100, 0);
  t.deepEqual(certifiedRange(dialCounts(bounds, 3, { images: 100, objects, met, over }), seed), {
    first: 2,
    last: 0,
  });
});

test('images that are needed: for one object of one, as many as for any mean', (t) => {
  const bounds = {
    detection: { rate: 0.9, maxObjects: 2, delta: 0.05 },
    falseDetections: { most: 0, share: 0.01, delta: 0.05 },
    falsePositives: { rate: 0.1, delta: 0.05 },
  };
  const needed = (objects: number[]) => imagesNeeded({ objects, bounds: shareDelta(bounds, 0.15) });
  t.is(needed([2, 2]).falseDetections, 299);
  t.is(needed([2, 2]).falsePositives, 29);
  t.true(needed([2, 2]).detection >= 29);
  t.true(needed([1, 1]).detection > needed([2, 2]).detection);
  t.is(needed([0, 0]).detection, needed([2, 2]).detection);
});

test('limits of a setting hold for it alone', (t) => {
  const bounds = {
    detection: { rate: 0.5, maxObjects: 1 },
    falseDetections: { most: 0, share: 0.1 },
  };
  const objects = new Array<number>(60).fill(1);
  const met = objects.map((_, i) => Uint16Array.of(Number(i % 10 > 0)));
  const limits = limitsAt(
    dialCounts(bounds, 1, { images: 60, objects, met, over: Int32Array.of(0) }, 0.1),
    0,
    seed,
  );
  t.is(limits.objects, 60);
  t.is(limits.met, 54);
  t.is(limits.over, 0);
  // BetaInv(.95; 1, 60) = 1 - .05 ** (1 / 60).
  t.true(Math.abs((limits.falseDetections ?? 0) - (1 - 0.05 ** (1 / 60))) < 1e-9);
  t.true(limits.detection !== null && limits.detection > 0.7 && limits.detection < 0.9);
  t.is(limits.falsePositives, null);
});
