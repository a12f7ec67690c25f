import { count } from '../../util/count.js';
import type { ReportMeasured, ReportMeasurement } from '../data/index.js';
import { lossWords } from './certificate.js';
import { amount, percent, points, times } from './numbers.js';

/** A measurement as a table and sentences, which terminal, page and command line lay out. */
interface MeasuredWords {
  readonly heads: readonly string[];
  /** Full model, cascade, and the change from one to the other. */
  readonly rows: readonly (readonly string[])[];
  readonly sentences: readonly string[];
}

interface Figure {
  readonly head: string;
  readonly of: (measurement: ReportMeasurement) => number | undefined;
  readonly show: (value: number) => string;
  /** Absent where a change is meaningless: the full model doesn't differ from itself. */
  readonly change?: (difference: number) => string;
}

const figures: readonly Figure[] = [
  {
    head: 'Accuracy',
    of: ({ accuracy }) => accuracy,
    show: (value) => percent(value, 2),
    change: (difference) => `${plus(difference)}${points(difference)} points`,
  },
  { head: 'Disagreement', of: ({ disagreement }) => disagreement, show: (value) => percent(value, 2) },
  {
    head: 'MAE',
    of: ({ meanAbsoluteError }) => meanAbsoluteError,
    show: amount,
    change: (difference) => `${plus(difference)}${amount(difference)}`,
  },
  { head: 'Mean difference', of: ({ meanDifference }) => meanDifference, show: amount },
];

function plus(difference: number): string {
  return difference > 0 ? '+' : '';
}

/** The measurements, each figure beside its reference. */
export function measuredWords(measured: ReportMeasured): MeasuredWords {
  const { full, cascade, mode, stages, speedup, predictedSpeedup, price, losses = [] } = measured;
  const used = usedWords(measured);
  const known = figures.filter(({ of }) => of(cascade) !== undefined);
  const figureOf = ({ of }: Figure, measurement: ReportMeasurement) => of(measurement) ?? Number.NaN;
  const line = (name: string, measurement: ReportMeasurement, paid: number | undefined) => [
    name,
    count(measurement.rowsPerSecond),
    ...known.map((figure) => figure.show(figureOf(figure, measurement))),
    ...(paid === undefined ? [] : [amount(paid)]),
  ];
  const changes = known.map((figure) =>
    figure.change ? figure.change(figureOf(figure, cascade) - figureOf(figure, full)) : '',
  );
  const change = [
    'Change',
    times(cascade.rowsPerSecond / full.rowsPerSecond),
    ...changes,
    ...(price ? [`${times(price.full / price.cascade)} cheaper`] : []),
  ];
  return {
    heads: ['', 'Rows a second', ...known.map(({ head }) => head), ...(price ? ['Price a row'] : [])],
    rows: [
      line('Full model', full, price?.full),
      line('Cascade', cascade, price?.cascade),
      ...(stages === 0 ? [] : [change]),
    ],
    sentences: [
      stages === 0
        ? 'no speedup: both are the full model, and differ by chance alone'
        : `speedup ${times(speedup)} measured${notesOn(measured)}, ` +
          `${times(predictedSpeedup)} predicted${mode === 'one by one' ? ', one row at a time' : ''}`,
      ...(price
        ? [
            `price a row ${amount(price.cascade)} measured, ${amount(price.predicted)} predicted, ${amount(price.full)} for the full model: ${times(price.full / price.cascade)} cheaper measured, ${times(price.full / price.predicted)} predicted`,
          ]
        : []),
      ...(used === undefined ? [] : [used]),
      ...losses.map(lossWords),
      ...(known.some(({ head }) => head === 'MAE' || head === 'Mean difference')
        ? [
            'MAE is the mean absolute error by the labels, and mean difference the mean absolute ' +
              "difference from the full model's answers; both in the units of the answers.",
          ]
        : []),
    ],
  };
}

/** Whether the cascade was slower, and how far apart the rounds were. Measurements of older versions don't say. */
function notesOn({ speedup, rounds, speedupRange: range }: ReportMeasured): string {
  const spread = range
    ? `median of ${count(rounds ?? 0)} rounds, which gave ${times(range.least)} to ${times(range.most)}`
    : 'in one round, which shows no spread';
  const notes = [
    ...(speedup < 1 ? ['slower than the full model'] : []),
    ...(rounds === undefined ? [] : [spread]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`;
}

/** Rows on which the cascade looks better than it is. */
function usedWords({ rows, rounds, usedRows, repeats }: ReportMeasured): string | undefined {
  if (rounds === undefined || usedRows === 0) return undefined;
  if (usedRows === undefined) return "whether these rows were used to make this cascade isn't known";
  const some = `${count(usedRows)} of these ${count(rows)} rows`;
  if (repeats) return `${some} equal a used row, as repeating inputs do`;
  return (
    `${some} equal rows that fitted, chose or certified this cascade, or one made from it: if they are ` +
    'the same rows, their speedup, errors and losses flatter it; measure on rows that it has never seen'
  );
}
