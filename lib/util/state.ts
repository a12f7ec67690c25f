/**
 * Plain data that rebuilds something fitted: JSON beside named tensors, as an artifact stores it.
 */
export interface State {
  readonly json: JsonValue;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** A typed array that an artifact may hold. */
export type Tensor = Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Whatever JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
