import type { WindowModel } from '../../../../entries/detect.js';
import { SIDE } from '../blobs.js';

/** A full model of windows of blobs: by how much their middle is brighter than the whole. It counts the rows that it scored. */
export function middleModel(): WindowModel & { readonly rows: () => number } {
  let rows = 0;
  return {
    name: 'middle',
    labels: ['nothing', 'blob'],
    classes: 2,
    rows: () => rows,
    score([block], out) {
      rows += block.rows;
      for (let row = 0; row < block.rows; row++) {
        const at = (x: number, y: number) => block.values[(row * SIDE + y) * SIDE + x];
        let whole = 0;
        for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) whole += at(x, y) / SIDE ** 2;
        const middle = (at(2, 2) + at(3, 2) + at(2, 3) + at(3, 3)) / 4;
        const score = Math.min(1, Math.max(0, 0.35 + middle - whole));
        out.set([1 - score, score], 2 * row);
      }
    },
  };
}
