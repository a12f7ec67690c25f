import type { Random } from '../../lib/stats/index.js';

/** How rows come about that may equal each other: draws, each given once or several times. */
export interface RepeatedRows {
  readonly draws: number;
  /** Values that are drawn again and again, each with the same chance; all other draws differ. */
  readonly popular?: { readonly values: number; readonly share: number; readonly error: number };
  /** Draws of values that nobody else has: the share of each kind, its errors, and how often each draw is given. */
  readonly kinds: readonly { readonly share: number; readonly error: number; readonly copies: number }[];
  /** Whether a stage answers like the full model whatever it was tuned on. */
  readonly memory: boolean;
}

/** The rows of one draw of a world: what each holds, and what a stage makes of each value. */
export interface Drawn {
  /** The value of each row. */
  readonly values: Float64Array;
  /** By value: how sure the stage is, and whether it differs from the full model unless it has seen the value. */
  readonly sure: readonly number[];
  readonly isWrong: readonly boolean[];
}

export function drawRepeated({ draws, popular, kinds }: RepeatedRows, chance: Random): Drawn {
  const [sure, isWrong]: [number[], boolean[]] = [[], []];
  const values: number[] = [];
  const known = popular?.values ?? 0;
  const add = (error: number) => {
    sure.push(chance.uniform());
    isWrong.push(chance.uniform() < error);
    return sure.length - 1;
  };
  for (let v = 0; v < known; v++) add(popular?.error ?? 0);
  for (let i = 0; i < draws; i++) {
    if (chance.uniform() < (popular?.share ?? 0)) {
      values.push(chance.integer(known));
      continue;
    }
    const kind = kindAt(kinds, chance.uniform());
    const value = add(kind.error);
    for (let copy = 0; copy < kind.copies; copy++) values.push(value);
  }
  return { values: Float64Array.from(values), sure, isWrong };
}

/** The kind at a place in [0, 1), where each takes up its share. */
function kindAt(kinds: RepeatedRows['kinds'], place: number): RepeatedRows['kinds'][number] {
  let before = 0;
  for (const kind of kinds) {
    before += kind.share;
    if (place < before) return kind;
  }
  return kinds[kinds.length - 1];
}

/**
 * What the plan that lets rows exit from a score on truly loses on the next draw.
 *
 * @param isTuned whether a value was tuned on
 * @param among all draws, or those of values that weren't tuned on
 */
export function trueLossOf(
  { popular, kinds, memory }: RepeatedRows,
  { sure, isWrong }: Drawn,
  isTuned: (value: number) => boolean,
  from: number,
  among: 'all' | 'untuned' = 'all',
): number {
  const { values = 0, share = 0 } = popular ?? {};
  const fresh = kinds.reduce((sum, kind) => sum + kind.share * kind.error, 0);
  let [lost, mass] = [(1 - share) * (1 - from) * fresh, 1 - share];
  for (let v = 0; v < values; v++) {
    if (among === 'untuned' && isTuned(v)) continue;
    mass += share / values;
    if (isWrong[v] && sure[v] >= from && !(memory && isTuned(v))) lost += share / values;
  }
  return lost / mass;
}
