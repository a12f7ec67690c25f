import { show } from '../../../lib/check.js';
import type { NodeFields } from '../node.js';
import type { PipelineStep, ReadStep } from '../step.js';
import { denseValues, faultAt, zeros } from '../values.js';
import { columnNames } from './columns.js';
import { cellsIn, type PythonKey, pythonKey, readKeys } from './keys.js';

/**
 * Categories as columns of 0 and 1 (`places`: the column of each category, or -1 for none of them), or as vectors
 * (`vectors`: `width` numbers a category). Categories of all columns are numbered one after the other.
 */
export const categories: ReadStep = (node) =>
  node.has('places') ? places(node, readColumns(node)) : vectors(node, readColumns(node));

function places(node: NodeFields, all: readonly Categories[]): PipelineStep {
  const columns = node.parameters.count('columns');
  const total = all.reduce((sum, { size }) => sum + size, 0);
  const placeOf = column(node, 'places', total, columns);
  const elsewhere = column(node, 'elsewhere', all.length, columns);
  const codeAt = coder(node, all);
  return {
    columns,
    run([given]) {
      const { rows } = given;
      const cells = cellsIn(given);
      const offsets = new Uint32Array(rows + 1);
      const indices = new Uint32Array(rows * all.length);
      let to = 0;
      for (let row = 0, i = 0; row < rows; row++) {
        for (let c = 0; c < all.length; c++, i++) {
          const code = codeAt(cells[i], c, row);
          const place = code === -1 ? elsewhere[c] : placeOf[code];
          if (place !== -1) indices[to++] = place;
        }
        offsets[row + 1] = to;
      }
      const values = new Float64Array(to).fill(1);
      return { kind: 'sparse', rows, columns, offsets, indices: indices.subarray(0, to), values };
    },
  };
}

/** Columns of the output, or -1. Those of a row must ascend, so each column of the input has places of its own. */
function column(node: NodeFields, name: string, length: number, columns: number): Int32Array {
  const found = node.tensor(name, Int32Array, length);
  const at = found.findIndex((each) => !(each >= -1 && each < columns));
  if (at !== -1) throw node.damaged(`${name} holds ${found[at]}, where there are ${columns} columns`);
  return found;
}

function vectors(node: NodeFields, all: readonly Categories[]): PipelineStep {
  const width = node.parameters.count('width');
  const columns = width * all.length;
  const total = all.reduce((sum, { size }) => sum + size, 0);
  const known = node.tensor('vectors', Float64Array, total * width);
  const unknown = node.tensor('elsewhere', Float64Array, columns);
  const codeAt = coder(node, all);
  return {
    columns,
    run([given]) {
      const { rows } = given;
      const cells = cellsIn(given);
      const values = zeros(rows, columns);
      for (let row = 0, i = 0, to = 0; row < rows; row++) {
        for (let c = 0; c < all.length; c++, i++) {
          const code = codeAt(cells[i], c, row);
          const from = code === -1 ? c * width : code * width;
          const source = code === -1 ? unknown : known;
          for (let k = 0; k < width; k++) values[to++] = source[from + k];
        }
      }
      return denseValues(rows, columns, values);
    },
  };
}

/** The number of a cell's category, or -1 for one that wasn't fitted, where that is allowed. */
function coder(node: NodeFields, all: readonly Categories[]) {
  const refusesUnknown = node.oneOf('unknown', ['error', 'given']) === 'error';
  const nameOf = columnNames(node);
  const isImputed = node.after.includes('impute');
  return (cell: unknown, c: number, row: number): number => {
    const code = all[c].codeOf(cell);
    if (code !== -1) return code;
    // Python would have taken an empty cell of a CSV file for a missing value, which has a category or is filled in.
    if (cell === '' && (isImputed || all[c].hasMissing))
      throw faultAt(
        row,
        `${nameOf(c)}: the category '' wasn't fitted, but missing values may be. An empty cell of a CSV file is '' ` +
          "here and NaN in pandas: give null, by csvRows(path, { missing: [''] })",
      );
    if (refusesUnknown)
      throw faultAt(row, `${nameOf(c)}: the category ${show(cell)} wasn't fitted (handle_unknown='error')`);
    if (all[c].isNumeric && (cell === Number.POSITIVE_INFINITY || cell === Number.NEGATIVE_INFINITY))
      throw faultAt(row, `${nameOf(c)}: ${cell}, where scikit-learn's step takes finite numbers and NaN`);
    return -1;
  };
}

/** The categories of one column. */
class Categories {
  private readonly codes = new Map<unknown, number>();
  /** What null stands for. */
  private readonly missing: PythonKey;

  /**
   * @param first number of its first category
   * @param isNumeric whether the column was one of numbers, which has no None
   */
  constructor(
    keys: readonly PythonKey[],
    first: number,
    readonly isNumeric: boolean,
  ) {
    keys.forEach((key, at) => {
      this.codes.set(key, first + at);
    });
    this.missing = this.codes.has(null) && !isNumeric ? null : Number.NaN;
  }

  get size(): number {
    return this.codes.size;
  }

  get hasMissing(): boolean {
    return this.codes.has(this.missing);
  }

  codeOf(cell: unknown): number {
    const isPlain = typeof cell === 'string' || typeof cell === 'number';
    const key = isPlain ? cell : (pythonKey(cell) ?? this.missing);
    return this.codes.get(key) ?? -1;
  }
}

function readColumns(node: NodeFields): Categories[] {
  const sizes = node.tensor('sizes', Int32Array);
  const isNumeric = node.tensor('isNumeric', Uint8Array, sizes.length);
  const keys = readKeys(node, 'keys');
  let first = 0;
  const all = Array.from(sizes, (size, c) => {
    const own = keys.slice(first, first + Math.max(0, size));
    const categories = new Categories(own, first, isNumeric[c] === 1);
    if (categories.size !== size)
      throw node.damaged(`two categories of column ${c} are the same, or missing`);
    first += size;
    return categories;
  });
  if (sizes.length !== node.width)
    throw node.damaged(`${sizes.length} columns, of ${node.width} that it reads`);
  if (first !== keys.length) throw node.damaged(`${keys.length} categories, where its columns have ${first}`);
  return all;
}
