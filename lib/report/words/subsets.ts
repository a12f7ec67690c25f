import { count, grouped } from '../../util/count.js';
import type { ReportData, ReportSubset } from '../data/index.js';
import { amount, percent } from './numbers.js';

/** Importance of what: of which model, on which rows, against what; undefined where it wasn't counted. */
export function importanceWords({ features, isRegression }: ReportData): string | undefined {
  const known = features.flatMap(({ importance }) => importance ?? []).at(0);
  if (known === undefined) return undefined;
  const { rows, against } = known;
  const which = `${rows === undefined ? 'rows' : `${count(rows)} rows`} to tune on that it wasn't fitted to`;
  const truth = { labels: 'the labels', answers: "the full model's own answers (there were no labels)" };
  const to = against === undefined ? '' : `, against ${truth[against]}`;
  return (
    `importance in points of ${isRegression ? 'R²' : 'accuracy'} that the full model, or one of its kind, loses when ` +
    `the feature is shuffled, on ${which}${to}, with its standard deviation`
  );
}

/** How close the answers of a subset's model come to the full model's: in which terms, and how much. */
export interface Closeness {
  /** The heading of a column. */
  readonly head: 'Agreement' | 'Mean difference' | 'Mean loss';
  /** The meaning of the figures. */
  readonly meaning: string;
  /** For a chart: percent for shares, else the units of the answers. */
  readonly value: (subset: ReportSubset) => number;
  readonly show: (subset: ReportSubset) => string;
}

/** Agreement for classes. For regression a mean difference, in the units of the answers where one scale is known. */
export function closenessOf({
  isRegression,
  certificate: { scale, all },
}: Pick<ReportData, 'isRegression' | 'certificate'>): Closeness {
  if (!isRegression) {
    return {
      head: 'Agreement',
      meaning: 'share of tuning rows on which the subset’s model alone loses nothing against the full model',
      value: ({ agreement }) => 100 * agreement,
      show: ({ agreement }) => percent(agreement, 2),
    };
  }
  const unit = all === undefined ? scale : undefined;
  const value = ({ agreement }: ReportSubset) => (unit ?? 1) * (1 - agreement);
  return {
    head: unit === undefined ? 'Mean loss' : 'Mean difference',
    meaning:
      unit === undefined
        ? 'mean loss, from 0 to 1, of the subset’s model alone on the tuning rows; 0 where it always ' +
          'answers like the full model'
        : 'mean absolute difference of the subset’s model from the full model on the tuning rows, in the ' +
          `units of the answers; differences above ${grouped(unit)} count as ${grouped(unit)}`,
    value,
    show: (subset) => amount(value(subset)),
  };
}

/** The heading of {@link ReportSubset.alone}, and its meaning beside the plan's own cost. */
export const onlyStage = {
  head: 'As the only stage',
  meaning:
    'estimated on the tuning rows, with the rest of the rows going to the full model; the plan’s own cost ' +
    'counts the rows of the certificate',
} as const;
