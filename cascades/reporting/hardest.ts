import { checkFunction, checkKeys, checkWhole, show } from '../../lib/check.js';
import { DataError, OptionError } from '../../lib/errors.js';
import type { ReportRow, ReportRowView } from '../../lib/report/index.js';
import { shortNumber } from '../../lib/util/count.js';
import type { Label } from '../types/index.js';

/** Rows among which a report looks for hard ones, and how it shows them. */
export interface HardestOptions<Row, L extends Label> {
  /** Rows among which to look, each answered twice. */
  readonly rows: readonly Row[];
  /** The truth, where it is known. */
  readonly labels?: readonly L[];
  /** A row as a reader may see it: text, or a picture as a data URL. Only the hardest are shown. */
  readonly show: (row: Row) => ReportRowView;
  /** How many are shown. @defaultValue 12 */
  readonly most?: number;
}

/** The part of `Answers` that is read. */
interface Given<L> {
  readonly labels: readonly L[];
  readonly scores: Float64Array;
  readonly exits: Uint8Array;
}

const LONGEST = 400;

/**
 * @throws DataError for another number of labels; OptionError for a value that isn't a function to
 * show a row
 */
export function checkHardest<Row, L extends Label>(hardest: HardestOptions<Row, L>): void {
  checkKeys(hardest, ['rows', 'labels', 'show', 'most'], 'hardest.');
  const { rows, labels, show: view, most = 12 } = hardest;
  if (!Array.isArray(rows)) throw new OptionError('hardest.rows', `expected an array, got ${show(rows)}`);
  checkFunction('hardest.show', view);
  checkWhole('hardest.most', most, 1, 1_000);
  if (labels !== undefined && labels.length !== rows.length) {
    throw new DataError(`hardest.labels: expected ${rows.length}, one a row, got ${labels.length}`);
  }
}

/**
 * The hardest rows: those on which cascade and full model differ, the most confident first (in
 * regression, the largest differences first); then those that fell through to the full model, the
 * least confident in its own answer first.
 */
export function hardestOf<Row, L extends Label>(
  { rows, labels, show: view, most = 12 }: HardestOptions<Row, L>,
  cascade: Given<L>,
  full: Given<L>,
  stages: number,
  isRegression = false,
): ReportRow[] {
  const width = rows.length === 0 ? 1 : full.scores.length / rows.length;
  const top = (scores: Float64Array, row: number) =>
    Math.max(...scores.subarray(row * width, (row + 1) * width));
  const all = [...rows.keys()];
  // Scores of numbers are expected errors.
  const apart = (row: number) =>
    isRegression
      ? Math.abs(Number(cascade.labels[row]) - Number(full.labels[row]))
      : top(cascade.scores, row);
  const shown = (label: L) => (isRegression ? shortNumber(Number(label)) : String(label));
  const differ = all
    .filter((row) => cascade.labels[row] !== full.labels[row])
    .sort((a, b) => apart(b) - apart(a));
  const passed = all
    .filter((row) => cascade.exits[row] === stages && cascade.labels[row] === full.labels[row])
    .sort((a, b) => top(full.scores, a) - top(full.scores, b));
  return [...differ, ...passed].slice(0, most).map((row) => ({
    row,
    view: short(view(rows[row])),
    stage: cascade.exits[row] === stages ? 'full model' : `stage ${cascade.exits[row] + 1}`,
    answer: shown(cascade.labels[row]),
    full: shown(full.labels[row]),
    ...(labels && { truth: shown(labels[row]) }),
  }));
}

function short(view: ReportRowView): ReportRowView {
  return typeof view === 'string' && view.length > LONGEST ? `${view.slice(0, LONGEST)}…` : view;
}
