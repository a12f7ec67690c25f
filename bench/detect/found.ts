import type { GreyImage } from '../../detect/image/index.js';
import type { Detections } from '../../detect/index.js';

/** What a detector finds in an image, as flat lists in its own order. */
export interface Found {
  /** x, y, width and height of each group, and how many windows it is the mean of. */
  readonly boxes: readonly number[];
  readonly neighbours: readonly number[];
}

/** The windows themselves: x, y, width and height of each, and the sum of its last stage. */
export interface Candidates {
  readonly candidates: readonly number[];
  readonly sums: readonly number[];
}

/** What we find, in the same form. */
export function foundBy({ boxes, candidates }: Detections): Found & Candidates {
  return {
    boxes: boxes.flatMap(({ x, y, width, height }) => [x, y, width, height]),
    neighbours: boxes.map(({ neighbours }) => neighbours),
    candidates: candidates.flatMap(({ x, y, width, height }) => [x, y, width, height]),
    sums: candidates.map(({ score }) => score),
  };
}

export function sameBoxes(a: Found, b: Found): boolean {
  return areEqual(a.boxes, b.boxes) && areEqual(a.neighbours, b.neighbours);
}

export function sameCandidates(a: Candidates, b: Candidates): boolean {
  return areEqual(a.candidates, b.candidates) && areEqual(a.sums, b.sums);
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** A grey image with its name. */
export interface Picture {
  readonly name: string;
  readonly image: GreyImage;
}
