import { show } from '../../../check.js';
import { ARRAYS, type NumberElements } from '../datatypes.js';
import { RequestError } from '../errors.js';
import { octetsOfText, octetsOfTexts } from '../text.js';
import type { Datatype, Elements } from '../types.js';
import { exactWhole } from './digits.js';
import { fill, type Taken } from './fill.js';
import { elementPlace, type Outline } from './outline.js';

/**
 * Elements of a tensor's data in JSON: flat, or nested as the shape says.
 *
 * @param digits the numbers of the data as texts: whole numbers beyond 2^53 are read from them
 * @throws RequestError `invalid`, naming the element
 */
export function readData(
  outline: Outline,
  data: unknown,
  taken: Taken,
  digits: () => readonly string[],
): Elements {
  const { datatype } = outline;
  const values = flatten(outline, data);
  if (datatype === 'BYTES') return textsOf(outline, values);
  const elements = new ARRAYS[datatype](values.length);
  const bad = fill(datatype, values, elements, 0, taken);
  if (bad < 0) return elements;
  if (!readExactly(elements, 0, values, bad, digits)) throw wrongElement(outline, bad, values[bad]);
  return elements;
}

/**
 * Values as elements: what another form of the protocol, or a caller, has as numbers, texts or octets. An array that
 * could hold the elements is them, not a copy.
 *
 * @throws RequestError `invalid`, naming the element
 */
export function readValues(outline: Outline, values: ArrayLike<unknown>): Elements {
  const { place, datatype, shape, count } = outline;
  if (values.length !== count) throw otherLength(place, shape, count, values.length);
  if (datatype === 'BYTES') return textsOf(outline, values);
  // Not of these types: any octet isn't a flag, nor any number one of half precision.
  const isAny = datatype !== 'BOOL' && datatype !== 'FP16';
  if (isAny && values instanceof ARRAYS[datatype]) return values;
  const elements = new ARRAYS[datatype](count);
  const bad = fill(datatype, values, elements, 0, { nonFinite: true, missing: false });
  if (bad >= 0) throw wrongElement(outline, bad, values[bad]);
  return elements;
}

/** Lengths are checked before memory for the elements is allocated. */
function flatten({ place, shape, count }: Outline, data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) {
    throw new RequestError('invalid', `${place}: its data are ${show(data)}; expected an array of ${count}`);
  }
  if (shape.length < 2 || !Array.isArray(data[0])) {
    if (data.length !== count) throw otherLength(place, shape, count, data.length);
    return data;
  }
  checkNesting(place, shape, data, 0);
  const flat: unknown[] = new Array(count);
  gather(data, shape.length, flat, 0);
  return flat;
}

function otherLength(place: string, shape: readonly number[], count: number, length: number): RequestError {
  return new RequestError(
    'invalid',
    `${place}: its shape ${shape.join(' x ')} takes ${count} elements, and its data have ${length}`,
  );
}

function checkNesting(
  place: string,
  shape: readonly number[],
  values: readonly unknown[],
  dimension: number,
): void {
  if (values.length !== shape[dimension]) {
    throw new RequestError(
      'invalid',
      `${place}: its shape is ${shape.join(' x ')}, and a list in its data has ${values.length} items ` +
        `instead of ${shape[dimension]}`,
    );
  }
  if (dimension + 1 === shape.length) return;
  for (const value of values) {
    if (!Array.isArray(value)) {
      throw new RequestError(
        'invalid',
        `${place}: its data are nested, and have ${show(value)} where a list of ${shape[dimension + 1]} is expected`,
      );
    }
    checkNesting(place, shape, value, dimension + 1);
  }
}

/** Values of some items of nested data, row-major; undefined where they aren't nested as the shape says. */
export function flatItems(items: readonly unknown[], shape: readonly number[]): unknown[] | undefined {
  const flat: unknown[] = [];
  for (const item of items) if (!isShaped(item, shape, 1)) return undefined;
  gather(items, shape.length, flat, 0);
  return flat;
}

function isShaped(value: unknown, shape: readonly number[], dimension: number): boolean {
  if (dimension === shape.length) return !Array.isArray(value);
  if (!Array.isArray(value) || value.length !== shape[dimension]) return false;
  for (const each of value) if (!isShaped(each, shape, dimension + 1)) return false;
  return true;
}

/** @returns the position after the last value */
function gather(values: readonly unknown[], depth: number, flat: unknown[], from: number): number {
  let at = from;
  if (depth === 1) for (let i = 0; i < values.length; i++) flat[at++] = values[i];
  else for (const value of values) if (Array.isArray(value)) at = gather(value, depth - 1, flat, at);
  return at;
}

function textsOf(outline: Outline, values: ArrayLike<unknown>): readonly Uint8Array[] {
  const together = areTexts(values) && values.length > 1 ? octetsOfTexts(values) : undefined;
  if (together !== undefined) return together;
  const strings: Uint8Array[] = new Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const octets = typeof value === 'string' ? octetsOfText(value) : value;
    if (!(octets instanceof Uint8Array)) throw wrongElement(outline, i, value);
    strings[i] = octets;
  }
  return strings;
}

export function areTexts(values: ArrayLike<unknown>): values is readonly string[] {
  for (let i = 0; i < values.length; i++) if (typeof values[i] !== 'string') return false;
  return Array.isArray(values);
}

function isWide(elements: NumberElements): elements is BigInt64Array | BigUint64Array {
  return elements instanceof BigInt64Array || elements instanceof BigUint64Array;
}

/**
 * Reads whole numbers beyond 2^53, which parsing has rounded, from their texts.
 *
 * @param from where the values begin among the elements
 * @param bad position of a value that isn't an element as it is
 * @returns whether all of the texts are whole numbers that 64 bits hold
 */
export function readExactly(
  elements: NumberElements,
  from: number,
  values: ArrayLike<unknown>,
  bad: number,
  digits: () => readonly string[],
): boolean {
  if (typeof values[bad] !== 'number' || Number.isSafeInteger(values[bad]) || !isWide(elements)) return false;
  const texts = digits();
  if (texts.length !== values.length) return false;
  for (let i = 0; i < texts.length; i++) {
    const whole = exactWhole(texts[i]);
    if (whole === undefined) return false;
    elements[from + i] = whole;
    if (elements[from + i] !== whole) return false;
  }
  return true;
}

/** What values of a datatype are. */
export const EXPECTED: Readonly<Record<Datatype, string>> = {
  BOOL: 'true or false',
  UINT8: 'a whole number from 0 to 255',
  UINT16: 'a whole number from 0 to 65535',
  UINT32: 'a whole number from 0 to 2^32 - 1',
  UINT64: 'a whole number from 0 to 2^64 - 1',
  INT8: 'a whole number from -128 to 127',
  INT16: 'a whole number from -32768 to 32767',
  INT32: 'a whole number from -2^31 to 2^31 - 1',
  INT64: 'a whole number from -2^63 to 2^63 - 1',
  FP16: 'a number below 65520 in magnitude',
  FP32: 'a number that 32 bits hold',
  FP64: 'a number that 64 bits hold',
  BYTES: 'well-formed text',
};

export function wrongElement(
  { place, datatype, shape }: Outline,
  position: number,
  value: unknown,
): RequestError {
  const hint = value === null ? '. JSON has no NaN: send binary tensors where values are missing' : '';
  return new RequestError(
    'invalid',
    `${place}: element ${elementPlace(shape, position)} is ${show(value)}; expected ${EXPECTED[datatype]} ` +
      `(${datatype})${hint}`,
  );
}
