import { checkOneOf } from '../../../check.js';
import { BackendError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import { isAbsent, type Load } from '../../../util/packages.js';
import { startNode, startNodeGpu } from './node.js';
import { startRegistered } from './registered.js';
import type { Tf } from './tf.js';
import type { BackendName, BackendReport } from './types.js';
import { startWebgpu } from './webgpu.js';

export interface TfBackend extends BackendReport {
  /** Its name in tfjs. */
  readonly engine: string;
}

interface Probe {
  readonly name: BackendName;
  readonly engine: string;
  /**
   * Makes it tfjs's backend.
   *
   * @param wanted whether the caller named it
   * @returns a description of it
   * @throws the reason why it doesn't work
   */
  start(tf: Tf, load: Load, wanted: boolean): Promise<string>;
}

const PROBES: readonly Probe[] = [
  {
    name: 'node-gpu',
    engine: 'tensorflow',
    start: (tf, load) => startNodeGpu(tf, load),
  },
  {
    name: 'node',
    engine: 'tensorflow',
    start: (tf, load) => startNode(tf, load),
  },
  { name: 'webgpu', engine: 'webgpu', start: startWebgpu },
  {
    name: 'wasm',
    engine: 'wasm',
    async start(tf, load) {
      await startRegistered(tf, load, 'wasm', '@tensorflow/tfjs-backend-wasm');
      const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
      return `WebAssembly, ${simd === true ? 'with' : 'without'} SIMD`;
    },
  },
  {
    name: 'cpu',
    engine: 'cpu',
    async start(tf, load) {
      await startRegistered(tf, load, 'cpu', '@tensorflow/tfjs-backend-cpu');
      return 'plain JavaScript, the slowest';
    },
  },
];

/** All of them, best first. */
export const BACKENDS: readonly BackendName[] = PROBES.map(({ name }) => name);

/**
 * Starts the requested backend, or else the best that works here, and makes it tfjs's own.
 *
 * @param among the backends to choose from where none is requested
 * @throws OptionError for an unknown name; BackendError where none works, with the reason for each
 */
export async function startBackend(
  tf: Tf,
  wanted: BackendName | undefined,
  load: Load,
  among: readonly BackendName[] = BACKENDS,
): Promise<TfBackend> {
  if (wanted !== undefined) checkOneOf('backend', wanted, BACKENDS);
  const tried: { name: BackendName; why: string }[] = [];
  for (const { name, engine, start } of PROBES) {
    if (wanted === undefined ? !among.includes(name) : name !== wanted) continue;
    try {
      const what = await start(tf, load, wanted !== undefined);
      const reason = `${what}; ${wanted === undefined ? 'the best that works here' : 'as requested'}`;
      return { name, engine, reason, tried };
    } catch (error) {
      tried.push({ name, why: explain(error) });
    }
  }
  throw new BackendError(wanted, tried);
}

/** Bindings fail in many ways, and not always with an Error. */
function explain(error: unknown): string {
  const message = errorText(error);
  const [first] = message.split('\n');
  return isAbsent(error) ? `not installed (${first})` : first;
}
