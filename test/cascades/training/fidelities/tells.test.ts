import test from 'ava';
import { tellsAnything } from '../../../../cascades/training/fidelities/index.js';
import { denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import { random } from '../../../../lib/stats/index.js';

const ROWS = 400;

/** Sparse rows: many columns that hardly ever come, whatever the class, and one that comes with class 0. */
function rare(seed: number, telling: boolean) {
  const draw = random(seed);
  const values = Float64Array.from({ length: ROWS }, () => draw.integer(5));
  const writer = new SparseWriter(ROWS, 301, 4 * ROWS);
  for (const value of values) {
    const columns = new Set(Array.from({ length: 3 }, () => 1 + draw.integer(300)));
    if (telling && value === 0 && draw.uniform() < 0.5) columns.add(0);
    const own = Uint32Array.from(columns);
    writer.pushAll(own, new Float64Array(own.length).fill(1), own.length, 1);
    writer.endRow();
  }
  return { block: writer.block(), told: { values, classes: 5 } };
}

test('one column that tells a class is found among hundreds of rare ones, and chance is nothing', (t) => {
  for (let seed = 0; seed < 5; seed++) {
    const { block, told } = rare(seed, true);
    t.true(tellsAnything(block, told, random(seed)));
  }
  const found = Array.from({ length: 40 }, (_, seed) => {
    const { block, told } = rare(seed, false);
    return tellsAnything(block, told, random(seed));
  }).filter(Boolean).length;
  // The best column and the sum each look telling once in 20.
  t.true(found <= 10, `${found} of 40`);
});

test('numbers are told by columns that go with them; constant and missing values tell nothing', (t) => {
  const draw = random('numbers');
  const values = Float64Array.from({ length: ROWS }, () => draw.normal());
  const told = { values, classes: 0 };
  const weak = Float32Array.from(values, (value) => 0.5 * value + draw.normal());
  t.true(tellsAnything(denseBlock(ROWS, 1, weak), told, random(1)));
  t.false(tellsAnything(denseBlock(ROWS, 1, new Float32Array(ROWS).fill(3)), told, random(1)));
  t.false(tellsAnything(denseBlock(ROWS, 1, new Float32Array(ROWS).fill(Number.NaN)), told, random(1)));
  const constant = { values: new Float64Array(ROWS).fill(2), classes: 0 };
  t.false(tellsAnything(denseBlock(ROWS, 1, weak), constant, random(1)));
});

test('more classes than are told apart are put into groups', (t) => {
  const draw = random('classes');
  const values = Float64Array.from({ length: 2_000 }, () => draw.integer(100));
  const block = denseBlock(
    2_000,
    1,
    Float32Array.from(values, (value) => Number(value % 32 < 4) + draw.normal()),
  );
  t.true(tellsAnything(block, { values, classes: 100 }, random(1)));
});
