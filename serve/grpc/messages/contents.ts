import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { show } from '../../../lib/check.js';
import { type LooseTensor, type MessageLimits, RequestError } from '../../../lib/protocol/messages/index.js';
import { readMessage } from './fields.js';

/** How a field of `InferTensorContents` holds its values. */
interface Kind {
  readonly field: number;
  readonly name: string;
  readonly wire: WireType;
  /** Memory for so many values, and what reads one. */
  readonly make: (count: number) => { [position: number]: unknown; readonly length: number };
  readonly read: (reader: BinaryReader) => unknown;
}

const { Varint, Bit32, Bit64, LengthDelimited } = WireType;

const BOOLS: Kind = {
  field: 1,
  name: 'bool_contents',
  wire: Varint,
  make: (count) => new Uint8Array(count),
  read: (reader) => (reader.bool() ? 1 : 0),
};
const INTS: Kind = {
  field: 2,
  name: 'int_contents',
  wire: Varint,
  make: (count) => new Int32Array(count),
  read: (reader) => reader.int32(),
};
const UINTS: Kind = {
  field: 4,
  name: 'uint_contents',
  wire: Varint,
  make: (count) => new Uint32Array(count),
  read: (reader) => reader.uint32(),
};

/** FP16 has no field of its own: it is sent raw. */
const KINDS: Readonly<Record<string, Kind>> = {
  BOOL: BOOLS,
  INT8: INTS,
  INT16: INTS,
  INT32: INTS,
  UINT8: UINTS,
  UINT16: UINTS,
  UINT32: UINTS,
  INT64: {
    field: 3,
    name: 'int64_contents',
    wire: Varint,
    make: (count) => new BigInt64Array(count),
    read: (reader) => BigInt(reader.int64()),
  },
  UINT64: {
    field: 5,
    name: 'uint64_contents',
    wire: Varint,
    make: (count) => new BigUint64Array(count),
    read: (reader) => BigInt(reader.uint64()),
  },
  FP32: {
    field: 6,
    name: 'fp32_contents',
    wire: Bit32,
    make: (count) => new Float32Array(count),
    read: (reader) => reader.float(),
  },
  FP64: {
    field: 7,
    name: 'fp64_contents',
    wire: Bit64,
    make: (count) => new Float64Array(count),
    read: (reader) => reader.double(),
  },
  BYTES: {
    field: 8,
    name: 'bytes_contents',
    wire: LengthDelimited,
    make: (count) => new Array(count),
    read: (reader) => reader.bytes(),
  },
};

/**
 * The values of a tensor's `InferTensorContents`. They are counted before memory is allocated.
 *
 * @throws RequestError `invalid` for values of another kind than the tensor's, `unsupported` for FP16, `too-large`
 */
export function readContents(
  { name, datatype }: LooseTensor,
  contents: Uint8Array,
  limits: MessageLimits,
): ArrayLike<unknown> {
  if (datatype === 'FP16') {
    throw new RequestError(
      'unsupported',
      `input ${show(name)} is of FP16, for which the protocol has no typed contents: send raw_input_contents`,
    );
  }
  const kind = typeof datatype === 'string' && Object.hasOwn(KINDS, datatype) ? KINDS[datatype] : undefined;
  // The tensor's reader refuses the datatype by its name.
  if (kind === undefined) return [];
  let count = 0;
  visit(name, contents, kind, (reader) => {
    reader.skip(kind.wire);
    count++;
  });
  const limit = kind.wire === LengthDelimited ? limits.strings : limits.elements;
  if (count > limit) {
    throw new RequestError(
      'too-large',
      `input ${show(name)} has ${count} elements, and the limit is ${limit}`,
    );
  }
  const values = kind.make(count);
  let i = 0;
  visit(name, contents, kind, (reader) => {
    values[i++] = kind.read(reader);
  });
  return values;
}

/** Calls `each` before every value, packed or not. */
function visit(name: string, contents: Uint8Array, kind: Kind, each: (reader: BinaryReader) => void): void {
  readMessage('InferTensorContents', contents, (reader, field, wire) => {
    if (field !== kind.field) {
      throw new RequestError(
        'invalid',
        `input ${show(name)}: its contents have field ${field}; expected ${kind.name}`,
      );
    }
    if (wire === kind.wire) {
      each(reader);
      return true;
    }
    if (wire !== LengthDelimited) throw new Error(`a field of wire type ${wire}`);
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) each(packed);
    if (packed.pos > packed.len) throw new RangeError('a packed field is cut short');
    return true;
  });
}
