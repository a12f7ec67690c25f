import test from 'ava';
import { importances } from '../../../lib/costs/index.js';
import { type Block, denseBlock } from '../../../lib/data/blocks/index.js';
import type { Model } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { table } from '../../support/blocks.js';
import { near } from '../../support/near.js';

const ROWS = 400;
const truth = Int32Array.from({ length: ROWS }, (_, row) => row % 2);

/** A model of two classes that answers 1 where `says` does. */
function model(text: (blocks: readonly number[][][], row: number) => boolean, waits = false): Model {
  return {
    name: 'made up',
    classes: 2,
    score(blocks, out) {
      const numbers = blocks.map(table);
      const write = () => {
        for (let row = 0; row < ROWS; row++) {
          const one = Number(text(numbers, row));
          out[2 * row] = 1 - one;
          out[2 * row + 1] = one;
        }
      };
      if (!waits) return write();
      return Promise.resolve().then(write);
    },
  };
}

const right = (scores: Float64Array) =>
  truth.reduce((sum, label, row) => sum + Number(scores[2 * row + 1] === label), 0) / ROWS;

const column = (of: (row: number) => number[]): Block => {
  const rows = Array.from({ length: ROWS }, (_, row) => of(row));
  return denseBlock(ROWS, rows[0].length, Float32Array.from(rows.flat()));
};
const label = column((row) => [truth[row]]);
const noise = column((row) => [row / ROWS]);

test('what a model reads is worth what is lost when it is shuffled, what it ignores nothing', async (t) => {
  for (const waits of [false, true]) {
    const reader = model(([first], row) => first[row][0] === 1, waits);
    const [used, ignored] = await importances(reader, [label, noise], right, random(1));
    t.deepEqual(ignored, { mean: 0, spread: 0 });
    // Shuffled, half the answers are right by chance; five shuffles of 400 rows stray .011 from .5.
    near(t, used.mean, 0.5, 0, 0.05);
    t.true(used.spread > 0 && used.spread < 0.1);
  }
});

test('all columns of a feature are shuffled together', async (t) => {
  const twin = column((row) => [row, row]);
  const odd = column((row) => [row]);
  const pairs = model(([first], row) => first[row][0] === first[row][1]);
  t.deepEqual(await importances(pairs, [twin, odd], right, random(2)), [
    { mean: 0, spread: 0 },
    { mean: 0, spread: 0 },
  ]);
});

test('of two features that say the same, each alone seems worth half', async (t) => {
  const either = model(([a, b], row) => a[row][0] + b[row][0] >= 1);
  for (const { mean } of await importances(either, [label, label], right, random(3)))
    near(t, mean, 0.25, 0, 0.05);
});

test('a feature that misleads is worth less than nothing', async (t) => {
  const wrong = model(([first], row) => first[row][0] === 0);
  const [misleading] = await importances(wrong, [label], right, random(4));
  near(t, misleading.mean, -0.5, 0, 0.05);
});

test('the blocks are left as they were, and the same seed gives the same numbers', async (t) => {
  const reader = model(([first], row) => first[row][0] === 1);
  const before = table(label);
  const once = await importances(reader, [label, noise], right, random(5));
  t.deepEqual(table(label), before);
  t.deepEqual(await importances(reader, [label, noise], right, random(5)), once);
  t.notDeepEqual(await importances(reader, [label, noise], right, random(6)), once);
});
