import { roundEven } from '../image/index.js';

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
 * Gathers boxes that lie about one another to groups, and gives the mean box of each group with more than `least`
 * members, without those inside a larger group's. With `least` 0 it gives the boxes themselves. All as OpenCV's
 * `groupRectangles` does, in its order.
 *
 * @throws the signal's reason once it is aborted
 */
export function groupBoxes(boxes: readonly Box[], least: number, signal?: AbortSignal): Box[] {
  return drained(groupingSteps(boxes, least), signal);
}

/** The result of steps, all done at once. @throws the signal's reason once it is aborted */
export function drained<Result>(steps: Generator<undefined, Result, void>, signal?: AbortSignal): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    signal?.throwIfAborted();
  }
}

/** The same in steps of a millisecond or so. */
export function* groupingSteps(boxes: readonly Box[], least: number): Generator<undefined, Box[], void> {
  if (least <= 0 || boxes.length === 0) return [...boxes];
  const groups = yield* groupsOf(boxes);
  const large = groups.map(meanOf).filter(({ neighbours }) => neighbours > least);
  const left: Box[] = [];
  for (const box of large) {
    if (!large.some((other) => other !== box && isWithin(box, other))) left.push(box);
    yield;
  }
  return left;
}

/** Edges and sizes by which boxes are compared: x, y, right, bottom, width, height. */
const EDGES = 4;
const NUMBERS = 6;

/** Pairs of sets compared in one step. */
const STEP = 1_024;

/** Some of the boxes, next to each other in the order of the sets. */
interface BoxSet {
  readonly from: number;
  readonly to: number;
  /** The least and the greatest of each of their numbers, and the number that differs most. */
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly widest: number;
  halves: readonly [BoxSet, BoxSet] | undefined;
  /** Whether all are known to be in one group, which they stay. */
  isJoined: boolean;
}

/**
 * Groups in the order of their first boxes.
 *
 * OpenCV compares all pairs. Here sets of boxes are compared by their bounds, and divided until a comparison decides
 * for all pairs of two sets at once, or both are in one group already.
 */
function* groupsOf(boxes: readonly Box[]): Generator<undefined, Box[][], void> {
  const numbers = new Float64Array(NUMBERS * boxes.length);
  for (const [i, { x, y, width, height }] of boxes.entries()) {
    numbers.set([x, y, x + width, y + height, width, height], NUMBERS * i);
  }
  const order = Int32Array.from(boxes.keys());
  const parents = Int32Array.from(boxes.keys());
  const rootOf = (i: number) => {
    let root = i;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  };
  const setOf = (from: number, to: number): BoxSet => {
    const least = new Float64Array(NUMBERS).fill(Number.POSITIVE_INFINITY);
    const most = new Float64Array(NUMBERS).fill(Number.NEGATIVE_INFINITY);
    for (let i = from; i < to; i++) {
      const first = NUMBERS * order[i];
      for (let n = 0; n < NUMBERS; n++) {
        const number = numbers[first + n];
        if (number < least[n]) least[n] = number;
        if (number > most[n]) most[n] = number;
      }
    }
    let widest = 0;
    for (let n = 1; n < NUMBERS; n++) if (most[n] - least[n] > most[widest] - least[widest]) widest = n;
    return { from, to, least, most, widest, halves: undefined, isJoined: to - from === 1 };
  };
  /** Two sets with smaller differences: neither is empty where there are any. */
  const halvesOf = (set: BoxSet): readonly [BoxSet, BoxSet] => {
    if (set.halves) return set.halves;
    const { from, to, widest } = set;
    const middle = (set.least[widest] + set.most[widest]) / 2;
    let [low, high] = [from, to];
    while (low < high) {
      if (numbers[NUMBERS * order[low] + widest] <= middle) low++;
      else [order[low], order[high]] = [order[--high], order[low]];
    }
    set.halves = [setOf(from, low), setOf(low, to)];
    return set.halves;
  };
  const spreadOf = ({ least, most, widest }: BoxSet) => most[widest] - least[widest];
  const areOne = (a: BoxSet, b: BoxSet) =>
    a.isJoined && b.isJoined && rootOf(order[a.from]) === rootOf(order[b.from]);
  const joinAll = (a: BoxSet, b: BoxSet) => {
    const root = rootOf(order[a.from]);
    for (const set of [a, b]) {
      const to = set.isJoined ? set.from + 1 : set.to;
      for (let i = set.from; i < to; i++) parents[rootOf(order[i])] = root;
      set.isJoined = true;
    }
  };
  // A set beside itself: its own pairs. A set alone: whether its halves have become one.
  const all = setOf(0, boxes.length);
  const waiting: (readonly [BoxSet, BoxSet?])[] = [[all, all]];
  for (let pairs = 1; ; pairs++) {
    const next = waiting.pop();
    if (next === undefined) break;
    if (pairs % STEP === 0) yield;
    const [a, b] = next;
    if (b === undefined) {
      a.isJoined ||= areOne(...halvesOf(a));
      continue;
    }
    if (areOne(a, b)) continue;
    let nearest = 0;
    let farthest = 0;
    for (let n = 0; n < EDGES; n++) {
      const [right, left] = [a.most[n] - b.least[n], b.most[n] - a.least[n]];
      nearest = Math.max(nearest, -right, -left);
      farthest = Math.max(farthest, right, left);
    }
    // How far edges of similar boxes may lie apart: for the largest boxes of both sets, and for the smallest.
    if (nearest > reach(a.most, b.most)) continue;
    if (farthest <= reach(a.least, b.least)) joinAll(a, b);
    else if (a === b) {
      const [low, high] = halvesOf(a);
      waiting.push([a], [low, high], [high, high], [low, low]);
    } else {
      const [wide, other] = spreadOf(a) < spreadOf(b) ? [b, a] : [a, b];
      const [low, high] = halvesOf(wide);
      waiting.push([wide], [low, other], [high, other]);
    }
  }
  const groups = new Map<number, Box[]>();
  for (const [i, box] of boxes.entries()) {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(box);
    else groups.set(root, [box]);
  }
  return [...groups.values()];
}

function reach(a: Float64Array, b: Float64Array): number {
  return EPSILON * (Math.min(a[4], b[4]) + Math.min(a[5], b[5])) * 0.5;
}

function meanOf(boxes: readonly Box[]): Box {
  const share = fround(1 / boxes.length);
  const [x, y, width, height] = (['x', 'y', 'width', 'height'] as const).map((key) =>
    roundEven(fround(fround(boxes.reduce((sum, box) => sum + box[key], 0)) * share)),
  );
  const score = boxes.reduce((most, box) => Math.max(most, box.score), boxes[0].score);
  return { x, y, width, height, neighbours: boxes.length, score };
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
