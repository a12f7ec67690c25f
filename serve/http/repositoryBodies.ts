import { RequestError } from '../../lib/inference/index.js';

/** Octets that a body of `index`, `load` or `unload` may have. */
export const REPOSITORY_OCTETS = 64 * 1024;

/** Whether `index` should list only models that are ready. Its body may be empty. */
export function wantsReady(body: Uint8Array): boolean {
  const { ready } = objectIn(body);
  if (ready !== undefined && typeof ready !== 'boolean') {
    throw new RequestError('invalid', `'ready': expected true or false, got ${JSON.stringify(ready)}`);
  }
  return ready === true;
}

/**
 * Refuses what would override a model's files. The body may be empty.
 *
 * @throws RequestError `invalid`
 */
export function checkLoad(body: Uint8Array): void {
  const { parameters = {} } = objectIn(body);
  if (!isObject(parameters)) {
    throw new RequestError('invalid', `'parameters': expected an object, got ${JSON.stringify(parameters)}`);
  }
  checkParameters(Object.keys(parameters));
}

/** @throws RequestError `invalid` for parameters other than `unload_dependents`, which is of no use here and does no harm */
export function checkParameters(names: readonly string[]): void {
  const other = names.find((name) => name !== 'unload_dependents');
  if (other === undefined) return;
  throw new RequestError(
    'invalid',
    `parameter '${other}': models are loaded as their files are, and a request overrides nothing`,
  );
}

function objectIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new RequestError('invalid', 'the body is no JSON', undefined, { cause: error });
  }
  if (isObject(value)) return value;
  throw new RequestError('invalid', 'the body: expected a JSON object');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
