import { answerLoss } from './answerLoss.js';
import { type BoundMethod, fitsMethod } from './boundMethods.js';
import { type CustomLoss, givenLoss } from './custom.js';
import { asksTwice } from './facts.js';
import type { Label } from './kind.js';
import type { AnswerLoss, StatedLoss } from './list.js';

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

/** Whether a bound is of a full model that is asked twice. */
export function asksTwiceFor(bound: {
  readonly loss: StatedLoss;
  readonly all?: readonly { readonly loss: StatedLoss }[] | undefined;
}): boolean {
  return (bound.all ?? [bound]).some(({ loss }) => asksTwice(loss));
}

export function boundMethod({ loss, method }: Limit, unit: 'rows' | 'groups'): BoundMethod {
  return method ?? (fitsMethod('exact', loss, unit) ? 'exact' : 'betting');
}

/** One limit of a certificate. */
interface CertifiedLimit {
  readonly loss: StatedLoss;
  readonly epsilon: number;
  readonly bound: BoundMethod;
}

/** What a certificate says of its bound. */
interface CertifiedBound extends CertifiedLimit {
  readonly all?: readonly CertifiedLimit[];
  readonly delta: number;
  readonly also?: readonly number[];
  readonly unit: 'rows' | 'groups';
}

/**
 * The spec of a certificate, to be tested on other rows. @param own the user's losses, of which it has only the names
 */
export function boundSpecOf<L extends Label>(
  { all, delta, also, unit: before, ...first }: CertifiedBound,
  classes: readonly L[],
  own: readonly CustomLoss<L>[],
  unit: CertifiedBound['unit'],
): BoundSpec {
  const limits = (all ?? [first]).map(({ loss, epsilon, bound }) => ({
    loss: answerLoss('certify', givenLoss(loss, own, 'certify.losses'), classes),
    epsilon,
    // Of other units the test before may not be one.
    method: unit === before ? bound : undefined,
  }));
  return { ...limits[0], delta, ...(also && { also }), ...(limits.length > 1 && { all: limits }) };
}
