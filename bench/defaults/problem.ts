import type { Split, VariantFigures } from '../fidelities/compare.js';
import type { Size } from '../harness/harness.js';

/** What options by hand reach on a data set, and what `tune` reaches without any. The last is the default. */
export type Problem = (seed: number, size: Size, log: (text: string) => void) => Promise<VariantFigures[]>;

export const DEFAULT = 'by default';

/** Rows to tune on, and the others. */
export function cut<Row, L>(rows: readonly Row[], labels: readonly L[], known: number): Split<Row, L> {
  return {
    known: { rows: rows.slice(0, known), labels: labels.slice(0, known) },
    unseen: { rows: rows.slice(known), labels: labels.slice(known) },
  };
}
