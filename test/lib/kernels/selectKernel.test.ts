import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { type Block, denseBlock } from '../../../lib/blocks/index.js';
import {
  type Forest,
  type ForestKernel,
  forestKernel,
  type KernelName,
  passesOf,
  runForest,
} from '../../../lib/kernels/index.js';
import { forestKernel as lightKernel } from '../../../lib/kernels/light.js';
import { random } from '../../../lib/stats/index.js';
import { randomBlocks, randomForest, shapes } from '../../support/forests.js';

const KERNELS: readonly KernelName[] = ['wasm', 'flat', 'linked', 'reference'];
const ROWS = [0, 1, 2, 7, 8, 9, 15, 16, 31, 32, 33, 39, 40, 48, 63, 64, 65, 75, 130];
const WIDTHS = [[7], [3, 4], [1, 5, 1], [0, 7, 0]];

type Run = (blocks: readonly Block[], out: Float64Array) => void;

/** What is written, and what follows it, as bits: -0 isn't 0, and NaN is itself. */
function bits(run: Run, blocks: readonly Block[], size: number): bigint[] {
  const out = new Float64Array(size + 2).fill(7);
  run(blocks, out);
  return [...new BigInt64Array(out.buffer)];
}

/** The bits of a kernel beside those of the reference. */
function both(forest: Forest, run: Run, blocks: readonly Block[]): [bigint[], bigint[]] {
  const size = blocks[0].rows * forest.outputs;
  return [bits(run, blocks, size), bits((all, out) => runForest(forest, all, out), blocks, size)];
}

const batches = fc.array(
  fc.record({ rows: fc.constantFrom(...ROWS), sparse: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()) }),
  { minLength: 1, maxLength: 3 },
);

const makers: readonly {
  readonly what: string;
  readonly kernel: KernelName;
  readonly make: (forest: Forest, widths: readonly number[]) => ForestKernel;
}[] = [
  ...KERNELS.map((kernel) => ({
    what: kernel,
    kernel,
    make: (forest: Forest, widths: readonly number[]) => forestKernel(forest, widths, kernel),
  })),
  { what: 'the light one', kernel: 'linked', make: lightKernel },
];

for (const { what, kernel, make } of makers) {
  test(`${what}: sums are the reference's, bit for bit, whatever the trees, rows and blocks`, (t) => {
    const ran = new Set<string>();
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(...WIDTHS), batches, (shape, seed, widths, all) => {
        const forest = randomForest(shape, seed);
        const { name, run } = make(forest, widths);
        ran.add(name);
        all.forEach(({ rows, sparse }, i) => {
          const [ours, reference] = both(forest, run, randomBlocks(rows, widths, sparse, seed + i));
          t.deepEqual(ours, reference);
        });
      }),
      { numRuns: 120 },
    );
    // The light one has one name, whatever it runs.
    if (make !== lightKernel) t.true(ran.has(kernel));
  });
}

/** A chain of questions, each with a leaf on its left. */
function chain(length: number): Forest {
  const nodes = 2 * length + 1;
  const inner = (node: number) => node % 2 === 0 && node < nodes - 1;
  const of = (make: (node: number) => number) => Array.from({ length: nodes }, (_, node) => make(node));
  return {
    outputs: 1,
    base: Float64Array.of(0.5),
    roots: Int32Array.of(0),
    feature: Int32Array.from(of((node) => (inner(node) ? 0 : -1))),
    threshold: Float32Array.from(of((node) => node / 2)),
    left: Int32Array.from(of((node) => (inner(node) ? node + 1 : -1))),
    right: Int32Array.from(of((node) => (inner(node) ? node + 2 : -1))),
    missingLeft: new Uint8Array(nodes),
    set: new Int32Array(nodes).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from(of((node) => 1 / (node + 1))),
  };
}

test('trees much deeper than can be padded, with more thresholds than a byte holds', (t) => {
  for (const length of [20, 200, 3_000]) {
    const forest = chain(length);
    const stream = random(length).fork('rows');
    const rows = Float32Array.from({ length: 75 }, () => Math.round(2 * length * stream.uniform()) / 2);
    for (const { what, make } of makers) {
      const { run } = make(forest, [1]);
      const [ours, reference] = both(forest, run, [denseBlock(75, 1, rows)]);
      t.deepEqual(ours, reference, `${what}, ${length}`);
    }
  }
});

test('nodes that share their children, as a state may have them, are run all the same', (t) => {
  // Thirty levels of one node each, whose both children are the next: unfolded, a thousand million nodes.
  const depth = 30;
  const of = (make: (node: number) => number) => Array.from({ length: depth + 1 }, (_, node) => make(node));
  const forest: Forest = {
    ...chain(0),
    roots: Int32Array.of(0),
    feature: Int32Array.from(of((node) => (node < depth ? 0 : -1))),
    threshold: new Float32Array(depth + 1),
    left: Int32Array.from(of((node) => (node < depth ? node + 1 : -1))),
    right: Int32Array.from(of((node) => (node < depth ? node + 1 : -1))),
    missingLeft: new Uint8Array(depth + 1),
    set: new Int32Array(depth + 1).fill(-1),
    value: Float64Array.from(of((node) => node)),
  };
  for (const { what, make } of makers) {
    const { run } = make(forest, [1]);
    const [ours, reference] = both(forest, run, [denseBlock(64, 1, new Float32Array(64))]);
    t.deepEqual(ours, reference, what);
  }
  const sums = new Float64Array(64);
  passesOf(forest, [1])([denseBlock(64, 1, new Float32Array(64))]).add(sums, 0, 1);
  t.deepEqual([...new Set(sums)], [depth]);
});

test('what a state says of missing values but 1 is that they go right', (t) => {
  const forest = randomForest({ trees: 20, outputs: 1, columns: 3, depth: 3, sets: 0, division: 1 }, 1);
  forest.missingLeft.forEach((left, node) => {
    if (left === 0) forest.missingLeft[node] = 2;
  });
  for (const { what, make } of makers) {
    for (const rows of [1, 8, 64]) {
      const blocks = randomBlocks(rows, [3], [false], rows);
      const [ours, reference] = both(forest, make(forest, [3]).run, blocks);
      t.deepEqual(ours, reference, `${what}, ${rows} rows`);
    }
  }
});

test('the pick: WebAssembly; without it what suits the shape', (t) => {
  const shape = { outputs: 1, columns: 7, sets: 0 };
  const full = randomForest({ ...shape, trees: 30, depth: 4, division: 1 }, 1);
  const small = randomForest({ ...shape, trees: 1, depth: 2, division: 1 }, 1);
  t.is(forestKernel(full, [7]).name, 'wasm');
  t.is(forestKernel(small, [7]).name, 'reference');
  t.is(forestKernel(full, [7], 'plain').name, 'flat');
  t.is(forestKernel(small, [7], 'plain').name, 'reference');
  t.is(forestKernel(chain(100), [1], 'plain').name, 'linked');
});

test('a sum of -0 stays one, whatever is walked beside its trees', (t) => {
  const forest = { ...chain(0), base: Float64Array.of(-0), value: Float64Array.of(-0) };
  for (const { what, make } of makers) {
    for (const rows of [1, 8, 64]) {
      const { run } = make(forest, [1]);
      const [ours, reference] = both(forest, run, [denseBlock(rows, 1, new Float32Array(rows))]);
      t.deepEqual(ours, reference, `${what}, ${rows} rows`);
      t.is(ours[0], BigInt.asIntN(64, 1n << 63n));
    }
  }
});

test('no blocks, no rows', (t) => {
  const forest = { ...chain(0), roots: Int32Array.of(0, 0) };
  for (const { make } of makers) {
    const out = Float64Array.of(3);
    make(forest, []).run([], out);
    t.deepEqual([...out], [3]);
    make(forest, [2]).run([denseBlock(1, 2, new Float32Array(2))], out);
    t.deepEqual([...out], [2.5]);
  }
});

test('without WebAssembly boosted trees answer the same', (t) => {
  // What is built, since what runs TypeScript needs WebAssembly itself.
  const answers = (before: string) => {
    const script = `
      const { denseBlock, gradientBoosting } = await import('./dist/index.js');
      const { forestKernel } = await import('./dist/lib/kernels/index.js');
      ${before}
      const values = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i));
      const labels = Int32Array.from({ length: 300 }, (_, row) => Number(values[2 * row] > values[2 * row + 1]));
      const blocks = [denseBlock(300, 2, values)];
      const model = await gradientBoosting({ rounds: 20, minRows: 2 }).fit({ blocks, rows: 300, classes: 2, labels }, { seed: 1 });
      const scores = new Float64Array(600);
      model.score(blocks, scores);
      process.stdout.write(forestKernel(model.forest, [2]).name + ' ' + scores.join());`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    const [name, scores] = stdout.split(' ');
    t.is(scores?.split(',').length, 600, stderr);
    return { name, scores };
  };
  const fast = answers('');
  const plain = answers('delete globalThis.WebAssembly;');
  t.is(fast.name, 'wasm');
  t.not(plain.name, 'wasm');
  t.is(plain.scores, fast.scores);
});
