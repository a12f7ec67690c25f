import { sha256 } from '#sha256';

const encoder = new TextEncoder();

/** The SHA-256 digest of a text in UTF-8, as 64 hexadecimal digits. */
export function textDigest(text: string): string {
  return sha256([encoder.encode(text)]);
}
