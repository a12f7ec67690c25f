import test from 'ava';
import fc from 'fast-check';
import { cutLeaving } from '../../../lib/stats/index.js';

test('cut where a part of all is left, to two digits', (t) => {
  t.is(cutLeaving([40, 10, 10], 1 / 2), 10);
  // 10 and 10 are whole, and of 40 there are 25.
  t.is(cutLeaving([40, 10, 10], 3 / 4), 25);
  t.is(cutLeaving([1_000, 1_000], 1 / 8), 130);
  t.is(cutLeaving([3, 3], 1 / 2), 2);
});

test('no cut where nearly all stay whole', (t) => {
  for (const none of [[], [0, 0], [...Array(95).fill(12), ...Array(5).fill(4_000)]])
    t.is(cutLeaving(none, 1 / 2), undefined);
  t.is(cutLeaving([...Array(94).fill(12), ...Array(6).fill(4_000)], 1 / 2), 1_900);
});

test('a part of all is left, up to the rounding, whatever the sizes', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5_000), { minLength: 1 }),
      fc.constantFrom(1 / 8, 1 / 4, 1 / 2),
      (sizes, part) => {
        const all = sizes.reduce((sum, size) => sum + size, 0);
        const left = (cut: number) => sizes.reduce((sum, size) => sum + Math.min(size, cut), 0);
        const cut = cutLeaving(sizes, part);
        if (cut === undefined) return;
        t.true(left(Math.ceil(cut * 1.06) + 1) >= part * all, `${cut} is too short`);
        t.true(left(Math.floor(cut / 1.06) - 1) <= part * all, `${cut} is too long`);
      },
    ),
  );
});
