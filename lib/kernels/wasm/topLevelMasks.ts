import type { Forest } from '../forest/index.js';
import type { Questions } from '../quantize/index.js';
import { type Masks, masksOf, type Shut, shutBy } from './masks.js';

/** A mask of a tree is a byte, with a bit for each node that is so many levels down. */
export const MOST_TOP = 3;

/** So many columns' masks take as long to combine as steps through the levels above take. */
const COLUMNS = 40;

/** Where a row leaves the top levels of each tree. Few questions are asked up there, so that masks have room where those of whole trees would not. */
export interface Exits extends Masks {
  /** Levels above the exits. */
  readonly top: number;
}

/**
 * @param trees how many, with those that fill up
 * @param at where a tree stands among them
 * @returns undefined where masks would take too much room or time
 */
export function exitsOf(
  { roots, feature, left, right }: Forest,
  questions: Questions,
  top: number,
  trees: number,
  at: (tree: number) => number,
): Exits | undefined {
  const shut = new Map<number, Shut[]>();
  const visit = (node: number, tree: number, level: number, i: number): void => {
    if (level === top || feature[node] === -1) return;
    const half = 2 ** (top - level - 1);
    shutBy(shut, questions.places[node], tree, (2 ** half - 1) << (2 * i * half));
    visit(left[node], tree, level + 1, 2 * i);
    visit(right[node], tree, level + 1, 2 * i + 1);
  };
  roots.forEach((root, tree) => {
    visit(root, at(tree), 0, 0);
  });
  const isWorth = (columns: number, width: number) => columns * width <= COLUMNS * trees;
  const masks = masksOf(questions, shut, trees, (length) => new Uint8Array(length), isWorth);
  return masks && { ...masks, top };
}
