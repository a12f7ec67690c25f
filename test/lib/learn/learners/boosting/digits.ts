import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import type { TrainingSet } from '../../../../../lib/learn/learners/index.js';

const PIXELS = 64;

/**
 * 1,797 digits of 8 x 8 pixels, 0 to 16, and what they are: scikit-learn's `load_digits()`, from Alpaydin and Kaynak's
 * Optical Recognition of Handwritten Digits (UCI, CC BY 4.0). `digits.bin` is its 65 bytes a row, deflated.
 */
export function digits(from: number, to: number): TrainingSet {
  const bytes = inflateSync(readFileSync(new URL('digits.bin', import.meta.url)));
  const rows = to - from;
  const values = new Float32Array(rows * PIXELS);
  const labels = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    const at = (from + r) * (PIXELS + 1);
    for (let c = 0; c < PIXELS; c++) values[r * PIXELS + c] = bytes[at + c];
    labels[r] = bytes[at + PIXELS];
  }
  return { blocks: [denseBlock(rows, PIXELS, values)], rows, classes: 10, labels };
}
