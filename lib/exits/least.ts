import type { Decision } from './decision.js';
import type { ExitKind } from './rule.js';

/**
 * The least that a stage can be sure of an answer, short of ties and scores that are no probabilities, with which a row never exits
 * whatever the threshold: a threshold that isn't above it lets every row out that gets the answer.
 *
 * @param classes how many there are
 * @param answer position of the class among them
 */
export function leastConfidence(
  decision: Decision,
  { score }: Pick<ExitKind, 'score'>,
  classes: number,
  answer: number,
): number {
  if (score === 'deferral' || score === 'interval') return 0;
  if (decision.kind === 'argmax') return score === 'margin' ? 0.5 : 1 / classes;
  // By a threshold the second of two classes is decided from it on, and the first above what is left.
  if (decision.kind === 'threshold' && score === 'top')
    return answer === 1 ? decision.threshold : 1 - decision.threshold;
  return 0;
}
