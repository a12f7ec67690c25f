import type { Label } from '../cascades/index.js';
import type { AnswerBook } from './answerBook.js';
import type { CertifiedRest } from './certifiedRest.js';
import type { MappedAnswer, MappedRows } from './mapped.js';

/**
 * The answer to each row: the model's where it was asked, else that of the stage where the row leaves.
 *
 * @param certified undefined where no plan was tested, or the run ended before
 */
export function mappedAnswers<Row, L extends Label>(
  rows: number,
  labels: readonly L[],
  book: AnswerBook<Row, L>,
  certified: Pick<CertifiedRest<L, string>, 'rest' | 'answers' | 'stages'> | undefined,
): MappedAnswer<L>[] {
  const places = new Map(Array.from(certified?.rest ?? [], (row, place) => [row, place]));
  return Array.from({ length: rows }, (_, row): MappedAnswer<L> => {
    const price = book.priceOf(row);
    if (book.knows(row)) {
      const answer = book.answerOf(row);
      if (Number.isNaN(answer)) return { label: null, stage: 'model', verdict: 'unread', price };
      return { label: labels[answer], stage: 'model', verdict: 'model', price };
    }
    const place = places.get(row);
    const answer = place === undefined ? Number.NaN : (certified?.answers[place] ?? Number.NaN);
    if (place === undefined || certified === undefined || Number.isNaN(answer))
      return { label: null, stage: null, verdict: 'unasked', price };
    return { label: labels[answer], stage: certified.stages[place] + 1, verdict: 'certified', price };
  });
}

/** Different rows by the verdict of their answers. @param first by row, the first that is like it */
export function verdictCounts<L extends Label>(
  answers: readonly MappedAnswer<L>[],
  first: Int32Array,
): MappedRows<never, L>['counts'] {
  const counts = { certified: 0, model: 0, unread: 0, unasked: 0 };
  answers.forEach(({ verdict }, row) => {
    if (first[row] === row) counts[verdict]++;
  });
  return counts;
}
