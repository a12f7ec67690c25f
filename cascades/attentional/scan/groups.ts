import { roundEven } from '../../../lib/image/index.js';

/** A rectangle of an image that was found, in its pixels. */
export interface Box {
  /** The left edge. */
  readonly x: number;
  /** The upper edge. */
  readonly y: number;
  /** From the left edge to the right one. */
  readonly width: number;
  /** From the upper edge to the lower one. */
  readonly height: number;
  /** Windows that it is the mean of. */
  readonly neighbours: number;
  /** The largest sum of the last stage among these windows. */
  readonly score: number;
}

/** How far rectangles of a group may lie apart, as a share of their size. */
const EPSILON = 0.2;

const { fround } = Math;

/**
 * Gathers boxes that lie about one another to groups, and gives the mean box of each group with more than `least` members, without
 * those inside a larger group's. With `least` 0 it gives the boxes themselves. All as OpenCV's `groupRectangles` does, in its order.
 */
export function groupBoxes(boxes: readonly Box[], least: number): Box[] {
  if (least <= 0 || boxes.length === 0) return [...boxes];
  const means = meansOf(boxes, groupsOf(boxes));
  return means.filter(
    (box, i) =>
      box.neighbours > least &&
      !means.some((other, j) => j !== i && other.neighbours > least && isWithin(box, other)),
  );
}

/** The number of each box's group: groups are numbered by their first box. */
function groupsOf(boxes: readonly Box[]): Int32Array {
  const parents = Int32Array.from(boxes, (_, i) => i);
  const rootOf = (i: number) => {
    let root = i;
    while (parents[root] !== root) root = parents[root];
    for (let at = i; at !== root; ) [at, parents[at]] = [parents[at], root];
    return root;
  };
  // From left to right, none further off than this box's own size allows can be similar.
  const order = boxes.map((_, i) => i).sort((a, b) => boxes[a].x - boxes[b].x);
  for (let a = 0; a < order.length; a++) {
    const box = boxes[order[a]];
    const reach = box.x + EPSILON * (box.width + box.height) * 0.5 + 1;
    for (let b = a + 1; b < order.length && boxes[order[b]].x <= reach; b++) {
      if (areSimilar(box, boxes[order[b]])) parents[rootOf(order[b])] = rootOf(order[a]);
    }
  }
  const numbers = new Map<number, number>();
  return Int32Array.from(boxes, (_, i) => {
    const root = rootOf(i);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

function areSimilar(a: Box, b: Box): boolean {
  const delta = EPSILON * (Math.min(a.width, b.width) + Math.min(a.height, b.height)) * 0.5;
  return (
    Math.abs(a.x - b.x) <= delta &&
    Math.abs(a.y - b.y) <= delta &&
    Math.abs(a.x + a.width - b.x - b.width) <= delta &&
    Math.abs(a.y + a.height - b.y - b.height) <= delta
  );
}

function meansOf(boxes: readonly Box[], groups: Int32Array): Box[] {
  const totals: { x: number; y: number; width: number; height: number; neighbours: number; score: number }[] =
    [];
  for (const [i, { x, y, width, height, score }] of boxes.entries()) {
    const total = totals[groups[i]];
    if (total === undefined) totals.push({ x, y, width, height, score, neighbours: 1 });
    else {
      total.x += x;
      total.y += y;
      total.width += width;
      total.height += height;
      total.neighbours++;
      total.score = Math.max(total.score, score);
    }
  }
  return totals.map(({ x, y, width, height, neighbours, score }) => {
    const share = fround(1 / neighbours);
    const mean = (total: number) => roundEven(fround(fround(total) * share));
    return { x: mean(x), y: mean(y), width: mean(width), height: mean(height), neighbours, score };
  });
}

/** Whether a box lies in one of a group that is larger, or where its own is of less than three. */
function isWithin(box: Box, other: Box): boolean {
  const dx = roundEven(other.width * EPSILON);
  const dy = roundEven(other.height * EPSILON);
  return (
    box.x >= other.x - dx &&
    box.y >= other.y - dy &&
    box.x + box.width <= other.x + other.width + dx &&
    box.y + box.height <= other.y + other.height + dy &&
    (other.neighbours > Math.max(3, box.neighbours) || box.neighbours < 3)
  );
}

/** The parts of boxes that lie in the image; rounding may put an edge a little outside. */
export function clipBoxes(boxes: readonly Box[], width: number, height: number): Box[] {
  return boxes.flatMap((box) => {
    const x = Math.max(0, box.x);
    const y = Math.max(0, box.y);
    const right = Math.min(width, box.x + box.width);
    const bottom = Math.min(height, box.y + box.height);
    return right > x && bottom > y ? [{ ...box, x, y, width: right - x, height: bottom - y }] : [];
  });
}
