import type { Cascade, Label } from '../cascades/index.js';
import { EXITING, tuneUntested } from '../cascades/internal.js';
import type { FeatureSet } from '../lib/features/define/index.js';
import type { AnswerBook } from './answerBook.js';
import type { TableClaim } from './certifiedRest.js';
import { flipShare, type MapForecast } from './forecast/index.js';
import type { MapOptions } from './options.js';

/** No bound is above it. */
const MOST = 0.99;

/** Rows that were asked about, and a search over them. */
export interface StageSearch<Row, L extends Label> {
  readonly options: MapOptions<Row, L>;
  readonly features: FeatureSet<Row>;
  readonly book: AnswerBook<Row, L>;
  readonly claim: TableClaim;
}

/**
 * Finds stages on the rows that were asked about to train on. Those whose answer can't be read teach nothing.
 *
 * @param trained positions of the rows
 */
export function stagesOn<Row, L extends Label>(
  { options, features, book, claim }: StageSearch<Row, L>,
  trained: Int32Array,
  { sample, pilot }: Pick<MapForecast, 'sample' | 'pilot'>,
): Promise<Cascade<Row, L>> {
  const { rows, allowVacuous, approximate, signal, seed = 0 } = options;
  // Rows to train on have one answer. So much more may differ from it as isn't a loss where a second is known: a guess, which
  // ranks stages and promises nothing.
  const credit = claim.loss === 'excessDisagreement' ? EXITING * flipShare(pilot) : 0;
  const readable = trained.filter((row) => !Number.isNaN(book.answerOf(row)));
  return tuneUntested<Row, L, string>(
    {
      features,
      rows: Array.from(readable, (row) => rows[row]),
      // The pilot's alone: which of two stages is cheaper may hang on the last digit, and a run over a journal is to find the same.
      full: book.model(pilot.perRow.mean),
      bound: { loss: 'disagreement', epsilon: Math.min(MOST, claim.epsilon + credit), delta: claim.delta },
      objective: 'price',
      repeats: true,
      fidelities: false,
      seed,
      ...(approximate !== undefined && { approximate }),
      ...(allowVacuous !== undefined && { allowVacuous }),
      ...(signal !== undefined && { signal }),
    },
    Math.max(1, sample),
  );
}
