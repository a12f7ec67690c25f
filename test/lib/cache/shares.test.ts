import test from 'ava';
import fc from 'fast-check';
import { PARTS, Reuse } from '../../../lib/cache/reuse.js';
import { bestShares, equalShares, gainOf } from '../../../lib/cache/shares.js';

const curve = (parts: number) =>
  fc
    .array(fc.nat({ max: 20 }), { minLength: parts, maxLength: parts })
    .map((steps) =>
      Float64Array.from([0, ...steps].map((_, i) => [0, ...steps].slice(0, i + 1).reduce((a, b) => a + b))),
    );

test('parts are given so that nothing else would gain more, and all of them', (t) => {
  fc.assert(
    fc.property(fc.array(curve(6), { minLength: 1, maxLength: 3 }), (curves) => {
      const shares = bestShares(curves);
      t.is(
        shares.reduce((sum, share) => sum + share),
        6,
      );
      let most = 0;
      const tryAll = (user: number, room: number, gain: number): void => {
        if (user === curves.length) most = Math.max(most, gain);
        else
          for (let take = 0; take <= room; take++) tryAll(user + 1, room - take, gain + curves[user][take]);
      };
      tryAll(0, 6, 0);
      t.is(gainOf(curves, shares), most);
      t.true(gainOf(curves, equalShares(curves.length, 6)) <= most);
    }),
  );
});

test('equal parts are all of them, none more than one apart', (t) => {
  t.deepEqual([...equalShares(3, 64)], [21, 21, 22]);
  t.deepEqual([...equalShares(1, 64)], [64]);
});

test('with keys few enough to follow them all, the curve is what a cache of that size would have had', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), (keys) => {
      const bytes = 100;
      const reuse = new Reuse(bytes * PARTS);
      for (const key of keys) reuse.use(key, bytes);
      const curve = reuse.curve();
      for (const room of [1, 2, 5, 10, 31]) {
        const kept: number[] = [];
        let hits = 0;
        for (const key of keys) {
          const at = kept.indexOf(key);
          if (at >= 0) {
            hits++;
            kept.splice(at, 1);
          }
          kept.push(key);
          if (kept.length > room) kept.shift();
        }
        // A lookup that needs the room of n entries counts from part n on, which holds n + 1 at the most.
        t.is(curve[room + 1], hits);
      }
    }),
  );
});

test('of very many keys the curve is within a few hundredths of what was', (t) => {
  const reuse = new Reuse(100 * 4_096);
  const kept = new Map<number, true>();
  let state = 1;
  let [hits, lookups] = [0, 0];
  for (let i = 0; i < 200_000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const key = Math.floor(20_000 ** (state / 2 ** 32));
    reuse.use(key, 100);
    lookups++;
    if (kept.delete(key)) hits++;
    kept.set(key, true);
    if (kept.size > 1_024) for (const [oldest] of kept) if (kept.delete(oldest)) break;
  }
  const reported = reuse.curve()[PARTS / 4] / lookups;
  t.true(Math.abs(reported - hits / lookups) < 0.05, `${reported} and ${hits / lookups}`);
});
