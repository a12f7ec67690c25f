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
 *
 * OpenCV compares all pairs. Here sets of boxes are compared by their bounds, and divided until a comparison decides for all pairs
 * of two sets at once.
 */
export function groupBoxes(boxes: readonly Box[], least: number): Box[] {
  if (least <= 0 || boxes.length === 0) return [...boxes];
  const large = groupsOf(boxes)
    .map(meanOf)
    .filter(({ neighbours }) => neighbours > least);
  return large.filter((box) => !large.some((other) => other !== box && isWithin(box, other)));
}

/** Some of the boxes. */
interface BoxSet {
  readonly members: readonly number[];
  /** The greatest of their widths, heights, left, upper, right and lower edges, and of these times -1. */
  readonly most: readonly number[];
  /** The largest difference of one of these. */
  readonly spread: number;
  /** Two sets with smaller differences, if there are any. */
  halves(): readonly BoxSet[];
}

/** Groups in the order of their first boxes. */
function groupsOf(boxes: readonly Box[]): Box[][] {
  const parents = boxes.map((_, i) => i);
  const rootOf = (i: number) => {
    let root = i;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  };
  const numbers = boxes.map(({ x, y, width, height }) => {
    const all = [width, height, x, y, x + width, y + height];
    return [...all, ...all.map((number) => -number)];
  });
  const setOf = (members: readonly number[]): BoxSet => {
    const most = numbers[0].map((_, i) =>
      members.reduce((greatest, member) => Math.max(greatest, numbers[member][i]), Number.NEGATIVE_INFINITY),
    );
    const spreads = most.slice(6).map((negative, i) => most[i] + negative);
    const spread = Math.max(...spreads);
    const widest = spreads.indexOf(spread);
    let halves: readonly BoxSet[] | undefined;
    return {
      members,
      most,
      spread,
      halves() {
        halves ??= [true, false].map((isLow) =>
          setOf(members.filter((member) => numbers[member][widest] < most[widest] - spread / 2 === isLow)),
        );
        return halves;
      },
    };
  };
  /** Joins boxes of one set with similar ones of another, or of the same. */
  const join = (a: BoxSet, b: BoxSet): void => {
    let nearest = 0;
    let farthest = 0;
    for (let i = 2; i < 6; i++) {
      const [right, left] = [a.most[i] + b.most[6 + i], b.most[i] + a.most[6 + i]];
      nearest = Math.max(nearest, -right, -left);
      farthest = Math.max(farthest, right, left);
    }
    // How far edges of similar boxes may lie apart, at most and at least.
    const reach = (side: (a: number, b: number) => number, at: number) =>
      EPSILON * (side(a.most[at], b.most[at]) + side(a.most[at + 1], b.most[at + 1])) * 0.5;
    const members = [...a.members, ...b.members];
    const root = rootOf(members[0]);
    if (nearest > reach(Math.min, 0) || members.every((member) => rootOf(member) === root)) return;
    if (farthest <= -reach(Math.max, 6)) for (const member of members) parents[rootOf(member)] = root;
    else if (a.spread < b.spread) join(b, a);
    else for (const half of a.halves()) join(half, b);
  };
  const all = setOf([...parents]);
  join(all, all);
  const groups = new Map<number, Box[]>();
  for (const [i, box] of boxes.entries()) {
    const group = groups.get(rootOf(i)) ?? [];
    group.push(box);
    groups.set(rootOf(i), group);
  }
  return [...groups.values()];
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
