export interface ReportStage {
  /** The rounds that run, if its model is an ensemble with an early exit: '125 of 1000 rounds'. */
  readonly rounds?: string;
  readonly name: string;
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: string;
  /** When a row leaves here. Empty for the full model. */
  readonly thresholds: readonly ReportThreshold[];
  /** Shares of all rows that get here and that are answered here. */
  readonly reach: number;
  readonly exits: number;
  /** Cost a row *that gets here*, in `unit`. */
  readonly cost: number;
}

/** The exit score from which rows with this answer leave; null: they never do. */
export interface ReportThreshold {
  readonly label: string;
  readonly threshold: number | null;
  /** Whether rows leave up to it instead: an expected error. */
  readonly atMost?: boolean;
  /** Whether no row is so unsure that it would be held back. */
  readonly always?: boolean;
}

export interface ReportSpending {
  /** A feature, or 'models'. */
  readonly name: string;
  /** One a stage, the full model last: shares of the whole cost of a row, which sum to 1 over all. */
  readonly shares: readonly number[];
}

/** What a cell shows of a stage, by the way in which it is written. */
export type StageCell =
  | { readonly name: string }
  | { readonly text: string }
  /** `rounds` where no other column has them. */
  | { readonly names: readonly string[]; readonly rounds?: string | undefined }
  | { readonly thresholds: readonly ReportThreshold[] }
  | { readonly share: number }
  | { readonly cost: number };

/** A column of the plan's table. */
export interface StageColumn {
  /** @param cost the name of what is spent: 'cost' or 'price' */
  head(cost: string): string;
  /** @param spent the stage's share of the cost of all stages */
  cell(stage: ReportStage, spent: number): StageCell;
  /** Whether only the page has room for it. */
  readonly isWide?: true;
}

/** The plan's table, on the page and in the terminal. Texts come before numbers. */
export const STAGE_COLUMNS: readonly StageColumn[] = [
  { head: () => 'stage', cell: ({ name }) => ({ name }) },
  { head: () => 'features', cell: ({ features, rounds }) => ({ names: features, rounds }) },
  {
    head: () => 'model',
    cell: ({ learner, rounds, target }) => ({
      text: `${learner}${rounds ? `, ${rounds},` : ''} on ${target}`,
    }),
    isWide: true,
  },
  { head: () => 'exits when', cell: ({ thresholds }) => ({ thresholds }) },
  { head: () => 'reach', cell: ({ reach }) => ({ share: reach }) },
  { head: () => 'exit', cell: ({ exits }) => ({ share: exits }) },
  { head: (cost) => `${cost} a row`, cell: ({ cost }) => ({ cost }) },
  { head: (cost) => `of ${cost}`, cell: (_stage, spent) => ({ share: spent }) },
];
