import { show } from '../../check.js';

/**
 * Vectors of some texts, in their order: one array for all, texts x dimensions row-major; an array
 * of each text's; or a tensor of two dimensions.
 */
export type Vectors =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | { readonly data: unknown; readonly dims: readonly number[] };

/** An encoder's answer isn't a vector for each text. The message completes "the encoder …". */
export class WrongVectors extends Error {}

/**
 * Copies the vectors of a batch to their places in a table.
 *
 * @param given what an encoder returned
 * @param table rows x `dimensions`
 * @param places the table's row of each vector
 * @param wrong called for a vector that isn't `dimensions` finite numbers, with its place
 * @throws WrongVectors where there isn't a vector for each place
 */
export function copyVectors(
  given: unknown,
  dimensions: number,
  table: Float32Array,
  places: ArrayLike<number>,
  wrong: (place: number, error: WrongVectors) => void,
): void {
  const vectorAt = readerOf(given, places.length, dimensions);
  for (let i = 0; i < places.length; i++) {
    const what = copyOne(vectorAt(i), dimensions, table, places[i] * dimensions);
    if (what !== undefined) wrong(places[i], new WrongVectors(what));
  }
}

/** Numbers of a vector from one on. */
interface Slot {
  readonly numbers: ArrayLike<unknown>;
  readonly from: number;
}

/** A vector, or what is wrong with it. */
type VectorAt = (i: number) => Slot | string;

function copyOne(
  slot: Slot | string,
  dimensions: number,
  table: Float32Array,
  to: number,
): string | undefined {
  if (typeof slot === 'string') return slot;
  const { numbers, from } = slot;
  for (let c = 0; c < dimensions; c++) {
    const number = numbers[from + c];
    table[to + c] = typeof number === 'number' ? number : Number.NaN;
    if (!Number.isFinite(table[to + c]))
      return `gave ${show(number)} as number ${c} of a vector; expected a finite number`;
  }
  return undefined;
}

function readerOf(given: unknown, count: number, dimensions: number): VectorAt {
  if (isTensor(given)) {
    checkTensor(given.dims, count, dimensions);
    return flat(given.data, count, dimensions);
  }
  if (Array.isArray(given) && (given.length === 0 || typeof given[0] !== 'number')) {
    if (given.length !== count) throw wrongCount(given.length, count);
    return (i) => {
      const numbers: unknown = given[i];
      if (!isNumbers(numbers)) return `gave ${show(numbers)} as a vector; expected ${dimensions} numbers`;
      if (numbers.length === dimensions) return { numbers, from: 0 };
      return `gave a vector of ${numbers.length} numbers; expected dimensions: ${dimensions}`;
    };
  }
  return flat(given, count, dimensions);
}

/** All vectors in one array. */
function flat(given: unknown, count: number, dimensions: number): VectorAt {
  if (!isNumbers(given)) {
    throw new WrongVectors(
      `gave ${show(given)}; expected an array of vectors, a Float32Array of all, or a tensor { data, dims ` +
        `}${insteadOf(given)}`,
    );
  }
  if (given.length !== count * dimensions) {
    throw new WrongVectors(
      `gave ${given.length} numbers; expected ${count} texts x ${dimensions} dimensions = ${count * dimensions}`,
    );
  }
  return (i) => ({ numbers: given, from: i * dimensions });
}

function checkTensor(dims: readonly number[], count: number, dimensions: number): void {
  const shape = `gave a tensor of ${dims.join(' x ')}`;
  if (dims.length !== 2) {
    const hint = dims.length === 3 ? '; pool the vectors of the tokens, to one for each text' : '';
    throw new WrongVectors(`${shape}; expected ${count} texts x ${dimensions} dimensions${hint}`);
  }
  if (dims[0] !== count) throw wrongCount(dims[0], count);
  if (dims[1] !== dimensions) throw new WrongVectors(`${shape}; expected dimensions: ${dimensions}`);
}

function wrongCount(got: number, count: number): WrongVectors {
  return new WrongVectors(`gave ${got} vectors for ${count} ${count === 1 ? 'text' : 'texts'}`);
}

function insteadOf(given: unknown): string {
  if (given === undefined) return '; does the function return what it computes?';
  if (typeof given === 'object' && given !== null && 'dataSync' in given)
    return '; of a tensor of TensorFlow.js return await tensor.data()';
  return '';
}

function isTensor(given: unknown): given is { readonly data: unknown; readonly dims: readonly number[] } {
  return (
    typeof given === 'object' &&
    given !== null &&
    'data' in given &&
    'dims' in given &&
    Array.isArray(given.dims)
  );
}

function isNumbers(given: unknown): given is ArrayLike<unknown> {
  return Array.isArray(given) || (ArrayBuffer.isView(given) && 'length' in given);
}
