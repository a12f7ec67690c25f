import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock } from '../../../lib/blocks/index.js';
import { type Forest, forestKernel, type KernelName, runForest } from '../../../lib/kernels/index.js';
import { type ForestShape, randomBlocks, randomForest, shapes } from '../../support/forests.js';

const kernels: readonly KernelName[] = ['wasm', 'flat', 'linked'];
const ROWS = [0, 1, 2, 7, 8, 9, 63, 64, 65, 75];
const WIDTHS = [[7], [3, 4], [1, 5, 1], [0, 7, 0]];

/** Both answers, as bits: -0 isn't 0, and every NaN is itself. */
function bits(run: (blocks: readonly Block[], out: Float64Array) => void, blocks: readonly Block[], size: number) {
  const out = new Float64Array(size + 1).fill(7);
  run(blocks, out);
  return [...new BigInt64Array(out.buffer)];
}

const bitsOf = {
  reference: (forest: Forest, blocks: readonly Block[]) =>
    bits((all, out) => runForest(forest, all, out), blocks, blocks[0].rows * forest.outputs),
};

for (const kernel of kernels) {
  test(`${kernel}: sums are the reference's, bit for bit, whatever the trees, rows and blocks`, (t) => {
    fc.assert(
      fc.property(
        shapes,
        fc.nat(),
        fc.constantFrom(...WIDTHS),
        fc.array(fc.record({ rows: fc.constantFrom(...ROWS), sparse: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        (shape, seed, widths, batches) => {
          const forest = randomForest(shape, seed);
          const { run } = forestKernel(forest, widths, kernel);
          batches.forEach(({ rows, sparse }, i) => {
            const blocks = randomBlocks(rows, widths, sparse, seed + i);
            const size = rows * forest.outputs;
            t.deepEqual(bits(run, blocks, size), bitsOf.reference(forest, blocks));
          });
        },
      ),
      { numRuns: 150 },
    );
  });
}
