import { type Block, denseBlock, SparseWriter } from '../../../../lib/data/blocks/index.js';
import type { LinearModel, TrainingSet } from '../../../../lib/learn/learners/index.js';

/** A generator of its own (mulberry32), so that a test's data never move. */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomDense(rows: number, columns: number, random: () => number): Block {
  // Columns of very different places and spreads.
  return denseBlock(
    rows,
    columns,
    Float32Array.from(
      { length: rows * columns },
      (_, i) => (i % columns) * 100 + 10 ** (i % columns) * random(),
    ),
  );
}

export function randomSparse(rows: number, columns: number, share: number, random: () => number): Block {
  const writer = new SparseWriter(rows, columns, 16);
  for (let r = 0; r < rows; r++) {
    for (let c = columns - 1; c >= 0; c--) if (random() < share) writer.push(c, random() - 0.3);
    writer.endRow();
  }
  return writer.block();
}

/** Labels that depend on the first number of the second block, and on chance. */
export function randomProblem(seed: number, rows: number, classes: number): TrainingSet {
  const random = uniform(seed);
  const blocks = [
    randomSparse(rows, 30, 0.2, random),
    randomDense(rows, 3, random),
    randomSparse(rows, 5, 0.5, random),
  ];
  const [, signal] = blocks.map(table);
  const labels = Int32Array.from({ length: rows }, (_, r) =>
    r < classes ? r : Math.floor((0.6 * signal[r][0] + 0.4 * random()) * classes),
  );
  return { blocks, rows, classes, labels };
}

/** A block as plain rows of numbers. */
export function table(block: Block): number[][] {
  return Array.from({ length: block.rows }, (_, r) => {
    if (block.kind === 'dense') {
      return [...block.values.subarray(r * block.columns, (r + 1) * block.columns)];
    }
    const row = new Array<number>(block.columns).fill(0);
    for (let e = block.offsets[r]; e < block.offsets[r + 1]; e++) row[block.indices[e]] += block.values[e];
    return row;
  });
}

/** All blocks side by side, dense columns standardised, and each column's spread (1 for sparse ones). */
function standardised(blocks: readonly Block[]): { rows: number[][]; centre: number[]; spread: number[] } {
  const centre: number[] = [];
  const spread: number[] = [];
  const raw = table(blocks[0]).map((_, r) => blocks.flatMap((block) => table(block)[r]));
  for (const block of blocks) {
    for (let c = 0; c < block.columns; c++) {
      const column = raw.map((row) => row[centre.length]);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
      centre.push(block.kind === 'dense' ? mean : 0);
      spread.push(block.kind === 'dense' ? Math.sqrt(variance) : 1);
    }
  }
  return { rows: raw.map((row) => row.map((value, c) => (value - centre[c]) / spread[c])), centre, spread };
}

/** The penalised loss of a model and its squared gradient on the scale of the fit, by plain loops. */
export function lossAndGradient(model: LinearModel, set: TrainingSet, l2: number) {
  const { rows, centre, spread } = standardised(set.blocks);
  const outputs = set.classes === 2 ? 1 : set.classes;
  const columns = spread.length;
  const weight = (c: number, o: number) => model.weights[c * outputs + o] * spread[c];
  const gradient = Array.from({ length: outputs }, (_, o) =>
    Array.from({ length: columns + 1 }, (_, c) => (c < columns ? l2 * weight(c, o) : 0)),
  );
  let loss = 0;
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < columns; c++) loss += (l2 / 2) * weight(c, o) ** 2;
  }
  rows.forEach((row, r) => {
    const margins = Array.from({ length: outputs }, (_, o) => {
      const shifted =
        model.intercepts[o] + centre.reduce((s, m, c) => s + m * model.weights[c * outputs + o], 0);
      return row.reduce((sum, value, c) => sum + value * weight(c, o), shifted);
    });
    const all = set.classes === 2 ? [0, ...margins] : margins;
    const total = all.reduce((sum, margin) => sum + Math.exp(margin), 0);
    all.forEach((margin, k) => {
      const target = set.soft ? set.soft[r * set.classes + k] : Number(set.labels[r] === k);
      if (target > 0) loss -= target * Math.log(Math.exp(margin) / total);
      const o = set.classes === 2 ? k - 1 : k;
      if (o < 0) return;
      const residual = Math.exp(margin) / total - target;
      for (let c = 0; c < columns; c++) gradient[o][c] += residual * row[c];
      gradient[o][columns] += residual;
    });
  });
  return { loss, squaredGradient: gradient.flat().reduce((sum, g) => sum + g * g, 0) };
}

export function scores(model: LinearModel, set: Pick<TrainingSet, 'blocks' | 'rows'>): Float64Array {
  const out = new Float64Array(set.rows * model.classes);
  model.score(set.blocks, out);
  return out;
}
