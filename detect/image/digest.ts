import type { GreyImage } from './grey.js';

/**
 * A number that tells an image from others by its size and pixels, whatever its stride: a hash.
 *
 * @returns a whole number below 2^53
 * @example
 * imageDigest({ data: Uint8Array.of(1, 2), width: 2, height: 1, stride: 2 }) ===
 *   imageDigest({ data: Uint8Array.of(1, 2, 3), width: 2, height: 1, stride: 3 }); // true
 */
export function imageDigest({ data, width, height, stride }: GreyImage): number {
  let low = 0x811c9dc5 ^ width;
  let high = 0x9e3779b9 ^ height;
  for (let y = 0; y < height; y++) {
    for (let at = y * stride, end = at + width; at < end; at++) {
      low = Math.imul(low ^ data[at], 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high ^ data[at], 0x85ebca6b);
      high ^= high >>> 13;
    }
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
