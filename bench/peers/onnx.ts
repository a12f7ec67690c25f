import type { Forest } from '../../lib/learn/kernels/index.js';
import { loadPeer, peerVersion } from './install.js';
import { onnxTrees } from './onnxTrees.js';

const PACKAGE = 'onnxruntime-node';

/** The part of onnxruntime-node's interface that the bench needs: it is installed only when the bench runs. */
interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', values: Float32Array, dims: readonly number[]) => object;
}

interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  release(): Promise<void>;
}

/** A forest in ONNX Runtime. */
export interface OnnxPeer {
  /** Sums of rows, row-major, each row as wide as the forest. */
  run(values: Float32Array, rows: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * @param threads undefined: as many as it chooses by itself
 * @returns or the reason why there is none, in words
 */
export async function startOnnx(
  forest: Forest,
  columns: number,
  threads?: number,
): Promise<OnnxPeer | string> {
  const runtime = loadPeer(PACKAGE);
  if (typeof runtime === 'string') return runtime;
  if (!isRuntime(runtime)) return 'onnxruntime-node is not what it was';
  const session = await runtime.InferenceSession.create(
    onnxTrees(forest, columns),
    threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: threads },
  );
  return {
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

export function onnxVersion(): string | undefined {
  return peerVersion(PACKAGE);
}
