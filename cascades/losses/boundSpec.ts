import type { BoundMethod, Certificate, CustomLoss, Label, LossSpec } from '../types/index.js';
import { type AnswerLoss, answerLoss, ownLoss } from './answerLoss.js';
import { hasExactTest } from './facts.js';

/** At most epsilon of a loss. */
export interface Limit {
  readonly loss: AnswerLoss;
  readonly epsilon: number;
  /** @defaultValue the tightest that is valid */
  readonly method?: BoundMethod | undefined;
}

/** What is to be certified: every limit holds, with probability at least 1 - delta. */
export interface BoundSpec extends Limit {
  readonly delta: number;
  /** Where there are several limits: all of them; the spec's own is the first. */
  readonly all?: readonly Limit[] | undefined;
  /** Other epsilons of the one limit that may be served later. */
  readonly also?: readonly number[] | undefined;
}

/** The share of delta for each test: epsilons that may be served later have equal shares. */
export function levelOf({ delta, also = [] }: BoundSpec): number {
  return delta / (1 + also.length);
}

export function limitsOf(spec: BoundSpec): readonly Limit[] {
  return spec.all ?? [spec];
}

/** The exact test counts rows. Groups lose means, and some losses are fractions: neither can be counted. */
export function methodOf({ loss, method }: Limit, unit: 'rows' | 'groups'): BoundMethod {
  return method ?? (unit === 'rows' && hasExactTest(loss) ? 'exact' : 'betting');
}

/**
 * The spec of a certificate, to be tested on other rows. @param own the user's losses, of which it has only the names
 */
export function boundSpecOf<L extends Label>(
  { all, delta, also, unit: before, ...first }: Certificate,
  classes: readonly L[],
  own: readonly CustomLoss<L>[],
  unit: Certificate['unit'],
): BoundSpec {
  const limits = (all ?? [first]).map(({ loss, epsilon, bound }) => {
    const known: LossSpec<L> =
      typeof loss === 'object' && 'name' in loss ? ownLoss(loss.name, own, 'certify.losses') : loss;
    // Of other units the test before may not be one.
    const method = unit === before ? bound : undefined;
    return { loss: answerLoss('certify', known, classes), epsilon, method };
  });
  return { ...limits[0], delta, ...(also && { also }), ...(limits.length > 1 && { all: limits }) };
}
