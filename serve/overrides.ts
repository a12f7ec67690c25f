import { show } from '../lib/check.js';
import { RequestError } from '../lib/protocol/messages/index.js';

/**
 * Refuses parameters of a request to load or unload a model: they would override its files. `unload_dependents` does
 * no harm, since no model depends on another.
 *
 * @throws RequestError `unsupported`
 */
export function refuseOverrides(parameters: readonly string[]): void {
  const other = parameters.find((name) => name !== 'unload_dependents');
  if (other === undefined) return;
  throw new RequestError(
    'unsupported',
    `the parameter ${show(other)} isn't supported: models are loaded as their files are, and a request overrides nothing`,
  );
}
