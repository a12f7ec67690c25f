import type { Forest } from '../../lib/kernels/index.js';
import { loadPeer } from './install.js';
import { onnxTrees } from './onnxTrees.js';

/** The part of onnxruntime-node's interface that the bench needs: it is installed only when the bench runs. */
interface OnnxRuntime {
  readonly env: { readonly versions: { readonly node?: string; readonly common?: string } };
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: 'float32', values: Float32Array, dims: readonly number[]) => object;
}

interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  release(): Promise<void>;
}

/** A forest in ONNX Runtime, with the threads that it chooses by itself. */
export interface OnnxPeer {
  readonly version: string;
  /** Sums of rows, row-major, each row as wide as the forest. */
  run(values: Float32Array, rows: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** @returns or why there is none, in words */
export async function startOnnx(forest: Forest, columns: number): Promise<OnnxPeer | string> {
  const runtime = loadPeer('onnxruntime-node');
  if (typeof runtime === 'string') return runtime;
  if (!isRuntime(runtime)) return 'onnxruntime-node is not what it was';
  const session = await runtime.InferenceSession.create(onnxTrees(forest, columns));
  return {
    version: runtime.env.versions.node ?? runtime.env.versions.common ?? '',
    async run(values, rows) {
      const { sums } = await session.run({ rows: new runtime.Tensor('float32', values, [rows, columns]) });
      if (!(sums.data instanceof Float32Array)) throw new TypeError('expected sums of Float32');
      return sums.data;
    },
    close: () => session.release(),
  };
}

function isRuntime(value: unknown): value is OnnxRuntime {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value;
}
