import type { Forest } from './forest.js';
import type { Questions } from './questions.js';

/** A mask of a tree is a byte, with a bit for each node that is so many levels down. */
export const MOST_TOP = 3;

/** Masks are combined for so many trees at a time. */
const TOGETHER = 64;
/** The second cache has to hold them. */
const MOST_BYTES = 2 ** 20;
/** So many columns' masks take as long to combine as steps through the levels above take. */
const COLUMNS = 40;

/**
 * Where a row leaves the top levels of each tree, before there is a row: for each rank that a number may have among its column's questions a
 * row of masks, a byte a tree, whose bit `e` says that the tree's exit number `e`, from the left, isn't left of where such a number
 * goes right. What all columns leave open has the row's own exit as its lowest bit, as with whole trees (masks.ts; QuickScorer: Lucchese et
 * al., SIGIR 2015). Few questions are asked up there, so that the masks have room where those of whole trees would not.
 */
export interface Exits {
  /** Levels above the exits. */
  readonly top: number;
  /** How many masks a row has: as many as trees, and what fills up the last {@link TOGETHER}. */
  readonly width: number;
  readonly masks: Uint8Array;
  /** Of each run of questions the number of the row of masks for a missing number, then for each rank; none where the top levels don't ask. */
  readonly rows: readonly (Int32Array | undefined)[];
}

/** What a node of the top levels shuts where a row goes right. */
interface Shut {
  readonly tree: number;
  readonly exits: number;
}

/**
 * @param at where a tree stands among `trees`
 * @returns undefined where masks would take too much room or time
 */
export function exitsOf(
  { roots, feature, left, right }: Forest,
  { runs, places, missingLeft }: Questions,
  top: number,
  trees: number,
  at: (tree: number) => number,
): Exits | undefined {
  const shut = new Map<number, Shut[]>();
  const visit = (node: number, tree: number, level: number, i: number): void => {
    if (level === top || feature[node] === -1) return;
    const half = 2 ** (top - level - 1);
    const shuts = { tree, exits: (2 ** half - 1) << (2 * i * half) };
    const others = shut.get(places[node]);
    if (others) others.push(shuts);
    else shut.set(places[node], [shuts]);
    visit(left[node], tree, level + 1, 2 * i);
    visit(right[node], tree, level + 1, 2 * i + 1);
  };
  roots.forEach((root, tree) => {
    visit(root, at(tree), 0, 0);
  });
  const width = TOGETHER * Math.ceil(trees / TOGETHER);
  const asked = runs.map(({ end }, c) => {
    const begin = runs[c - 1]?.end ?? 0;
    return [...shut.keys()].filter((place) => place >= begin && place < end).sort((a, b) => a - b);
  });
  const columns = asked.filter((own) => own.length > 0).length;
  const count = asked.reduce((sum, own) => sum + (own.length === 0 ? 0 : own.length + 2), 0);
  if (columns === 0 || columns * width > COLUMNS * trees || count * width > MOST_BYTES) return undefined;

  const masks = new Uint8Array(count * width).fill(255);
  const close = (row: number, place: number): void => {
    for (const { tree, exits } of shut.get(place) ?? []) masks[row * width + tree] &= ~exits;
  };
  let row = 0;
  const rows = asked.map((own, c) => {
    if (own.length === 0) return undefined;
    const begin = runs[c - 1]?.end ?? 0;
    const found = new Int32Array(runs[c].end - begin + 2);
    for (const place of own) if (missingLeft[place] !== 1) close(row, place);
    found[0] = row++;
    // A number of the next rank goes right at one more question, which the top levels may ask or not.
    for (let rank = 0, next = 0; rank <= runs[c].end - begin; rank++) {
      if (next < own.length && own[next] === begin + rank - 1) {
        masks.copyWithin((row + 1) * width, row * width, (row + 1) * width);
        close(++row, own[next++]);
      }
      found[rank + 1] = row;
    }
    row++;
    return found;
  });
  return { top, width, masks, rows };
}
