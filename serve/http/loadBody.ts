import { RequestError } from '../../lib/protocol/messages/index.js';
import { refuseOverrides } from '../overrides.js';

/**
 * Checks the body of a request to load or unload a model, which may be empty.
 *
 * @throws RequestError `invalid`, or `unsupported` for what would override files
 */
export function checkLoadBody(body: Uint8Array): void {
  if (body.length === 0) return;
  const { parameters } = objectOf(parsed(body), 'the body');
  if (parameters === undefined || parameters === null) return;
  refuseOverrides(Object.keys(objectOf(parameters, "'parameters'")));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new RequestError('invalid', 'the body is no JSON', undefined, { cause: error });
  }
}

function objectOf(value: unknown, place: string): { readonly parameters?: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new RequestError('invalid', `${place}: expected an object`);
}
