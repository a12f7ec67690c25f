import { show } from '../../../check.js';
import { DATATYPES, isDatatype } from '../datatypes.js';
import { RequestError } from '../errors.js';
import type { TensorAllowance } from '../limits.js';
import type { Datatype } from '../types.js';

/** What is known of a tensor before its elements are read. */
export interface Outline {
  /** Such as `input "x"`. */
  readonly place: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** The product of the shape. */
  readonly count: number;
}

/**
 * Checks the datatype and shape of a tensor, and counts its elements against the limits.
 *
 * @param place such as `input "x"`
 * @throws RequestError `invalid` for a datatype or shape that is none, `too-large` over a limit
 */
export function outlineOf(
  place: string,
  datatype: unknown,
  shape: unknown,
  allowance: TensorAllowance,
): Outline {
  if (!isDatatype(datatype)) {
    throw new RequestError(
      'invalid',
      `${place}: its datatype is ${show(datatype)}; expected one of ${DATATYPES.join(', ')}`,
    );
  }
  if (!isShape(shape)) {
    throw new RequestError(
      'invalid',
      `${place}: its shape is ${shown(shape)}; expected whole numbers, 0 or more`,
    );
  }
  const { depth, elements, strings } = allowance.limits;
  if (shape.length > depth) {
    throw new RequestError(
      'too-large',
      `${place}: its shape has ${shape.length} sizes, and the limit is ${depth}`,
    );
  }
  const count = productOf(shape);
  const areStrings = datatype === 'BYTES';
  if (!allowance.take(count, areStrings)) {
    const limit = areStrings ? `${strings} strings, and ${elements} elements in all` : `${elements}`;
    throw new RequestError(
      'too-large',
      `${place}: its shape ${shape.join(' x ')} exceeds the elements that a message may hold: ${limit}`,
    );
  }
  return { place, datatype, shape, count };
}

/**
 * The product of the sizes. It is exact below 2^53, and above all limits beyond: doubles can't wrap around as whole
 * numbers of a fixed width do.
 */
export function productOf(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

function isShape(shape: unknown): shape is readonly number[] {
  if (!Array.isArray(shape)) return false;
  for (const size of shape) if (!(Number.isSafeInteger(size) && size >= 0)) return false;
  return true;
}

function shown(shape: unknown): string {
  return Array.isArray(shape)
    ? `[${shape.slice(0, 8).map(show).join(', ')}${shape.length > 8 ? ', …' : ''}]`
    : show(shape);
}

/** The place of an element: `[2][0]`. */
export function elementPlace(shape: readonly number[], position: number): string {
  let rest = position;
  const places: string[] = [];
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    places.unshift(`[${rest % shape[dimension]}]`);
    rest = Math.floor(rest / shape[dimension]);
  }
  return places.join('');
}
