import test from 'ava';
import fc from 'fast-check';
import { intersectionOverUnion, meetsAny } from '../../../detect/certification/overlap.js';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test('overlaps by hand', (t) => {
  t.is(intersectionOverUnion(box(0, 0, 4, 4), box(0, 0, 4, 4)), 1);
  t.is(intersectionOverUnion(box(0, 0, 4, 4), box(2, 0, 4, 4)), 8 / 24);
  t.is(intersectionOverUnion(box(0, 0, 4, 4), box(1, 1, 2, 2)), 4 / 16);
  t.is(intersectionOverUnion(box(0, 0, 4, 4), box(4, 0, 4, 4)), 0);
  t.is(intersectionOverUnion(box(0, 0, 4, 4), box(9, 9, 1, 1)), 0);
});

test('half an overlap meets, and a little less does not', (t) => {
  t.true(meetsAny(box(0, 0, 4, 4), [box(9, 9, 1, 1), box(0, 0, 4, 2)]));
  t.false(meetsAny(box(0, 0, 4, 4), [box(0, 0, 4, 1.99)]));
  t.false(meetsAny(box(0, 0, 4, 4), []));
});

test('overlap is symmetric and at most 1', (t) => {
  const any = fc
    .tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 12 })))
    .map(([x, y, width, height]) => box(x, y, width, height));
  fc.assert(
    fc.property(any, any, (a, b) => {
      t.is(intersectionOverUnion(a, b), intersectionOverUnion(b, a));
      t.true(intersectionOverUnion(a, b) <= 1);
    }),
  );
});
