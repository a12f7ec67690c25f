import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ArtifactError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';

const EMPTY = new Uint8Array(0);

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** The value of a varint, signed, as exact as a double; 0 for all other kinds. */
  readonly whole: number;
  /** The value of all other kinds: 4 or 8 bytes where they are of fixed width. */
  readonly bytes: Uint8Array;
}

/**
 * The fields of a protobuf message, one after the other, without copying. Messages inside are bytes: the caller
 * decides what to read of them, so nothing recurses.
 *
 * @throws ArtifactError `damaged`, for any invalid bytes
 * @see Google, Protocol Buffers: Encoding
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    let field: Field;
    try {
      field = readField(reader);
    } catch (error) {
      throw unread(error);
    }
    yield field;
  }
}

function readField(reader: BinaryReader): Field {
  const [number, kind] = reader.tag();
  if (kind === WireType.Varint) return { number, whole: Number(reader.int64()), bytes: EMPTY };
  if (kind === WireType.LengthDelimited) return { number, whole: 0, bytes: reader.bytes() };
  if (kind === WireType.Bit64 || kind === WireType.Bit32)
    return { number, whole: 0, bytes: reader.skip(kind) };
  throw new Error(`a field of kind ${kind}`);
}

/** The whole numbers of a repeated field: one in this element or, packed, many. */
export function wholes({ whole, bytes }: Field): number[] {
  if (bytes.length === 0) return [whole];
  const reader = new BinaryReader(bytes);
  const numbers: number[] = [];
  try {
    while (reader.pos < reader.len) numbers.push(Number(reader.int64()));
  } catch (error) {
    throw unread(error);
  }
  return numbers;
}

/** Numbers of 4 (Float32) or 8 bytes (Float64), little-endian. */
export function floats({ bytes }: { readonly bytes: Uint8Array }, width: 4 | 8): number[] {
  if (bytes.length % width !== 0) throw damagedOnnx(`${bytes.length} bytes of numbers of ${width}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / width }, (_, i) =>
    width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

export function fieldText({ bytes }: Field): string {
  return new TextDecoder().decode(bytes);
}

/** The reader throws RangeError if a field extends past the end, else Error. */
function unread(error: unknown): ArtifactError {
  const reason = errorText(error);
  return damagedOnnx(error instanceof RangeError ? 'it is cut short' : reason, { cause: error });
}

/** An error for bytes that aren't a whole ONNX file. */
export function damagedOnnx(what: string, options?: ErrorOptions): ArtifactError {
  return new ArtifactError('damaged', `the file of model 'onnx' isn't whole: ${what}`, options);
}
