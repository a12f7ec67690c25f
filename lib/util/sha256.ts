import { createHash } from 'node:crypto';

/**
 * The SHA-256 digest of bytes in several parts, as 64 hexadecimal digits. `lightSha256.ts` replaces
 * it in `spillway/runtime`: browsers have no such function that is synchronous.
 *
 * @example sha256([new TextEncoder().encode('ab'), new TextEncoder().encode('c')]); // 'ba7816bf8f01cfea414140de5dae2223…'
 */
export function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
