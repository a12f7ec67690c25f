import test from 'ava';
import { BlocksBuilder } from '../../../cascades/scoring/building.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { MemoryLimitError } from '../../../lib/errors.js';

test('where there is no room for a block the error names the feature and what to lower', (t) => {
  for (const isShared of [false, true]) {
    // Four terabytes.
    const builder = new BlocksBuilder([{ name: 'title' }, { name: 'words' }], 2 ** 40, isShared);
    const error = t.throws(() => builder.put(1, denseBlock(1, 1, Float32Array.of(1)), Int32Array.of(0)), {
      instanceOf: MemoryLimitError,
      message:
        /^feature 'words': its numbers for 1099511627776 rows take 4398047 MB, .*fewer rows or columns/,
    });
    t.is(error?.needed, 2 ** 42);
    t.true(error?.cause instanceof RangeError);
  }
});

test('other errors stay what they are', (t) => {
  const builder = new BlocksBuilder([{ name: 'words' }], 1);
  const broken = Object.defineProperty(denseBlock(1, 1, Float32Array.of(1)), 'values', {
    get: () => {
      throw new RangeError('out of its range');
    },
  });
  t.throws(() => builder.put(0, broken, Int32Array.of(0)), { message: 'out of its range' });
});
