import { show } from '../../check.js';
import { RequestError } from './errors.js';
import { listOf, nameOf, objectOf, optionalText, parseJson } from './json.js';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.js';
import type { ModelState } from './types.js';

/** The index of a repository as the body of an HTTP response. @see Triton, "Model Repository Extension" */
export function writeIndex(models: readonly ModelState[]): string {
  return JSON.stringify(models.map(({ name, version, state, reason }) => ({ name, version, state, reason })));
}

/**
 * The index of a repository from the body of an HTTP response. Models that aren't loaded may have no version, which
 * becomes empty; states that the protocol doesn't have are refused.
 *
 * @throws RequestError `invalid`, naming the place
 */
export function readIndex(body: Uint8Array, limits: MessageLimits = DEFAULT_LIMITS): readonly ModelState[] {
  return listOf('the index', parseJson('the index', body, limits).value).map((item, i) => {
    const { name, version, state, reason } = objectOf(`index[${i}]`, item);
    return {
      name: nameOf(`the name of index[${i}]`, name),
      version: optionalText(`the version of index[${i}]`, version) ?? '',
      state: stateOf(`the state of index[${i}]`, state),
      reason: optionalText(`the reason of index[${i}]`, reason) ?? '',
    };
  });
}

/** Models that were never loaded have no state at Triton. */
function stateOf(place: string, state: unknown): ModelState['state'] {
  if (state === undefined || state === null || state === '') return 'UNAVAILABLE';
  if (state === 'READY' || state === 'LOADING' || state === 'UNLOADING' || state === 'UNAVAILABLE')
    return state;
  throw new RequestError(
    'invalid',
    `${place} is ${show(state)}; expected READY, LOADING, UNLOADING or UNAVAILABLE`,
  );
}

/**
 * Whether a request for the index wants only models that are ready. Its body may be empty.
 *
 * @throws RequestError `invalid`, `too-large`
 */
export function readIndexRequest(
  body: Uint8Array,
  limits: MessageLimits = DEFAULT_LIMITS,
): { readonly ready: boolean } {
  if (body.length === 0) return { ready: false };
  const { ready } = objectOf('the request', parseJson('the request', body, limits).value);
  if (ready === undefined || ready === null || typeof ready === 'boolean') return { ready: ready === true };
  throw new RequestError('invalid', `'ready' is ${show(ready)}; expected true or false`);
}
