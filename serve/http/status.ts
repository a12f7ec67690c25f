import { STATUS_CODES } from 'node:http';
import { type RequestError, writeError } from '../../lib/inference/index.js';

/** Headers of a failure beside those of its body. */
export function failureHeaders({ reason, retryAfterMs }: RequestError): readonly string[] {
  if (reason === 'unauthenticated') return ['WWW-Authenticate', 'Bearer'];
  // Whole seconds, and never sooner.
  if (retryAfterMs !== undefined) return ['Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000)))];
  return [];
}

/** A whole response without `node:http`'s help, for what isn't a request, after which the connection ends. */
export function rawFailure(status: number, text: string): string {
  const body = writeError({ message: text });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
