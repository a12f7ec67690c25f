import { isLittleEndian } from '../../../util/endian.js';
import { fromHalfBits, halfBits } from '../../../util/half.js';
import { ARRAYS, type NumberElements, OCTETS } from '../datatypes.js';
import { RequestError } from '../errors.js';
import type { Elements, Tensor } from '../types.js';
import { elementPlace, type Outline } from './outline.js';

/**
 * Elements of a binary tensor: little-endian, row-major, without gaps.
 *
 * Where alignment allows, the elements are a view of the octets.
 *
 * @throws RequestError `invalid` where octets and shape differ
 */
export function readOctets({ place, datatype, shape, count }: Outline, octets: Uint8Array): Elements {
  if (datatype === 'BYTES') return readStrings(place, count, octets);
  if (octets.length !== count * OCTETS[datatype]) {
    throw new RequestError(
      'invalid',
      `${place}: its shape ${shape.join(' x ')} of ${datatype} takes ${count * OCTETS[datatype]} octets, ` +
        `got ${octets.length}`,
    );
  }
  if (datatype === 'FP16') return readHalves(octets);
  if (datatype === 'BOOL') checkFlags(place, shape, octets);
  const array = ARRAYS[datatype];
  const size = OCTETS[datatype];
  if (size === 1) return new array(octets.buffer, octets.byteOffset, count);
  const isUsable = isLittleEndian && octets.byteOffset % size === 0;
  const ordered = isUsable ? octets : inOwnOrder(octets, size);
  return new array(ordered.buffer, ordered.byteOffset, count);
}

/** The octets in the order of this processor, or back: an aligned copy. */
function inOwnOrder(octets: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(octets);
  if (!isLittleEndian) for (let at = 0; at < own.length; at += size) own.subarray(at, at + size).reverse();
  return own;
}

function readHalves(octets: Uint8Array): Float32Array {
  const numbers = new Float32Array(octets.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = fromHalfBits(octets[2 * i] | (octets[2 * i + 1] << 8));
  }
  return numbers;
}

function checkFlags(place: string, shape: readonly number[], octets: Uint8Array): void {
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] <= 1) continue;
    throw new RequestError(
      'invalid',
      `${place}: element ${elementPlace(shape, i)} is the octet ${octets[i]}; expected 0 or 1 (BOOL)`,
    );
  }
}

/** Each string has its length before it, as 32 bits. */
function readStrings(place: string, count: number, octets: Uint8Array): readonly Uint8Array[] {
  const wrong = (what: string) =>
    new RequestError(
      'invalid',
      `${place}: expected ${count} strings, each with its length before it (BYTES); ${what}`,
    );
  if (4 * count > octets.length) throw wrong(`${octets.length} octets are too few`);
  const strings = new Array<Uint8Array>(count);
  const plain = plainOctets(octets);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const from = at + 4;
    if (from > octets.length) throw wrong(`string ${i} is missing`);
    const length = octets[at] + (octets[at + 1] << 8) + (octets[at + 2] << 16) + octets[at + 3] * 2 ** 24;
    at = from + length;
    if (at > octets.length) throw wrong(`string ${i} of ${length} octets has only ${octets.length - from}`);
    strings[i] = plain.subarray(from, at);
  }
  if (at !== octets.length) throw wrong(`${octets.length - at} octets are left over`);
  return strings;
}

/** The same memory as a Uint8Array: parts of Node's Buffer would be Buffers, which are slow to make. */
export function plainOctets(octets: Uint8Array): Uint8Array {
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
}

/** Octets of a tensor in binary form. */
export function octetsIn({ datatype, elements }: Pick<Tensor, 'datatype' | 'elements'>): number {
  if (!isStrings(elements)) return elements.length * OCTETS[datatype];
  let sum = 0;
  for (const string of elements) sum += 4 + string.length;
  return sum;
}

/** Writes a tensor in binary form into memory of `octetsIn` octets. */
export function writeOctets(
  { datatype, elements }: Pick<Tensor, 'datatype' | 'elements'>,
  out: Uint8Array,
): void {
  if (isStrings(elements)) writeStrings(elements, out);
  else if (datatype === 'FP16') writeHalves(elements, out);
  else writeNumbers(elements, out);
}

function writeNumbers(elements: NumberElements, out: Uint8Array): void {
  const octets = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  out.set(isLittleEndian ? octets : inOwnOrder(octets, elements.BYTES_PER_ELEMENT));
}

function writeHalves(elements: NumberElements, out: Uint8Array): void {
  for (let i = 0; i < elements.length; i++) {
    const bits = halfBits(Number(elements[i]));
    out[2 * i] = bits;
    out[2 * i + 1] = bits >>> 8;
  }
}

function writeStrings(strings: readonly Uint8Array[], out: Uint8Array): void {
  let at = 0;
  for (const string of strings) {
    const { length } = string;
    out[at] = length;
    out[at + 1] = length >>> 8;
    out[at + 2] = length >>> 16;
    out[at + 3] = length >>> 24;
    out.set(string, at + 4);
    at += 4 + length;
  }
}

export function isStrings(elements: Elements): elements is readonly Uint8Array[] {
  return Array.isArray(elements);
}
