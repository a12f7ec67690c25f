import type { GreyImage } from '../../../detect/image/index.js';
import type { TrainingOptions } from '../../../detect/index.js';
import { random } from '../../../lib/stats/index.js';

/** Side of the crops. */
export const SIDE = 12;

/** An image of grey noise. */
export function noise(seed: string, width: number, height: number): GreyImage {
  const stream = random(seed);
  const data = Uint8Array.from({ length: width * height }, () => 60 + stream.integer(90));
  return { data, width, height, stride: width };
}

/** Draws a bright cross, so many pixels wide, at a place of an image. */
export function drawCross(
  { data, stride }: GreyImage,
  x: number,
  y: number,
  size: number,
  contrast = 90,
): void {
  const arm = size / 3;
  for (let dy = 0; dy < size; dy++) {
    for (let dx = 0; dx < size; dx++) {
      const isIn = Math.abs(dx + 0.5 - size / 2) < arm / 2 || Math.abs(dy + 0.5 - size / 2) < arm / 2;
      const at = (y + dy) * stride + x + dx;
      if (isIn) data[at] = Math.min(255, data[at] + contrast);
    }
  }
}

/** Crosses on noise of some sizes, places and contrasts, as crops. */
export function crosses(seed: string, count: number): GreyImage[] {
  return Array.from({ length: count }, (_, i) => {
    const image = noise(`${seed} ${i}`, SIDE, SIDE);
    const stream = random(`${seed} cross ${i}`);
    const size = SIDE - stream.integer(3);
    drawCross(
      image,
      stream.integer(SIDE - size + 1),
      stream.integer(SIDE - size + 1),
      size,
      50 + stream.integer(50),
    );
    return image;
  });
}

/** Noise with bright bars, which are half of a cross. */
export function backgrounds(seed: string, count: number, side = 48): GreyImage[] {
  return Array.from({ length: count }, (_, i) => {
    const image = noise(`${seed} ${i}`, side, side);
    const stream = random(`${seed} bars ${i}`);
    for (let bar = 0; bar < 6; bar++) {
      const x = stream.integer(side - 4);
      for (let y = 0; y < side; y++) {
        for (let dx = 0; dx < 4; dx++) {
          const at = bar % 2 === 0 ? y * side + x + dx : (x + dx) * side + y;
          image.data[at] = Math.min(255, image.data[at] + 70);
        }
      }
    }
    return image;
  });
}

/** A training that takes a moment. */
export const options: TrainingOptions = {
  positives: crosses('training', 80),
  negatives: backgrounds('training', 20),
  features: 120,
  stages: 3,
  falsePositiveRate: 1e-9,
  seed: 1,
};
