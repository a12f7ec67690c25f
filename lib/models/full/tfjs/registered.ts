import type { Load } from '../../../util/packages.js';
import type { Tf } from './tf.js';

/**
 * Makes a backend tfjs's own. Loading its package registers it, unless it is registered already.
 *
 * @param engine what tfjs calls it
 * @throws the reason why it doesn't work
 */
export async function startRegistered(tf: Tf, load: Load, engine: string, name: string): Promise<void> {
  if (tf.findBackendFactory(engine) === null) await load(name);
  if (tf.findBackendFactory(engine) === null) {
    throw new Error(
      `${name} has registered itself with another copy of tfjs-core: pass the one that it uses as tf`,
    );
  }
  if (!(await tf.setBackend(engine))) throw new Error(`tfjs could not start its backend '${engine}'`);
}
