import { createRequire } from 'node:module';
import type { Load } from '../../packages.js';
import { startRegistered } from './registered.js';
import type { Tf } from './tf.js';

const ENGINE = 'tensorflow';

/**
 * TensorFlow's own library, by tfjs-node or tfjs-node-gpu. Whatever their binding throws, often without a code, is for the
 * caller to explain.
 *
 * @param wanted whether it will do without a GPU, where the package is the one for GPUs
 */
export async function startNode(tf: Tf, load: Load, name: string, wanted: boolean): Promise<string> {
  restoreUtil();
  await startRegistered(tf, load, ENGINE, name);
  const gpu: unknown = Reflect.get(tf.backend(), 'isUsingGpuDevice');
  if (name.endsWith('-gpu') && gpu !== true && !wanted) throw new Error(`${name} has found no GPU`);
  return `TensorFlow, ${gpu === true ? 'on a GPU' : 'on the processor'}`;
}

/** tfjs-node calls functions that Node 23 has removed from `util`. */
function restoreUtil(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
