import { lossOn } from './answerLoss.js';
import type { AnswerLoss } from './list.js';

/**
 * What an answer that isn't the full model's first one is expected to lose, once the second is known. The two are
 * exchangeable: where the answer is the second one, the first might as well have come second, and that row, which is
 * none of those that differ from the first, would have the loss of the pair turned round. So summed over the rows that
 * differ this has the mean of the loss over all rows, and no other row need be asked again.
 */
export function lossOfDiffering(loss: AnswerLoss, answer: number, first: number, second: number): number {
  const inOrder = lossOfPair(loss, answer, first, second);
  return second === answer ? inOrder + lossOfPair(loss, answer, second, first) : inOrder;
}

function lossOfPair(loss: AnswerLoss, answer: number, first: number, second: number): number {
  const judged = { full: Float64Array.of(first), second: Float64Array.of(second), labels: undefined };
  return lossOn(loss, judged).lost(answer, 0);
}

/** Of the rows that a model answers in two ways, how many a guess lets exit: most are among those that don't. */
export const EXITING = 0.5;

/**
 * Of what differs from the full model's first answers, how much is no loss, by a few rows that it was asked twice: a
 * guess before anything is known of stages. Where they answer as it does itself more often, they differ from the first
 * of two ways half of the time.
 *
 * @param second NaN for rows that weren't asked again
 * @returns a share of the rows; 0 where none was
 */
export function creditForFlips(loss: AnswerLoss, full: Float64Array, second: Float64Array): number {
  let [rows, credit] = [0, 0];
  second.forEach((again, row) => {
    if (Number.isNaN(again)) return;
    rows++;
    if (again !== full[row]) credit += (1 - lossOfDiffering(loss, again, full[row], again)) / 2;
  });
  return rows === 0 ? 0 : (EXITING * credit) / rows;
}
