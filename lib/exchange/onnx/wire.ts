import { damaged } from '../fields.js';

/** How protobuf packs a field's value. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
const EMPTY = new Uint8Array(0);

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** Of a varint: as signed, and no more exact than a double. */
  readonly whole: number;
  /** Of all other kinds; 4 or 8 of them where they are of fixed width. */
  readonly bytes: Uint8Array;
}

/**
 * The fields of a protobuf message, one after the other, without copying. Messages inside are bytes: nothing is read
 * that isn't asked for, and nothing goes deeper than what asks.
 *
 * @throws ArtifactError `damaged`, whatever the bytes are
 * @see Google, Protocol Buffers: Encoding
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new Reader(message);
  while (!reader.ended) {
    const tag = reader.varint();
    const number = Math.floor(tag / 8);
    if (number < 1 || number >= 2 ** 29) throw damaged('onnx', `a field of number ${number}`);
    const kind = tag % 8;
    if (kind === VARINT) yield { number, whole: reader.varint(), bytes: EMPTY };
    else if (kind === FIXED64) yield { number, whole: 0, bytes: reader.take(8) };
    else if (kind === FIXED32) yield { number, whole: 0, bytes: reader.take(4) };
    else if (kind === BYTES) yield { number, whole: 0, bytes: reader.take(reader.varint()) };
    else throw damaged('onnx', `a field of kind ${kind}`);
  }
}

/** The whole numbers of a repeated field, of which this is one or, packed, many. */
export function wholes({ whole, bytes }: Field): number[] {
  if (bytes.length === 0) return [whole];
  const reader = new Reader(bytes);
  const numbers: number[] = [];
  while (!reader.ended) numbers.push(reader.varint());
  return numbers;
}

/** Numbers of 4 (Float32) or 8 bytes (Float64), little-endian. */
export function floats({ bytes }: { readonly bytes: Uint8Array }, width: 4 | 8): number[] {
  if (bytes.length % width !== 0) throw damaged('onnx', `${bytes.length} bytes of numbers of ${width}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / width }, (_, i) =>
    width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

export function text({ bytes }: Field): string {
  return new TextDecoder().decode(bytes);
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.bytes.length - this.at)) {
      throw damaged('onnx', 'a field that goes on after the end: it is cut short');
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** 64 bits in groups of 7, the lowest first. */
  varint(): number {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.take(1)[0];
      const bits = byte & 127;
      if (shift < 28) low += bits * 2 ** shift;
      else high += bits * 2 ** (shift - 28);
      if (byte < 128) return signed(low, high);
    }
    throw damaged('onnx', 'a number of more than 64 bits');
  }
}

/** Of 28 low bits and 36 high ones, in two's complement. */
function signed(low: number, high: number): number {
  const top = high % 2 ** 36;
  return (top >= 2 ** 35 ? top - 2 ** 36 : top) * 2 ** 28 + low;
}
