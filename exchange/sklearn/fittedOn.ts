import { sha256 } from '#sha256';
import { FeatureError } from '../../lib/errors.js';
import type { FittedOn } from '../../lib/learn/learners/index.js';
import type { Tensor } from '../../lib/util/state.js';
import { damagedModel, type Fields } from '../fields.js';
import { PIPELINE } from './node.js';
import type { ColumnReader } from './rows.js';
import { numpyNumber } from './values.js';

/**
 * The rows that a pipeline was fitted on, by their digests: `_fitted_on.py` of the Python package writes them, and says
 * what they are of.
 *
 * @returns undefined where the file doesn't hold them
 * @throws ArtifactError
 */
export function readFittedOn(
  fields: Fields,
  tensors: ReadonlyMap<string, Tensor>,
  reader: ColumnReader,
): FittedOn | undefined {
  if (fields.get('fittedOn') === null) return undefined;
  const rows = fields.fields('fittedOn').count('rows');
  const columns = tensors.get('fittedOn/columns');
  const digests = tensors.get('fittedOn/digests');
  if (!(columns instanceof Int32Array) || columns.some((each) => each < 0 || each >= reader.columns))
    throw damagedModel(PIPELINE, "columns of its training rows that its rows don't have");
  if (!(digests instanceof Uint32Array) || digests.length % 2 === 1 || !areAscending(digests))
    throw damagedModel(PIPELINE, "digests of its training rows that aren't in order");
  return {
    rows,
    has(row) {
      // pandas reads an empty cell of a CSV file as a missing value: a row with '' may be that row.
      return [false, true].some((emptyIsMissing) => {
        const octets = rowOctets(reader, columns, row, emptyIsMissing);
        return octets !== undefined && hasDigest(digests, sha256([octets]));
      });
    },
  };
}

function hasDigest(digests: Uint32Array, digest: string): boolean {
  return holds(digests, Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16));
}

function areAscending(digests: Uint32Array): boolean {
  for (let i = 2; i < digests.length; i += 2) {
    const [high, low] = [digests[i - 2], digests[i - 1]];
    if (high > digests[i] || (high === digests[i] && low >= digests[i + 1])) return false;
  }
  return true;
}

/** By bisection. */
function holds(digests: Uint32Array, high: number, low: number): boolean {
  let [from, to] = [0, digests.length / 2];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const own = digests[2 * middle];
    if (own === high && digests[2 * middle + 1] === low) return true;
    if (own < high || (own === high && digests[2 * middle + 1] < low)) from = middle + 1;
    else to = middle;
  }
  return false;
}

/** Kinds of cells. */
const [MISSING, NUMBER, TEXT] = [0, 1, 2];
const encoder = new TextEncoder();

/**
 * A row's cells as octets; undefined for a row that can't be one, which features refuse with its position, and where
 * `emptyIsMissing` and no cell is empty.
 */
function rowOctets(
  reader: ColumnReader,
  columns: Int32Array,
  row: unknown,
  emptyIsMissing: boolean,
): Uint8Array | undefined {
  let isEmpty = false;
  let octets = new Uint8Array(16 * columns.length);
  let at = 0;
  const room = (count: number) => {
    if (at + count > octets.length) {
      const grown = new Uint8Array(2 * (at + count));
      grown.set(octets);
      octets = grown;
    }
    return new DataView(octets.buffer, at);
  };
  for (const column of columns) {
    let cell: unknown;
    try {
      cell = reader.cell(row, column, 0);
    } catch (error) {
      if (error instanceof FeatureError) return undefined;
      throw error;
    }
    if (emptyIsMissing && cell === '') {
      isEmpty = true;
      cell = null;
    }
    if (typeof cell === 'string') {
      const text = encoder.encode(cell);
      const view = room(5 + text.length);
      view.setUint8(0, TEXT);
      view.setUint32(1, text.length, true);
      octets.set(text, at + 5);
      at += 5 + text.length;
      continue;
    }
    const number = numpyNumber(cell);
    if (number === undefined) return undefined;
    const view = room(9);
    view.setUint8(0, Number.isNaN(number) ? MISSING : NUMBER);
    view.setFloat64(1, Number.isNaN(number) ? 0 : comparable(number), true);
    at += 9;
  }
  return emptyIsMissing && !isEmpty ? undefined : octets.subarray(0, at);
}

/** From here on single precision has no fractions. */
const WHOLE = 2 ** 23;

/** A fraction in single precision, if that has some: it may have been written with fewer digits since. -0 becomes 0. */
function comparable(number: number): number {
  const isExact = Number.isInteger(number) || Math.abs(number) >= WHOLE;
  return (isExact ? number : Math.fround(number)) + 0;
}
