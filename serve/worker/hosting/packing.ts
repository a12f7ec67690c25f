import { isUtf8 } from 'node:buffer';
import { type InputDeclaration, RequestError } from '../../../lib/protocol/messages/index.js';
import { RefusedRows, type Slice, type SliceInput } from '../../executor.js';

/** The elements of `BYTES` one after the other, since an array of many small ones is slow to send. */
export interface PackedBytes {
  readonly octets: Uint8Array<ArrayBuffer>;
  /** The end of each element. A list of few is sent quicker than memory of its own. */
  readonly ends: Uint32Array<ArrayBuffer> | readonly number[];
}

/** The most ends that are a list. */
const FEW_ENDS = 64;
/** Octets from which on handing memory over is quicker than copying it: see `sending.ts`. */
const LARGE = 1 << 16;

type Numbers = Exclude<SliceInput['elements'], readonly Uint8Array[]>;

/** An input as threads are sent it. */
export interface PackedInput {
  readonly elements: Numbers | PackedBytes;
  readonly rowShape: readonly number[];
}

/** A slice as threads are sent it. */
export interface PackedSlice extends Omit<Slice, 'inputs'> {
  readonly inputs: Readonly<Record<string, PackedInput>>;
}

/** Copies a slice's inputs, which may be parts of a request's memory. @returns also what may be transferred */
export function packed(slice: Slice): { readonly slice: PackedSlice; readonly memory: ArrayBuffer[] } {
  const memory: ArrayBuffer[] = [];
  const inputs: Record<string, PackedInput> = Object.create(null);
  for (const name in slice.inputs) {
    const { elements, rowShape } = slice.inputs[name];
    if (isList(elements)) {
      const bytes = packBytes(elements);
      if (bytes.octets.length >= LARGE) memory.push(bytes.octets.buffer);
      inputs[name] = { elements: bytes, rowShape };
    } else {
      const own = elements.slice();
      if (own.byteLength >= LARGE) memory.push(own.buffer);
      inputs[name] = { elements: own, rowShape };
    }
  }
  return { slice: { ...slice, inputs }, memory };
}

function packBytes(elements: readonly Uint8Array[]): PackedBytes {
  let length = 0;
  for (let i = 0; i < elements.length; i++) length += elements[i].length;
  const octets = new Uint8Array(length);
  const ends =
    elements.length > FEW_ENDS ? new Uint32Array(elements.length) : new Array<number>(elements.length);
  let at = 0;
  for (let i = 0; i < elements.length; i++) {
    octets.set(elements[i], at);
    at += elements[i].length;
    ends[i] = at;
  }
  return { octets, ends };
}

/**
 * The tensors that make rows: each input's elements, with its shape and, as `data`, itself as
 * properties.
 *
 * @throws RequestError `invalid` for an input that is missing or unknown, or a text that isn't UTF-8
 */
export function rowTensors(
  { inputs, rows, firstRow = 0 }: PackedSlice,
  declared: readonly InputDeclaration[],
): Readonly<Record<string, unknown>> {
  // No model declares an input `__proto__`.
  const tensors: Record<string, unknown> = {};
  for (const { name, as } of declared) {
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (input === undefined) throw new RequestError('invalid', `input '${name}' is missing`);
    const { elements, rowShape } = input;
    const flat = 'octets' in elements ? unpacked(name, elements, as, firstRow * sizeOf(rowShape)) : elements;
    const shaped = Object.assign(flat, { shape: [rows, ...rowShape] });
    tensors[name] = Object.assign(shaped, { data: shaped });
  }
  return tensors;
}

function sizeOf(rowShape: readonly number[]): number {
  let size = 1;
  for (const each of rowShape) size *= each;
  return size;
}

/** @param first position of the first element in the request */
function unpacked(
  name: string,
  { octets, ends }: PackedBytes,
  as: 'text' | 'bytes',
  first: number,
): string[] | Uint8Array[] {
  const count = ends.length;
  if (as === 'bytes') {
    const parts = new Array<Uint8Array>(count);
    for (let i = 0, start = 0; i < count; i++) {
      parts[i] = octets.subarray(start, ends[i]);
      start = ends[i];
    }
    return parts;
  }
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const isWhole = isUtf8(buffer);
  const texts = new Array<string>(count);
  for (let i = 0, start = 0; i < count; i++) {
    const end = ends[i];
    // Where all is UTF-8, an element is unless it begins in the middle of a character.
    const isText = isWhole
      ? start === end || (octets[start] & 0xc0) !== 0x80
      : isUtf8(buffer.subarray(start, end));
    if (!isText) {
      throw new RefusedRows(`input '${name}', element ${first + i}: expected text in UTF-8`);
    }
    texts[i] = buffer.toString('utf8', start, end);
    start = end;
  }
  return texts;
}

function isList(elements: SliceInput['elements']): elements is readonly Uint8Array[] {
  return Array.isArray(elements);
}
