import test from 'ava';
import {
  denseBlock,
  entries,
  gather,
  isRowBlock,
  rowBlock,
  rowSizes,
  slice,
  stack,
} from '../../../../lib/data/blocks/index.js';

const rows = ['a', { b: 1 }, 'c', undefined];

test('rows are gathered, sliced and stacked as numbers are', (t) => {
  const block = rowBlock(rows);
  t.is(block.rows, 4);
  const held = (of: ReturnType<typeof gather>) => (isRowBlock(of) ? of.held : 'none');
  t.deepEqual(held(gather(block, [2, 0, 0])), ['c', 'a', 'a']);
  t.deepEqual(held(slice(block, 1, 3)), [{ b: 1 }, 'c']);
  t.is(slice(block, 0, 4), block);
  t.deepEqual(held(stack([block, rowBlock(['d'])])), [...rows, 'd']);
  t.is(stack([rowBlock(['d']), block]).rows, 5);
});

test('it holds no numbers, and other blocks hold no rows', (t) => {
  const block = rowBlock(rows);
  t.is(entries(block), 0);
  t.deepEqual([...rowSizes([block])], [0, 0, 0, 0]);
  t.false(isRowBlock(denseBlock(2, 0, new Float32Array(0))));
  t.false(isRowBlock(denseBlock(2, 1, new Float32Array(2))));
});
