import { sha256 } from '#sha256';

const encoder = new TextEncoder();

/** The SHA-256 digest of a text in UTF-8, as 64 hexadecimal digits. */
export function textDigest(text: string): string {
  return sha256([encoder.encode(text)]);
}

/** The first 32 hexadecimal digits of the SHA-256 digest of numbers, 8 bytes each, little-endian. */
export function numbersDigest({ buffer, byteOffset, byteLength }: Float64Array): string {
  return sha256([new Uint8Array(buffer, byteOffset, byteLength)]).slice(0, 32);
}
