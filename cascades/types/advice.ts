/**
 * A change of one option with which `tune` may be expected to find a faster plan. An estimate, from the rows that were
 * tuned on; nothing is certified by it.
 */
export type Advice = {
  /** The plan's speedup over the full model with that change, and no other. */
  readonly figure: number;
  /** The same in words, with what must be true for the change to be right. */
  readonly text: string;
} & (
  | { readonly option: 'repeats'; readonly change: true | 'copies' }
  /** What to put in place of the bound's own. */
  | { readonly option: 'bound'; readonly change: { readonly epsilon: number } }
  /** How many rows to give, in the same split. */
  | { readonly option: 'rows'; readonly change: number }
);
