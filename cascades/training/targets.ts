import { decideAll } from '../../lib/exits/index.js';
import { limitsOf, type Question } from '../certification/index.js';
import type { Problem } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { Targets } from './crossfit.js';
import type { StageTrainer } from './stageTrainer.js';

/** What stages may be fitted to: the labels, and the full model's answers where every row to fit on has one. */
export function targetsOf<Row, L extends Label>(
  problem: Problem<Row, L>,
  scores: Float64Array,
): StageTrainer['targets'] {
  const { development, decision, width, parts } = problem;
  const { labels, origin } = development;
  const complete = parts.fit.every((row) => !Number.isNaN(scores[row * width]));
  const answers: Targets = {
    truth: decideAll(decision, scores, width),
    soft: scores,
    classes: width,
    origin,
  };
  return {
    ...(labels && { labels: { truth: labels, classes: width, origin } }),
    ...(complete && { answers }),
  };
}

/** What errors of regression are judged by: the loss's own scale, else how far answers are from their mean. */
export function scaleOf(question: Question, answers: Float64Array): number {
  for (const { loss } of limitsOf(question)) {
    if (typeof loss === 'object' && 'absoluteError' in loss) return loss.absoluteError;
  }
  const mean = answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
  return answers.reduce((sum, answer) => sum + Math.abs(answer - mean), 0) / answers.length || 1;
}
