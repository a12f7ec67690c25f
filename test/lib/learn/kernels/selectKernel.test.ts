import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { type Block, denseBlock } from '../../../../lib/data/blocks/index.js';
import {
  type Forest,
  forestKernel,
  type KernelName,
  runForest,
} from '../../../../lib/learn/kernels/index.js';
import { random } from '../../../../lib/stats/index.js';
import { atLength } from '../../../support/atLength.js';
import { randomBlocks, randomForest, shapes } from '../../../support/forests.js';
import { anyRows, unbalancedForest } from './forests.js';

const KERNELS: readonly KernelName[] = ['wasm', 'js', 'reference'];
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

for (const kernel of KERNELS) {
  test(`${kernel}: sums are the reference's, bit for bit, whatever the trees, rows and blocks`, (t) => {
    const ran = new Set<string>();
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(...WIDTHS), batches, (shape, seed, widths, all) => {
        const forest = randomForest(shape, seed);
        const { name, run } = forestKernel(forest, widths, kernel);
        ran.add(name);
        all.forEach(({ rows, sparse }, i) => {
          const [ours, reference] = both(forest, run, randomBlocks(rows, widths, sparse, seed + i));
          t.deepEqual(ours, reference);
        });
      }),
      { numRuns: atLength(40, 120) },
    );
    t.true(ran.has(kernel));
  });
}

/** A chain of nodes, each with a leaf on its left. */
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

test('very deep trees, with more thresholds than a byte holds', (t) => {
  for (const length of [20, 200, 3_000]) {
    const forest = chain(length);
    const stream = random(length).fork('rows');
    const rows = Float32Array.from({ length: 75 }, () => Math.round(2 * length * stream.uniform()) / 2);
    for (const kernel of KERNELS) {
      const { run } = forestKernel(forest, [1], kernel);
      const [ours, reference] = both(forest, run, [denseBlock(75, 1, rows)]);
      t.deepEqual(ours, reference, `${kernel}, ${length}`);
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
  for (const kernel of KERNELS) {
    const { run } = forestKernel(forest, [1], kernel);
    const [ours, reference] = both(forest, run, [denseBlock(64, 1, new Float32Array(64))]);
    t.deepEqual(ours, reference, kernel);
  }
});

test('what a state says of missing values but 1 is that they go right', (t) => {
  const forest = randomForest({ trees: 20, outputs: 1, columns: 3, depth: 3, sets: 0, division: 1 }, 1);
  forest.missingLeft.forEach((left, node) => {
    if (left === 0) forest.missingLeft[node] = 2;
  });
  for (const kernel of KERNELS) {
    for (const rows of [1, 8, 64]) {
      const blocks = randomBlocks(rows, [3], [false], rows);
      const [ours, reference] = both(forest, forestKernel(forest, [3], kernel).run, blocks);
      t.deepEqual(ours, reference, `${kernel}, ${rows} rows`);
    }
  }
});

test('a kernel is chosen: WebAssembly, but the reference for a tree alone', (t) => {
  const shape = { outputs: 1, columns: 7, sets: 0 };
  const full = randomForest({ ...shape, trees: 30, depth: 4, division: 1 }, 1);
  const small = randomForest({ ...shape, trees: 1, depth: 2, division: 1 }, 1);
  t.is(forestKernel(full, [7]).name, 'wasm');
  t.is(forestKernel(small, [7]).name, 'reference');
});

test('unbalanced trees of many outputs: the reference’s sums, missing values and all', (t) => {
  const forests = fc.record({
    trees: fc.integer({ min: 1, max: 20 }),
    outputs: fc.integer({ min: 1, max: 40 }),
    leaves: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(forests, fc.constantFrom(...ROWS), ({ trees, outputs, leaves, seed }, rows) => {
      const forest = unbalancedForest(trees * outputs, leaves, 4, seed, outputs);
      for (const kernel of KERNELS) {
        const { run } = forestKernel(forest, [4], kernel);
        const [ours, reference] = both(forest, run, [anyRows(seed, rows)]);
        t.deepEqual(ours, reference, kernel);
      }
    }),
    { numRuns: atLength(20, 60) },
  );
});

/** So many trees of one node, whose thresholds are 0, 1, 2 …: as many codes as trees, and one more. */
function stumps(trees: number): Forest {
  const of = (make: (tree: number, part: number) => number) =>
    Array.from({ length: 3 * trees }, (_, node) => make(Math.trunc(node / 3), node % 3));
  return {
    outputs: 1,
    base: Float64Array.of(0.25),
    roots: Int32Array.from({ length: trees }, (_, tree) => 3 * tree),
    feature: Int32Array.from(of((_, part) => (part === 0 ? 0 : -1))),
    threshold: Float32Array.from(of((tree, part) => (part === 0 ? tree : 0))),
    left: Int32Array.from(of((tree, part) => (part === 0 ? 3 * tree + 1 : -1))),
    right: Int32Array.from(of((tree, part) => (part === 0 ? 3 * tree + 2 : -1))),
    missingLeft: Uint8Array.from(of((tree) => tree % 2)),
    set: new Int32Array(3 * trees).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from(of((tree, part) => (part === 0 ? 0 : Math.sin(3 * tree + part)))),
  };
}

for (const [what, counts] of [
  ['codes up to 255 and beyond', [253, 254, 255, 256]],
  ['codes up to the highest that a word holds, and beyond', [32_765, 32_766, 32_767]],
] as const) {
  test(`${what}: the reference’s sums`, (t) => {
    for (const count of counts) {
      const forest = stumps(count);
      const odd = [-1, 0, 100.5, 254, 255, 256, 32_766, 40_000, Number.NaN, Number.POSITIVE_INFINITY];
      const values = Float32Array.from({ length: 50 }, (_, row) => odd[row % odd.length]);
      for (const kernel of KERNELS) {
        for (const rows of [1, 50]) {
          const { run } = forestKernel(forest, [1], kernel);
          const [ours, reference] = both(forest, run, [denseBlock(rows, 1, values.slice(0, rows))]);
          t.deepEqual(ours, reference, `${count} trees, ${kernel}`);
        }
      }
    }
  });
}

test('very many roots at one node, as a state may have them, take little room', (t) => {
  const forest = { ...unbalancedForest(3, 200, 3, 1), roots: new Int32Array(300_000) };
  const before = process.memoryUsage().rss;
  for (const kernel of KERNELS) {
    const { run } = forestKernel(forest, [3], kernel);
    const [ours, reference] = both(forest, run, [denseBlock(1, 3, Float32Array.of(1, 2, 3))]);
    t.deepEqual(ours, reference, kernel);
  }
  t.true(process.memoryUsage().rss - before < 2 ** 28);
});

test('a sum of -0 stays one, whatever is walked beside its trees', (t) => {
  const forest = { ...chain(0), base: Float64Array.of(-0), value: Float64Array.of(-0) };
  for (const kernel of KERNELS) {
    for (const rows of [1, 8, 64]) {
      const { run } = forestKernel(forest, [1], kernel);
      const [ours, reference] = both(forest, run, [denseBlock(rows, 1, new Float32Array(rows))]);
      t.deepEqual(ours, reference, `${kernel}, ${rows} rows`);
      t.is(ours[0], BigInt.asIntN(64, 1n << 63n));
    }
  }
});

test('no blocks, no rows', (t) => {
  const forest = { ...chain(0), roots: Int32Array.of(0, 0) };
  for (const kernel of KERNELS) {
    const out = Float64Array.of(3);
    forestKernel(forest, [], kernel).run([], out);
    t.deepEqual([...out], [3]);
    forestKernel(forest, [2], kernel).run([denseBlock(1, 2, new Float32Array(2))], out);
    t.deepEqual([...out], [2.5]);
  }
});

const root = fileURLToPath(new URL('../../../..', import.meta.url));

test('without WebAssembly boosted trees answer the same', (t) => {
  const answers = (before: string) => {
    const source = `
      import { denseBlock } from './lib/data/blocks/index.js';
      import { forestKernel } from './lib/learn/kernels/index.js';
      import { gradientBoosting } from './lib/learn/learners/index.js';
      ${before}
      const values = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i));
      const labels = Int32Array.from({ length: 300 }, (_, row) => Number(values[2 * row] > values[2 * row + 1]));
      const blocks = [denseBlock(300, 2, values)];
      const model = await gradientBoosting({ rounds: 20, minRows: 2 }).fit({ blocks, rows: 300, classes: 2, labels }, { seed: 1 });
      const scores = new Float64Array(600);
      model.score(blocks, scores);
      process.stdout.write(forestKernel(model.forest, [2]).name + ' ' + scores.join());`;
    // Bundled, since what runs TypeScript needs WebAssembly itself.
    const [{ text: script }] = buildSync({
      stdin: { contents: source, resolveDir: root },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      packages: 'external',
    }).outputFiles;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
      encoding: 'utf8',
      cwd: root,
      input: script,
    });
    const [name, scores] = stdout.split(' ');
    t.is(scores?.split(',').length, 600, stderr);
    return { name, scores };
  };
  const fast = answers('');
  const plain = answers('delete globalThis.WebAssembly;');
  t.is(fast.name, 'wasm');
  t.is(plain.name, 'js');
  t.is(plain.scores, fast.scores);
});
