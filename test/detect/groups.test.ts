import test from 'ava';
import fc from 'fast-check';
import { roundEven } from '../../detect/image/index.js';
import { type Box, clipBoxes, groupBoxes, joiningParts } from '../../detect/scan/index.js';
import { Pacer } from '../../detect/training/index.js';

const box = (x: number, y: number, size: number, score = 1): Box => ({
  x,
  y,
  width: size,
  height: size,
  neighbours: 1,
  score,
});

test('boxes of a group become their mean, with the largest score', (t) => {
  const boxes = [box(10, 10, 20, 1), box(60, 10, 20), box(12, 11, 21, 3), box(13, 10, 22, 2)];
  // 35 / 3 = 11.67, 31 / 3 = 10.33, 63 / 3 = 21.
  t.deepEqual(groupBoxes(boxes, 2), [{ x: 12, y: 10, width: 21, height: 21, neighbours: 3, score: 3 }]);
  t.is(groupBoxes(boxes, 3).length, 0);
  t.deepEqual(groupBoxes(boxes, 0), boxes);
});

test('groups reach as far as their members are similar, one by one', (t) => {
  // Each is 4 from the next, which is as far as boxes of 20 may be.
  const boxes = [0, 4, 8, 12].map((x) => box(x, 0, 20));
  t.deepEqual(groupBoxes(boxes, 1), [{ ...box(6, 0, 20), neighbours: 4 }]);
  t.is(groupBoxes([box(0, 0, 20), box(5, 0, 20)], 1).length, 0);
});

test('a group inside of a larger one is dropped', (t) => {
  const many = [0, 1, 2, 1, 1].map((x) => box(x, 0, 60));
  const few = [20, 20].map((x) => box(x, 20, 20));
  t.deepEqual(
    groupBoxes([...few, ...many], 1).map(({ width }) => width),
    [60],
  );
});

/** OpenCV's `groupRectangles`, pair by pair. */
function pairByPair(boxes: readonly Box[], least: number): Box[] {
  const left = new Set(boxes);
  const groups: Box[][] = [];
  for (const first of boxes) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const member of group) {
      for (const other of left) if (areSimilar(member, other) && left.delete(other)) group.push(other);
    }
    groups.push(group);
  }
  const large = groups
    .map((group) => {
      const mean = (key: 'x' | 'y' | 'width' | 'height') => {
        const sum = group.reduce((total, one) => total + one[key], 0);
        return roundEven(Math.fround(Math.fround(sum) * Math.fround(1 / group.length)));
      };
      const edges = { x: mean('x'), y: mean('y'), width: mean('width'), height: mean('height') };
      return { ...edges, neighbours: group.length, score: Math.max(...group.map(({ score }) => score)) };
    })
    .filter(({ neighbours }) => neighbours > least);
  return large.filter(
    (one) =>
      !large.some((other) => {
        const [dx, dy] = [roundEven(0.2 * other.width), roundEven(0.2 * other.height)];
        return (
          other !== one &&
          one.x >= other.x - dx &&
          one.y >= other.y - dy &&
          one.x + one.width <= other.x + other.width + dx &&
          one.y + one.height <= other.y + other.height + dy &&
          (other.neighbours > Math.max(3, one.neighbours) || one.neighbours < 3)
        );
      }),
  );
}

function areSimilar(a: Box, b: Box): boolean {
  const delta = (0.2 * (Math.min(a.width, b.width) + Math.min(a.height, b.height))) / 2;
  return [a.x - b.x, a.y - b.y, a.x + a.width - b.x - b.width, a.y + a.height - b.y - b.height].every(
    (d) => Math.abs(d) <= delta,
  );
}

test('sets of boxes give the very groups of pairs, in their order', (t) => {
  const boxes = fc.array(
    fc.record({
      x: fc.integer({ min: -3, max: 80 }),
      y: fc.nat(30),
      width: fc.integer({ min: 4, max: 24 }),
      height: fc.integer({ min: 4, max: 24 }),
      score: fc.nat(9),
    }),
    { maxLength: 60 },
  );
  const property = fc.property(boxes, fc.integer({ min: 1, max: 4 }), (given, least) => {
    const all = given.map((one) => ({ ...one, neighbours: 1 }));
    t.deepEqual(groupBoxes(all, least), pairByPair(all, least));
  });
  t.notThrows(() => fc.assert(property, { numRuns: 300 }));
});

test('20,000 boxes about one place are one group, and in one column as many as there are', (t) => {
  // All pairs would be 200,000,000.
  const near = Array.from({ length: 20_000 }, (_, i) => box(100 + (i % 4), 50 + ((i >> 2) % 4), 24));
  t.deepEqual(
    groupBoxes(near, 3).map(({ neighbours }) => neighbours),
    [20_000],
  );
  const column = Array.from({ length: 20_000 }, (_, i) => box(0, 100 * (i >> 2) + (i & 3), 24));
  t.is(groupBoxes(column, 3).length, 5_000);
});

/** Windows of every place of an image, as where everything passes. */
const everywhere = Array.from({ length: 40_000 }, (_, i) => box(i % 200, Math.floor(i / 200), 24));

test('an aborted signal ends grouping with its reason, while boxes are compared', (t) => {
  const reason = new Error('enough');
  const controller = new AbortController();
  let requested = 0;
  const signal = new Proxy(controller.signal, {
    get(target, key) {
      if (key === 'throwIfAborted' && ++requested === 3) controller.abort(reason);
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  t.is(
    t.throws(() => groupBoxes(everywhere, 3, signal)),
    reason,
  );
  t.deepEqual(groupBoxes(everywhere, 3, new AbortController().signal), groupBoxes(everywhere, 3));
});

test('what threads found is grouped in turns, so that an abort is heard', async (t) => {
  const found = everywhere.flatMap(({ x, y, width, height, score }) => [x, y, width, height, score]);
  const answers = [Float64Array.from([0, everywhere.length, ...found])];
  const image = { data: new Uint8Array(), width: 300, height: 300, stride: 300 };
  const controller = new AbortController();
  let now = 0;
  const pacer = new Pacer({ now: () => (now += 1_000) }, controller.signal);
  const joining = () => joiningParts(answers, image, 3);
  const { boxes, candidates } = await pacer.run(joining());
  t.deepEqual([boxes.length, candidates.length], [1, everywhere.length]);
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  t.is(await t.throwsAsync(pacer.run(joining())), reason);
});

test('boxes are clipped to the image', (t) => {
  t.deepEqual(clipBoxes([box(90, 5, 20), box(100, 5, 20)], 100, 20), [{ ...box(90, 5, 10), height: 15 }]);
});
