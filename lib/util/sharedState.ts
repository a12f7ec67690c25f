import type { State, Tensor } from './state.js';

/** The same in memory that threads share: they are given the memory, not copies of it. */
export function sharedState({ json, tensors }: State): State {
  return {
    json,
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, sharedTensor(tensor)]),
    ),
  };
}

function sharedTensor(tensor: Tensor): Tensor {
  const memory = new SharedArrayBuffer(tensor.byteLength);
  new Uint8Array(memory).set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
  if (tensor instanceof Float32Array) return new Float32Array(memory);
  if (tensor instanceof Float64Array) return new Float64Array(memory);
  if (tensor instanceof Int32Array) return new Int32Array(memory);
  if (tensor instanceof Uint32Array) return new Uint32Array(memory);
  if (tensor instanceof Uint16Array) return new Uint16Array(memory);
  return new Uint8Array(memory);
}
