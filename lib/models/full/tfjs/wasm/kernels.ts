import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Tf } from '../tf.js';
import { type AddProducts, productsIn } from './products.js';

/** A kernel's inputs by their names. */
export type KernelInputs = Readonly<Record<string, TensorInfo>>;

/** The part of tfjs's wasm backend that kernels written here need. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: TensorInfo['dtype']): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  /** The module that Emscripten compiled. */
  readonly wasm: { readonly asm: { readonly memory: { readonly buffer: ArrayBuffer } } };
}

/** Runs the backend's other kernels within a kernel, and frees their intermediate tensors. */
export class Kernels {
  private readonly made: TensorInfo[] = [];

  /**
   * @param replaced the backend's own kernel in whose place one runs
   * @param loops WebAssembly instances by the backend's memory that they run in
   */
  constructor(
    private readonly tf: Tf,
    private readonly backend: WasmBackend,
    private readonly replaced: KernelFunc | undefined,
    private readonly loops: WeakMap<object, AddProducts>,
  ) {}

  run(name: string, inputs: KernelInputs, attrs: NamedAttrMap): TensorInfo {
    return this.call(this.tf.getKernel(name, 'wasm')?.kernelFunc, inputs, attrs);
  }

  /** The backend's own kernel, for cases that it does well. */
  original(inputs: KernelInputs, attrs: NamedAttrMap): TensorInfo {
    return this.call(this.replaced, inputs, attrs);
  }

  transpose(x: TensorInfo, perm: readonly number[]): TensorInfo {
    return this.run('Transpose', { x }, { perm: [...perm] });
  }

  /** The first `size` positions along each axis. */
  corner(x: TensorInfo, size: number[]): TensorInfo {
    if (size.every((length, axis) => length === x.shape[axis])) return x;
    return this.run('Slice', { x }, { begin: size.map(() => 0), size });
  }

  /** Numbers of single precision, not yet written. */
  output(shape: readonly number[]): TensorInfo {
    const info = this.backend.makeOutput(shape, 'float32');
    this.made.push(info);
    return info;
  }

  /** Another reference to the same numbers. */
  share(x: TensorInfo): TensorInfo {
    this.backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }

  /** The numbers of tensors where they are: views that are void as soon as anything else is made. */
  views(infos: readonly TensorInfo[]): (Float32Array | Int32Array | Uint8Array)[] {
    return infos.map((info) => this.backend.typedArrayFromHeap(info));
  }

  get addProducts(): AddProducts {
    const { memory } = this.backend.wasm.asm;
    const add = this.loops.get(memory) ?? productsIn(memory);
    this.loops.set(memory, add);
    return add;
  }

  /** Frees all but the result, which the engine takes over. */
  keep(result: TensorInfo): TensorInfo {
    for (const info of this.made) if (info !== result) this.backend.disposeData(info.dataId);
    return result;
  }

  private call(kernel: KernelFunc | undefined, inputs: KernelInputs, attrs: NamedAttrMap): TensorInfo {
    if (kernel === undefined) throw new TypeError('a kernel of tfjs-backend-wasm is missing');
    const made = kernel({ inputs: { ...inputs }, attrs, backend: this.backend });
    const [info] = Array.isArray(made) ? made : [made];
    this.made.push(info);
    return info;
  }
}

export function isWasmBackend(backend: unknown): backend is WasmBackend {
  const part = (of: unknown, name: string): unknown => Reflect.get(Object(of), name);
  return (
    typeof backend === 'object' &&
    backend !== null &&
    typeof part(part(part(backend, 'wasm'), 'asm'), 'memory') === 'object' &&
    ['makeOutput', 'typedArrayFromHeap', 'disposeData', 'incRef'].every(
      (name) => typeof Reflect.get(backend, name) === 'function',
    )
  );
}
