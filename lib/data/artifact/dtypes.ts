import type { Tensor } from '../../util/state.js';

/** The parts of a typed array's class that are used here. */
export interface TensorType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Tensor;
}

/** The tensor types by their safetensors names, little-endian. */
const types: ReadonlyMap<string, TensorType> = new Map<string, TensorType>([
  ['F64', Float64Array],
  ['F32', Float32Array],
  ['I32', Int32Array],
  ['U32', Uint32Array],
  ['U16', Uint16Array],
  ['U8', Uint8Array],
]);

export const dtypes: readonly string[] = [...types.keys()];

export function typeOf(dtype: string): TensorType | undefined {
  return types.get(dtype);
}

export function dtypeOf(tensor: Tensor): string | undefined {
  for (const [dtype, type] of types) if (tensor instanceof type) return dtype;
  return undefined;
}
