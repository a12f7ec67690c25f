import fc from 'fast-check';
import type { GreyImage } from '../../../detect/image/index.js';

/** Grey images of random pixels, some with padding between rows. */
export function greyImages(most: number, least = 1): fc.Arbitrary<GreyImage> {
  return fc
    .record({
      width: fc.integer({ min: least, max: most }),
      height: fc.integer({ min: least, max: most }),
      padding: fc.integer({ min: 0, max: 3 }),
      seed: fc.integer(),
    })
    .map(({ width, height, padding, seed }) => noise(width, height, seed, width + padding));
}

/** Reproducible noise with some structure: blocks of random brightness, and grain. */
export function noise(width: number, height: number, seed: number, stride = width): GreyImage {
  const data = new Uint8Array(stride * height);
  let state = seed | 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  };
  const blocks = Uint8Array.from({ length: 64 }, next);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < stride; x++) {
      data[y * stride + x] = (3 * blocks[((y >> 2) & 7) * 8 + ((x >> 2) & 7)] + next()) >> 2;
    }
  }
  return { data, width, height, stride };
}
