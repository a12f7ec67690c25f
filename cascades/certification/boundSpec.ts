import type { BoundMethod } from '../types/index.js';
import type { AnswerLoss } from './lossTable.js';

/** At most epsilon of a loss. */
export interface Limit {
  readonly loss: AnswerLoss;
  readonly epsilon: number;
  /** @defaultValue the tightest that is valid */
  readonly method?: BoundMethod | undefined;
}

/** What is asked: every limit kept, with probability at least 1 - delta. */
export interface Question extends Limit {
  readonly delta: number;
  /** Where there are several limits: all of them, of which the question's own is the first. */
  readonly all?: readonly Limit[] | undefined;
  /** Other epsilons of the one limit that may be asked for later. */
  readonly also?: readonly number[] | undefined;
}

/** What each test may spend of delta: epsilons that may be asked for later have an equal share each. */
export function levelOf({ delta, also = [] }: Question): number {
  return delta / (1 + also.length);
}

export function limitsOf(question: Question): readonly Limit[] {
  return question.all ?? [question];
}

/** Groups lose means, and a loss of the user's is any number: for those there is no exact test. */
export function methodOf({ loss, method }: Limit, unit: 'rows' | 'groups'): BoundMethod {
  const isExact = unit === 'rows' && (typeof loss === 'string' || 'recall' in loss || 'precision' in loss);
  return method ?? (isExact ? 'exact' : 'betting');
}
