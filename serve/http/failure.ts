import { STATUS_CODES } from 'node:http';
import { type RequestError, writeError } from '../../lib/protocol/messages/index.js';
import { READ } from './encodings.js';

/** Headers of a failure beside those of its body. */
export function failureHeaders({ reason, retryAfterMs }: RequestError): readonly string[] {
  // RFC 9110, section 15.5.16.
  if (reason === 'unknown-encoding') return ['Accept-Encoding', READ];
  if (reason === 'unauthenticated') return ['WWW-Authenticate', 'Bearer'];
  // Whole seconds, and never sooner.
  if (retryAfterMs !== undefined) return ['Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000)))];
  return [];
}

/** @param headers names and values, one after the other */
function pairs(headers: readonly string[]): string[] {
  return headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}`] : []));
}

/** A whole response without `node:http`'s help, for what isn't a request, after which the connection ends. */
export function rawFailure(status: number, text: string, headers: readonly string[] = []): string {
  const body = writeError({ message: text });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...pairs(headers),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
