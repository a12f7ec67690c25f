import { show } from '../../check.js';
import { RequestError } from './errors.js';
import type { MessageLimits } from './limits.js';

/** The header with the length of the JSON, unpacked. Binary tensors follow it. */
export const JSON_LENGTH = 'inference-header-content-length';

/**
 * Where the JSON of a message ends; undefined where all of it is JSON.
 *
 * @param jsonLength the header's value, if it was sent
 * @throws RequestError `too-large`; `invalid` for a length that doesn't fit the body
 */
export function headerEnd(
  what: string,
  body: Uint8Array,
  jsonLength: string | null | undefined,
  { octets }: MessageLimits,
): number | undefined {
  if (body.length > octets) {
    throw new RequestError('too-large', `${what} has ${body.length} octets, and the limit is ${octets}`);
  }
  if (jsonLength === undefined || jsonLength === null) return undefined;
  const end = /^\d{1,15}$/.test(jsonLength) ? Number(jsonLength) : Number.NaN;
  if (!(end <= body.length)) {
    throw new RequestError(
      'invalid',
      `Inference-Header-Content-Length is ${show(jsonLength)}; expected a whole number up to the body's ` +
        `${body.length} octets, unpacked`,
    );
  }
  return end;
}
