import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** Whether a package of TensorFlow's finds a GPU. */
export type ProbeGpu = (name: string) => Promise<boolean>;

/** Loading TensorFlow and CUDA takes seconds on a cold disk. */
const TIMEOUT_MS = 60_000;

const MARK = 'spillway-gpu:';

/**
 * Probes in a process of its own, so that neither a broken driver nor the registered engine stays
 * in this one.
 *
 * @throws what `require` throws where the package isn't installed; an Error with the first line of what went wrong
 *   there
 */
export const probeGpu: ProbeGpu = async (name) => {
  const path = createRequire(import.meta.url).resolve(name);
  const script = `
    const util = require('node:util');
    util.isNullOrUndefined ??= (value) => value == null;
    util.isArray ??= Array.isArray;
    try {
      const tf = require(${JSON.stringify(path)});
      console.log(${JSON.stringify(MARK)} + JSON.stringify({ gpu: tf.backend().isUsingGpuDevice === true }));
    } catch (error) {
      console.log(${JSON.stringify(MARK)} + JSON.stringify({ why: String(error && error.message || error) }));
    }`;
  const { stdout } = await run(name, script);
  const line = stdout.split('\n').find((each) => each.startsWith(MARK));
  const { gpu, why }: { gpu?: boolean; why?: string } = JSON.parse(line?.slice(MARK.length) ?? '{}');
  if (why !== undefined) throw new Error(why.split('\n')[0]);
  if (gpu === undefined) throw new Error(`${name} ended its process without an answer`);
  return gpu;
};

async function run(name: string, script: string): Promise<{ stdout: string }> {
  try {
    return await promisify(execFile)(process.execPath, ['-e', script], { timeout: TIMEOUT_MS });
  } catch (error) {
    throw new Error(`${name} ended the process that it was tried in`, { cause: error });
  }
}
