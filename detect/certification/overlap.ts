import type { Rectangle } from '../scan/index.js';

/** A box meets an object from this overlap on. */
export const MEETS = 0.5;

/**
 * Intersection over union of two rectangles: 0 where they are apart, 1 where they are equal.
 *
 * @see Everingham et al., The PASCAL visual object classes challenge, IJCV 2010, section 4.2
 * @example overlap({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 0, width: 2, height: 2 }); // 1 / 3
 */
export function intersectionOverUnion(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (!(width > 0 && height > 0)) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

/** Whether a rectangle meets one of several. */
export function meetsAny(box: Rectangle, others: readonly Rectangle[]): boolean {
  return others.some((other) => intersectionOverUnion(box, other) >= MEETS);
}
