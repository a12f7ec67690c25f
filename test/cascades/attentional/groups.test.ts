import test from 'ava';
import fc from 'fast-check';
import { type Box, clipBoxes, groupBoxes } from '../../../cascades/attentional/scan/index.js';

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

test('the sweep finds the groups of all pairs', (t) => {
  const boxes = fc.array(fc.record({ x: fc.nat(60), y: fc.nat(20), size: fc.integer({ min: 8, max: 24 }) }), {
    maxLength: 40,
  });
  const similar = (a: Box, b: Box) => {
    const delta = (0.2 * (Math.min(a.width, b.width) + Math.min(a.height, b.height))) / 2;
    return [a.x - b.x, a.y - b.y, a.x + a.width - b.x - b.width, a.y + a.height - b.y - b.height].every(
      (d) => Math.abs(d) <= delta,
    );
  };
  const property = fc.property(boxes, (given) => {
    const all = given.map(({ x, y, size }) => box(x, y, size));
    const left = new Set(all);
    const sizes: number[] = [];
    for (const first of all) {
      if (!left.delete(first)) continue;
      const group = [first];
      for (const member of group) {
        for (const other of left) if (similar(member, other) && left.delete(other)) group.push(other);
      }
      sizes.push(group.length);
    }
    // With one group a box is never inside of another one's.
    const found = groupBoxes(all, 1).map(({ neighbours }) => neighbours);
    let at = 0;
    return found.every((size) => {
      at = sizes.indexOf(size, at) + 1;
      return at > 0;
    });
  });
  t.notThrows(() => fc.assert(property));
});

test('boxes are clipped to the image', (t) => {
  t.deepEqual(clipBoxes([box(90, 5, 20), box(100, 5, 20)], 100, 20), [{ ...box(90, 5, 10), height: 15 }]);
});
