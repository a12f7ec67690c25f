import test from 'ava';
import {
  chanceHeld,
  heldByCopies,
  MOST_DRAWN,
  mostHeld,
} from '../../../../cascades/problem/split/byCopies.js';
import { random } from '../../../../lib/stats/index.js';

/** All ways to draw so many of the units, as marks. */
function draws(of: number, drawn: number): Uint8Array[] {
  if (drawn > of) return [];
  if (of === 0) return [new Uint8Array(0)];
  return [0, 1].flatMap((mark) =>
    drawn < mark ? [] : draws(of - 1, drawn - mark).map((rest) => Uint8Array.of(mark, ...rest)),
  );
}

test('each original is untouched by tuning with the chance of a draw, however many copies it has: all draws', (t) => {
  for (const [of, drawn] of [
    [4, 1],
    [5, 1],
    [5, 2],
    [8, 3],
    [10, 4],
    [12, 5],
  ]) {
    const all = draws(of, drawn);
    for (let copies = 1; copies <= of; copies++) {
      const left = all.map((marks) => marks.subarray(0, copies).filter((mark) => mark === 0).length);
      const chances = left.map((count) => chanceHeld(count, drawn, of));
      t.true(chances.every((chance) => chance >= -1e-12 && chance <= 1 + 1e-12));
      const mean = chances.reduce((sum, chance) => sum + chance, 0) / all.length;
      // Where more may be left than chances have a form for, the original counts as lost, oftener than it would.
      if (copies <= of - 2 * drawn)
        t.true(Math.abs(mean - drawn / of) < 1e-12, `${copies} of ${of}: ${mean}`);
      else t.true(mean >= drawn / of - 1e-12, `${copies} of ${of}: ${mean}`);
      const tested = chances.map((chance, i) => (left[i] > mostHeld(drawn, of) ? 0 : chance));
      const ofTested = tested.reduce((sum, chance) => sum + chance, 0) / all.length;
      t.true(ofTested <= drawn / of + 1e-12, `${copies} of ${of}, not as lost: ${ofTested}`);
    }
  }
});

test('what stands once is never held back, and of many the share drawn is', (t) => {
  t.is(chanceHeld(0, 400, 1_000), 1);
  t.true(Math.abs(chanceHeld(1, 400, 1_000)) < 1e-15);
  // n / N (1 + (n + 1) / (u - 1)), worked out by hand.
  t.true(Math.abs(chanceHeld(2, 400, 1_000) - 0.4 * (1 + 401 / 599)) < 1e-12);
  t.true(Math.abs(chanceHeld(20, 400, 1_000) - 0.4) < 0.001);
  t.is(chanceHeld(201, 400, 1_000), 1, 'a fifth of all: nothing but lost');
});

test('held originals are whole, what was drawn has no part in tuning, popular ones count as lost', (t) => {
  const first = Int32Array.from({ length: 1_000 }, (_, i) =>
    i < 300 ? 0 : i < 600 ? 300 + 3 * Math.floor((i - 300) / 3) : i,
  );
  let [thrice, once, popular] = [0, 0, 0];
  const trials = 300;
  for (let seed = 0; seed < trials; seed++) {
    const chance = random(seed);
    const order = Int32Array.from(first.keys());
    chance.fork('draw').shuffle(order);
    const isDrawn = new Uint8Array(1_000);
    for (const unit of order.subarray(0, 400)) isDrawn[unit] = 1;
    const coins = chance.fork('held');
    const { unseen, lost, apart } = heldByCopies(first, isDrawn, () => coins.uniform());
    const isUnseen = new Set(unseen);
    for (const [unit, original] of first.entries()) {
      if (isUnseen.has(original)) t.is(apart[unit], 1);
      else if (apart[unit] === 1) t.is(isDrawn[unit], 1);
    }
    thrice += unseen.filter((unit) => unit >= 300 && unit < 600).length / 100;
    once += unseen.filter((unit) => unit >= 600).length / 400;
    t.false(isUnseen.has(0));
    popular += lost.length;
  }
  t.true(Math.abs(thrice / trials - 0.4) < 0.01, `${thrice / trials}`);
  t.true(Math.abs(once / trials - 0.4) < 0.01, `${once / trials}`);
  t.true(popular / trials > 0.3, `${popular / trials}`);
  t.true(MOST_DRAWN < 0.5);
});
