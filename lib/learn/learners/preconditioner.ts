import { denseBlock } from '../../data/blocks/index.js';
import {
  cholesky,
  type GramSums,
  gramSums,
  holdMatrix,
  invertLower,
  type Matrix,
  TILE,
} from '../matrix/index.js';
import type { MarginLoss } from './crossEntropy.js';
import type { Design } from './design.js';

/** An approximate inverse of the Hessian, for conjugate gradients. */
export interface Preconditioner {
  /** Follows the margins that the loss evaluated last. To be called before the first `apply`. */
  update(): Promise<void>;
  /** Writes the approximate inverse times `left`, both one number a parameter. */
  apply(left: Float64Array, out: Float64Array): void;
}

/** Rows of a sampled Gram matrix, as a multiple of its columns. */
const SAMPLE = 8;
/** The factor is made again when the mean curvature has changed by this factor. */
const CHANGED = 3;
/**
 * The same for rough fits, of the ratio of penalty and curvature: they end early, and a factor costs
 * as much as dozens of their products.
 */
const CHANGED_MUCH = 300;
/**
 * What a multiplication costs as a multiple of one of a product with several outputs: in a Gram
 * matrix (single precision), in a factor (JavaScript), in a product with one output.
 */
const COST = { gram: 0.5, factor: 3, single: 1.5 };
/** A Gram matrix for each Newton step is worth that many products, one for the whole fit so many. */
const WORTH = { each: 6, once: 150 };
/** The same of a joint factor of all outputs: it saves up to nine tenths of the products. */
const WORTH_JOINTLY = 40;

/** A Gram matrix of all or some rows, and the factor made from it. */
interface Factored {
  readonly gram: GramSums;
  readonly inverse: Matrix | undefined;
  /** The mean curvature and the penalty in it. */
  readonly curvature: number;
  readonly l2: number;
}

/** Unweighted ones, of designs that are fitted with several penalties. */
const known = new WeakMap<Design, Factored>();

/** How often, and of how many rows, a Gram matrix is made. */
export interface GramPlan {
  readonly times: 'each' | 'once';
  readonly rows: number;
}

/**
 * How to make the Gram matrix of the dense columns, by what it and the products cost.
 *
 * For one output the Gram matrix weighted by each row's curvature is the Hessian itself, so that
 * one product solves a Newton step. Of several outputs it isn't, and measured no better than an
 * unweighted one.
 *
 * @returns undefined where it doesn't pay
 */
export function gramPlan(rows: number, columns: number, outputs: number): GramPlan | undefined {
  if (columns < 2) return undefined;
  const product = rows * columns * outputs * (outputs === 1 ? COST.single : 1);
  const factor = ((columns * columns * columns) / 3) * COST.factor;
  const gram = (sampled: number) => ((sampled * columns * columns) / 2) * COST.gram;
  if (outputs === 1 && gram(rows) + factor <= WORTH.each * product) return { times: 'each', rows };
  for (const multiple of [SAMPLE, SAMPLE / 2, SAMPLE / 4]) {
    const sampled = Math.min(rows, multiple * columns);
    if (gram(sampled) + factor <= WORTH.once * product) return { times: 'once', rows: sampled };
  }
  return undefined;
}

/**
 * How many rows the joint factor of dense columns and outputs is made of: few columns of several outputs, as a handful
 * of numbers beside wide text. Softmax ties outputs together, which no factor of the columns alone sees.
 *
 * @param terms multiplications of one product with the design
 * @returns undefined where it doesn't pay
 */
export function jointRows(rows: number, size: number, terms: number): number | undefined {
  const sampled = Math.min(rows, SAMPLE * size);
  const gram = ((sampled * size * size) / 2) * COST.gram;
  const factor = ((2 * size * size * size) / 3) * COST.factor;
  return gram + factor <= WORTH_JOINTLY * terms ? sampled : undefined;
}

/**
 * The preconditioner of a design: block diagonal, of dense columns and of the others.
 *
 * Dense columns go together, as those of an embedding do: their part is the inverse of their Gram
 * matrix times the mean curvature, plus l2, by its Cholesky factor. Of sparse columns and the
 * intercept only sizes are known: see `diagonal`.
 *
 * @param pause lets other work run, or throws
 * @param isRough whether the fit ends early, and the same design is fitted with other penalties
 */
export function preconditioner(
  design: Design,
  loss: MarginLoss,
  l2: number,
  pause: () => Promise<void>,
  isRough = false,
): Preconditioner {
  const { outputs } = loss;
  const simple = diagonal(design, loss, l2);
  const columns = design.denseColumns;
  if (loss.probability && columns.length > 0) {
    // Sparse columns share the intercept's direction: beside them it keeps a size of its own.
    const joint = design.hasSparse ? columns : Int32Array.of(...columns, design.columns);
    const sampled = jointRows(design.rows, joint.length * outputs, design.terms);
    if (sampled !== undefined) return jointly(design, loss, l2, joint, sampled, simple, pause);
  }
  const planned = gramPlan(design.rows, columns.length, outputs);
  if (planned === undefined) return simple;
  // Rough fits take fewer steps than a Gram matrix for each would pay for.
  const plan: GramPlan = isRough ? { ...planned, times: 'once' } : planned;

  const width = columns.length;
  const gathered = new Float64Array(width * outputs);
  const half = new Float64Array(width * outputs);
  let factored = plan.times === 'once' ? known.get(design) : undefined;
  const update = async () => {
    await simple.update();
    const curvature = meanCurvature(loss);
    if (plan.times === 'once' && factored && lasts(factored, curvature, l2, isRough)) return;
    const weight = plan.times === 'each' ? loss.rowCurvature : () => 1;
    const gram =
      plan.times === 'once' && factored
        ? factored.gram
        : await gramOf(design, plan.rows, weight, pause, factored?.gram);
    const scale = plan.times === 'each' ? 1 : curvature * (design.rows / plan.rows);
    factored = { gram, curvature, l2, inverse: await inverseFactor(gram, width, scale, l2, outputs, pause) };
    if (plan.times === 'once') known.set(design, factored);
  };
  return {
    update,
    apply(left, out) {
      simple.apply(left, out);
      if (factored?.inverse === undefined) return;
      for (let i = 0, to = 0; i < width; i++) {
        for (let o = 0, from = columns[i] * outputs; o < outputs; o++) gathered[to++] = left[from + o];
      }
      half.fill(0);
      factored.inverse.addProduct(gathered, 0, half);
      gathered.fill(0);
      factored.inverse.addTransposeProduct(half, 0, gathered);
      for (let i = 0, from = 0; i < width; i++) {
        for (let o = 0, to = columns[i] * outputs; o < outputs; o++) out[to + o] = gathered[from++];
      }
    },
  };
}

/** Whether a factor still does. */
function lasts(factored: Factored, curvature: number, l2: number, isRough: boolean): boolean {
  const bends = curvature / factored.curvature;
  if (!isRough) return l2 === factored.l2 && bends < CHANGED && bends > 1 / CHANGED;
  const ratio = l2 / factored.l2 / bends;
  return ratio < CHANGED_MUCH && ratio > 1 / CHANGED_MUCH;
}

/**
 * The inverse Z of the Cholesky factor of scale x Gram + l2, held for products: Z'Z is the inverse of the matrix, and
 * positive definite whatever rounding does to Z.
 *
 * @returns undefined for a matrix that isn't positive definite, by rounding alone
 */
async function inverseFactor(
  { sums, width }: GramSums,
  size: number,
  scale: number,
  l2: number,
  outputs: number,
  pause: () => Promise<void>,
): Promise<Matrix | undefined> {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = scale * sums[i * width + j];
    matrix[i * size + i] += l2;
  }
  if (!(await cholesky(matrix, size, pause))) return undefined;
  const inverse = await invertLower(matrix, size, pause);
  return holdMatrix(denseBlock(size, size, inverse), outputs);
}

/** Tiles between two pauses. */
const TILES = 16;

/** The Gram matrix of the dense columns as the fit scales them, over rows at equal distances. */
async function gramOf(
  design: Design,
  sampled: number,
  weight: (row: number) => number,
  pause: () => Promise<void>,
  known: GramSums | undefined,
): Promise<GramSums> {
  const gram = known ?? gramSums(design.denseColumns.length);
  const { tile, width } = gram;
  gram.sums.fill(0);
  for (let done = 0, tiles = 0; done < sampled; tiles++) {
    if (tiles % TILES === TILES - 1) await pause();
    const count = Math.min(TILE, sampled - done);
    if (count < TILE) tile.fill(0, count * width);
    for (let i = 0; i < count; i++, done++) {
      const row = Math.floor((done * design.rows) / sampled);
      design.denseRow(row, Math.sqrt(weight(row)), tile, i * width);
    }
    gram.add();
  }
  return gram;
}

/** The inverse of the Hessian's block of some columns, all outputs together, by its Cholesky factor. */
function jointly(
  design: Design,
  loss: MarginLoss,
  l2: number,
  columns: Int32Array,
  sampled: number,
  simple: Preconditioner,
  pause: () => Promise<void>,
): Preconditioner {
  const { outputs } = loss;
  const size = columns.length * outputs;
  const gathered = new Float64Array(size);
  const half = new Float64Array(size);
  let inverse: Matrix | undefined;
  return {
    async update() {
      await simple.update();
      const matrix = await jointHessian(design, loss, columns.length, sampled, pause);
      for (let i = 0; i < size; i++) matrix[i * size + i] += l2;
      const isFactored = await cholesky(matrix, size, pause);
      const factor = isFactored ? await invertLower(matrix, size, pause) : undefined;
      inverse = factor && holdMatrix(denseBlock(size, size, factor), 1);
    },
    apply(left, out) {
      simple.apply(left, out);
      if (inverse === undefined) return;
      for (let o = 0, to = 0; o < outputs; o++) {
        for (const column of columns) gathered[to++] = left[column * outputs + o];
      }
      half.fill(0);
      inverse.addProduct(gathered, 0, half);
      gathered.fill(0);
      inverse.addTransposeProduct(half, 0, gathered);
      for (let o = 0, from = 0; o < outputs; o++) {
        for (const column of columns) out[column * outputs + o] = gathered[from++];
      }
    },
  };
}

/**
 * The Hessian of the cross-entropy by the first `width` of dense columns and intercept, output by output, complete on and
 * below its diagonal: the sum over rows of (diag(p) - p p') x (x x'), over rows at equal distances.
 */
async function jointHessian(
  design: Design,
  { outputs, probability = () => 0 }: MarginLoss,
  width: number,
  sampled: number,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const size = width * outputs;
  const crossed = gramSums(size);
  const own = Array.from({ length: outputs }, () => gramSums(width));
  // What dense columns leave is the intercept's.
  const x = new Float32Array(width).fill(1);
  for (let done = 0; done < sampled; ) {
    await pause();
    const count = Math.min(TILE, sampled - done);
    if (count < TILE) for (const { tile } of [crossed, ...own]) tile.fill(0);
    for (let i = 0; i < count; i++, done++) {
      const row = Math.floor((done * design.rows) / sampled);
      design.denseRow(row, 1, x, 0);
      for (let o = 0; o < outputs; o++) {
        const p = probability(row, o);
        const root = Math.sqrt(p);
        const [to, toOwn] = [i * crossed.width + o * width, i * own[o].width];
        for (let c = 0; c < width; c++) {
          crossed.tile[to + c] = p * x[c];
          own[o].tile[toOwn + c] = root * x[c];
        }
      }
    }
    for (const gram of [crossed, ...own]) gram.add();
  }
  const matrix = new Float64Array(size * size);
  const scale = design.rows / sampled;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = -scale * crossed.sums[i * crossed.width + j];
    const c = i % width;
    const { sums, width: stride } = own[Math.floor(i / width)];
    for (let k = 0; k <= c; k++) matrix[i * size + i - c + k] += scale * sums[c * stride + k];
  }
  return matrix;
}

function meanCurvature(loss: MarginLoss): number {
  let sum = 0;
  for (let o = 0; o < loss.outputs; o++) sum += loss.curvature(o);
  return sum / loss.outputs;
}

/**
 * Divides each parameter by a size of its own, known for the columns that every row has (dense ones, the intercept):
 * the geometric mean of l2 and the Hessian's own entry. Measured on mail, the entry itself costs half as many
 * products again, since these columns share their direction with the sparse ones; and dividing sparse columns by
 * their entries only slows the few leading directions, which carry the solution. Without sparse columns the intercept
 * is divided by its entry.
 */
export function diagonal(design: Design, loss: MarginLoss, l2: number): Preconditioner {
  const { rows, columns, length } = design;
  const { outputs } = loss;
  const scale = new Float64Array(length).fill(1 / l2);
  return {
    async update() {
      for (let o = 0; o < outputs; o++) {
        const entry = rows * loss.curvature(o);
        for (let c = 0; c <= columns; c++) {
          const size = design.meanSquare(c);
          if (size > 0) scale[c * outputs + o] = 1 / Math.sqrt(l2 * (l2 + entry * size));
        }
      }
    },
    apply(left, out) {
      for (let i = 0; i < length; i++) out[i] = left[i] * scale[i];
    },
  };
}
