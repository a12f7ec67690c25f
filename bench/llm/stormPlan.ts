/** What the process of a storm is told. */
export interface StormPlan {
  readonly baseURL: string;
  readonly journal: string;
  readonly rows: number;
  readonly maxPrice: number;
  readonly prices: { readonly input: number; readonly output: number };
  /** Questions at once. */
  readonly concurrent: number;
  /** The file that it writes its answers to. */
  readonly out: string;
}

export const STORM_LABELS = ['even', 'odd', 'other'] as const;

export const stormText = (row: number) => `row ${row}`;
export const stormPrompt = (text: string) => `Is it even, odd, or other?\n\n${text}`;

/** Of 1,000 rows, those whose answers can't be parsed: never, and the first time alone. Together 3.4 %. */
const [NEVER, ONCE] = [17, 34];

/** A number from 0 to 999 that says little of the row's own. */
const mixed = (row: number) => (row * 7_919 + 13) % 1_000;

/** What the model says of a row. @param n answers to it so far */
export function stormSaid(row: number, n: number): string {
  const place = mixed(row);
  if (place < NEVER || (place < ONCE && n === 0)) return 'Well, that depends.';
  return row % 2 === 0 ? 'even' : 'odd';
}

export function stormLabel(row: number): (typeof STORM_LABELS)[number] {
  if (mixed(row) < NEVER) return 'other';
  return row % 2 === 0 ? 'even' : 'odd';
}
