import { RequestError } from '../../lib/protocol/messages/index.js';

/** What is read of bodies, for `Accept-Encoding` and messages. */
export const READ = 'gzip, deflate';

/** How a body is packed. `deflate` is the zlib format (RFC 9110, section 8.4.1.2). */
export type Encoding = 'gzip' | 'deflate';

/**
 * How a request's body is packed; undefined: not at all.
 *
 * @param header its `content-encoding`
 * @throws RequestError `unknown-encoding`
 */
export function encodingOf(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined;
  const name = header.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'deflate') return 'deflate';
  throw new RequestError('unknown-encoding', `content-encoding '${header}': expected ${READ}`);
}

/**
 * How a client wants answers to be packed; undefined: not at all.
 *
 * @param header the request's `accept-encoding`
 */
export function acceptedOf(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined;
  let accepted: Encoding | undefined;
  for (const item of header.toLowerCase().split(',')) {
    const [name, ...parameters] = item.split(';');
    if (parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/.test(parameter))) continue;
    const encoding = name.trim();
    if (encoding === 'gzip') return 'gzip';
    if (encoding === 'deflate') accepted = 'deflate';
  }
  return accepted;
}
