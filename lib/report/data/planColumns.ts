import type { ReportStage, ReportThreshold } from './stages.js';

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
