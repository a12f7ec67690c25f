import { show } from '../../check.js';
import { RequestError } from './errors.js';
import { parameterOf } from './json.js';
import type { Parameters } from './types.js';

/**
 * Milliseconds that a request allows for its answer: its parameter `timeout`, in microseconds. 0 allows any time, as
 * it does at Triton.
 *
 * @throws RequestError `invalid` for what is no whole number of microseconds
 */
export function timeoutOf(parameters: Parameters): number | undefined {
  const microseconds = parameterOf(parameters, 'timeout');
  if (microseconds === undefined || microseconds === 0) return undefined;
  if (typeof microseconds === 'number' && Number.isInteger(microseconds) && microseconds > 0) {
    return microseconds / 1000;
  }
  throw new RequestError(
    'invalid',
    `the parameter 'timeout' is ${show(microseconds)}; expected whole microseconds, 0 or more`,
  );
}
