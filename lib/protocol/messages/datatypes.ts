import type { Datatype, Elements } from './types.js';

/** Elements that are numbers. */
export type NumberElements = Exclude<Elements, readonly Uint8Array[]>;

/** Datatypes whose elements are numbers. */
export type NumberDatatype = Exclude<Datatype, 'BYTES'>;

/** Octets of an element in binary tensors; 0 where each has its own length. */
export const OCTETS: Readonly<Record<Datatype, number>> = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
};

/** The protocol's element types. */
export const DATATYPES: readonly string[] = Object.keys(OCTETS);

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(OCTETS, value);
}

interface NumberArray {
  new (length: number): NumberElements;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumberElements;
}

/** The kind of array that holds elements of a datatype. */
export const ARRAYS: Readonly<Record<NumberDatatype, NumberArray>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Float32Array,
  FP32: Float32Array,
  FP64: Float64Array,
};
