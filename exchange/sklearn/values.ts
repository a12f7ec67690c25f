import { show } from '../../lib/check.js';
import { type Block, type DenseValues, exactBlock, type SparseValues } from '../../lib/data/blocks/index.js';
import { FeatureError } from '../../lib/errors.js';

/** What rows hold before it is numbers: texts, categories, missing values. Row-major. */
export interface RawValues {
  readonly kind: 'raw';
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly unknown[];
}

/** What a step of a pipeline hands to the next, in double precision as scikit-learn has it. */
export type Values = DenseValues | SparseValues | RawValues;

/** A row that a step can't compute. Who runs the step adds its path. */
export function faultAt(row: number, what: string): FeatureError {
  return new FeatureError('', row, what);
}

export function denseValues(rows: number, columns: number, values: Float64Array): DenseValues {
  return { kind: 'dense', rows, columns, values };
}

/** A gigabyte: what takes more is no batch that anything can answer. */
const MOST_NUMBERS = 2 ** 27;

/** Arrays of more than twice as many values are hash tables in V8. */
const MOST_CELLS = 2 ** 24;

/** Zeros, rows x columns. @throws FeatureError for more than a gigabyte of them */
export function zeros(rows: number, columns: number): Float64Array {
  checkCount(rows * columns, rows, columns);
  return new Float64Array(rows * columns);
}

function checkCount(count: number, rows: number, columns: number, most = MOST_NUMBERS): void {
  if (count <= most) return;
  throw faultAt(
    0,
    `${rows} rows of ${columns} columns take too much memory: keep them sparse, or give fewer rows`,
  );
}

/** Numbers as dense values: those that aren't stored become 0. */
export function toDense(given: Values): DenseValues {
  if (given.kind === 'dense') return given;
  const { rows, columns } = given;
  const values = zeros(rows, columns);
  if (given.kind === 'raw') {
    for (let i = 0; i < values.length; i++)
      values[i] =
        numpyNumber(given.values[i]) ?? notNumber(given.values[i], Math.floor(i / columns), i % columns);
  } else writeSparse(given, values, 0, columns);
  return denseValues(rows, columns, values);
}

/** A value as numpy takes it for a number: what is missing is NaN. @returns undefined for what is none */
export function numpyNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined) return Number.NaN;
  return typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : undefined;
}

function notNumber(value: unknown, row: number, column: number): never {
  throw faultAt(row, `column ${column} of its input: expected a number, got ${show(value)}`);
}

/** Values side by side: sparse where all are, raw where any is, else dense. */
export function valuesBeside(parts: readonly Values[]): Values {
  const [first] = parts;
  if (parts.length === 1) return first;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const { rows } = first;
  const sparse = parts.filter((part) => part.kind === 'sparse');
  if (sparse.length === parts.length) return sparseSideBySide(sparse, rows, columns);
  if (parts.some(({ kind }) => kind === 'raw')) return rawSideBySide(parts, rows, columns);
  const values = zeros(rows, columns);
  let at = 0;
  for (const part of parts) {
    if (part.kind === 'sparse') writeSparse(part, values, at, columns);
    else {
      const own = toDense(part);
      for (let row = 0; row < rows; row++) {
        const from = row * own.columns;
        values.set(own.values.subarray(from, from + own.columns), row * columns + at);
      }
    }
    at += part.columns;
  }
  return denseValues(rows, columns, values);
}

function writeSparse(
  { rows, offsets, indices, values }: SparseValues,
  into: Float64Array,
  at: number,
  width: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let e = offsets[row]; e < offsets[row + 1]; e++) into[row * width + at + indices[e]] = values[e];
  }
}

function sparseSideBySide(parts: readonly SparseValues[], rows: number, columns: number): SparseValues {
  const total = parts.reduce((sum, { offsets }) => sum + offsets[rows], 0);
  checkCount(total, rows, columns);
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(total);
  const values = new Float64Array(total);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let first = 0;
    for (const part of parts) {
      for (let e = part.offsets[row]; e < part.offsets[row + 1]; e++, to++) {
        indices[to] = first + part.indices[e];
        values[to] = part.values[e];
      }
      first += part.columns;
    }
    offsets[row + 1] = to;
  }
  return { kind: 'sparse', rows, columns, offsets, indices, values };
}

function rawSideBySide(parts: readonly Values[], rows: number, columns: number): RawValues {
  checkCount(rows * columns, rows, columns, MOST_CELLS);
  const values = new Array<unknown>(rows * columns);
  let at = 0;
  for (const part of parts) {
    const cells: ArrayLike<unknown> = part.kind === 'raw' ? part.values : toDense(part).values;
    for (let row = 0, i = 0; row < rows; row++)
      for (let c = 0; c < part.columns; c++, i++) values[row * columns + at + c] = cells[i];
    at += part.columns;
  }
  return { kind: 'raw', rows, columns, values };
}

/** Each row of values by itself. */
export function singleRows(given: Values): Values[] {
  const { columns } = given;
  return Array.from({ length: given.rows }, (_, row): Values => {
    const [from, to] = [row * columns, (row + 1) * columns];
    if (given.kind === 'dense') return denseValues(1, columns, given.values.subarray(from, to));
    if (given.kind === 'raw') return { ...given, rows: 1, values: given.values.slice(from, to) };
    const { offsets, indices, values } = given;
    const [first, end] = [offsets[row], offsets[row + 1]];
    return {
      ...given,
      rows: 1,
      offsets: Uint32Array.of(0, end - first),
      indices: indices.subarray(first, end),
      values: values.subarray(first, end),
    };
  });
}

/** Values of some rows, at least one, one below the other. */
export function stacked(parts: readonly Values[]): Values {
  const [first] = parts;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const { columns } = first;
  if (first.kind === 'raw') return { ...first, rows, values: parts.flatMap(({ values }) => [...values]) };
  const values = new Float64Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  if (first.kind === 'dense') {
    for (const part of parts) {
      values.set(toDense(part).values, at);
      at += part.values.length;
    }
    return denseValues(rows, columns, values);
  }
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(values.length);
  let row = 0;
  for (const part of parts) {
    if (part.kind !== 'sparse') continue;
    indices.set(part.indices, at);
    values.set(part.values, at);
    for (let r = 0; r < part.rows; r++) offsets[++row] = at + part.offsets[r + 1];
    at += part.values.length;
  }
  return { kind: 'sparse', rows, columns, offsets, indices, values };
}

/**
 * Values as the block of a feature, with its doubles beside it: in every batch, so that a row's sums are the same in
 * all of them.
 */
export function toBlock(given: Values): Block {
  const all = given.kind === 'sparse' ? given : toDense(given);
  const { rows, columns } = all;
  if (all.kind === 'dense') return exactBlock(rows, columns, all.values);
  return { ...all, values: new Float32Array(all.values), exact: all.values };
}

/** The blocks that values came from. */
const sources = new WeakMap<Values, Block>();

/** A feature's block as values: its doubles, or its numbers where a cache kept these alone. */
export function fromBlock(block: Block): DenseValues | SparseValues {
  const { rows, columns, exact = new Float64Array(block.values) } = block;
  const values: DenseValues | SparseValues =
    block.kind === 'dense' ? denseValues(rows, columns, exact) : { ...block, kind: 'sparse', values: exact };
  sources.set(values, block);
  return values;
}

/** Values as a block: the one that they came from, if they are a feature's. */
export function blockOf(given: Values): Block {
  return sources.get(given) ?? toBlock(given);
}
