import { MissingPackage } from '../../../errors.js';
import { type Load, loadPackage } from '../../../util/packages.js';
import { BACKENDS, startBackend } from './backends.js';
import { loadTf } from './tf.js';
import type { BackendName } from './types.js';

/**
 * Whether a backend of TensorFlow.js works on this machine, with its description or the reason why
 * not.
 */
export interface BackendStatus {
  readonly name: BackendName;
  readonly works: boolean;
  readonly what: string;
}

/**
 * Starts every backend of TensorFlow.js in turn, best first, and leaves tfjs on the best that works.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @returns one a backend; none works where `@tensorflow/tfjs-core` isn't installed
 * @example
 * const [best] = (await tfjsBackends()).filter(({ works }) => works);
 */
export async function tfjsBackends(load: Load = loadPackage): Promise<readonly BackendStatus[]> {
  const found: BackendStatus[] = [];
  try {
    const tf = await loadTf(undefined, load);
    for (const name of [...BACKENDS].reverse()) {
      found.unshift(
        await startBackend(tf, name, load).then(
          ({ reason }) => ({ name, works: true, what: reason.replace('; as requested', '') }),
          (error: Error) => ({ name, works: false, what: whyOf(error, name) }),
        ),
      );
    }
    return found;
  } catch (error) {
    if (!(error instanceof MissingPackage)) throw error;
    return BACKENDS.map((name) => ({ name, works: false, what: error.message }));
  }
}

function whyOf({ message }: Error, name: BackendName): string {
  return message.replace(`backend '${name}' does not work here: ${name}: `, '');
}
