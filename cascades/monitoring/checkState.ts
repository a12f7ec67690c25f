import { show } from '../../lib/check.js';
import {
  either,
  flag,
  list,
  naturalNumber,
  nullable,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  wrong,
} from '../../lib/data/artifact/index.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import type { DriftState } from '../../lib/stats/index.js';
import type { Label } from '../types/index.js';
import type { HeldCall } from './calls.js';
import type { Draws } from './draws.js';
import type { ExitsState } from './exitDrift.js';
import type { PendingDraw } from './labels.js';
import type { Audited, CallOutcome, DrawOutcome, LateLabel } from './outcome.js';
import type { AuditState } from './state.js';

/** Checks of the states that `cascade.audit` is given: data that was kept elsewhere, and may be broken. */

/**
 * The state that an audit resumes from.
 *
 * @param fresh the initial state of an audit of the same tests: the expected lengths of lists
 * @throws OptionError naming the first field that is missing, of another kind, or can't be
 */
export function checkState<L extends Label>(
  state: AuditState<L>,
  fresh: AuditState<L>,
  audited: Audited<L>,
): void {
  naming('state', () => {
    fields(fresh, audited)(state, 'state');
    checkOrder(state);
  });
}

/**
 * The state that an audit restarts after.
 *
 * @throws OptionError as {@link checkState}, for the fields that a new audit takes over
 */
export function checkRestart(restart: unknown): void {
  naming('restart', () => {
    const { promises } = restartFields(restart, 'restart');
    if (promises.length === 0) throw wrong('restart.promises', promises, 'at least one test');
  });
}

/** @throws OptionError for a value that isn't a state, or has an invalid seed */
export function checkSeeded(state: unknown): void {
  if (typeof state !== 'object' || state === null) {
    throw new OptionError('state', `expected the state of an earlier audit, got ${show(state)}`);
  }
  naming('state', () => object({ seed: optional(seed) })(state, 'state'));
}

/** Says of a field that it is an option's. */
function naming(option: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof ArtifactError ? new OptionError(option, error.message) : error;
  }
}

function numberFrom(from: number, to: number, expected: string): Shape<number> {
  return (value, place) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= from && value <= to) return value;
    throw wrong(place, value, expected);
  };
}

const finite = numberFrom(-Infinity, Infinity, 'a finite number');
const share = numberFrom(0, 1, 'a number from 0 to 1');
const seed = either(text, finite);
const loss = numberFrom(-1, 1, 'a number from -1 to 1');

const draws: Shape<Draws> = object({
  drawn: naturalNumber,
  next: numberFrom(0, Infinity, 'a number of at least 0'),
});

/** @param bets the number of bets, if known */
function drift(bets?: number): Shape<DriftState> {
  return object({
    losses: oneOf('bounded', 'paired'),
    epsilon: share,
    alpha: share,
    restarts: naturalNumber,
    samples: naturalNumber,
    sum: finite,
    logCapitals: list(finite, bets),
    pValue: share,
    alarm: flag,
  });
}

const restartFields = object({
  evidence: naturalNumber,
  draws,
  promises: list(drift()),
  disagreement: nullable(drift()),
});

function fields<L extends Label>(
  fresh: AuditState<L>,
  audited: Audited<L>,
): Shape<Omit<AuditState<L>, 'certificate'>> {
  const { disagreement, exits, promises } = fresh;
  return object<Omit<AuditState<L>, 'certificate'>>({
    seed,
    evidence: naturalNumber,
    rows: naturalNumber,
    draws,
    audited: naturalNumber,
    differed: naturalNumber,
    missed: naturalNumber,
    overdue: naturalNumber,
    faulted: naturalNumber,
    promises: list(drift(promises[0].logCapitals.length)),
    labelled: flag,
    disagreement: nullable(drift(disagreement?.logCapitals.length)),
    exits: nullable(exitsFields(exits)),
    calls: list(call(audited)),
    pending: list(pending(audited)),
    dropped: naturalNumber,
    run: naturalNumber,
  });
}

function exitsFields(fresh: ExitsState | null): Shape<ExitsState> {
  const stages = fresh?.counts.length;
  const limits: Shape<readonly [number, number]> = (value, place) => {
    const [from, to] = list(share, 2)(value, place);
    return [from, to];
  };
  return object({
    alpha: share,
    restarts: naturalNumber,
    expected: list(share, stages),
    limits: list(limits, stages),
    samples: naturalNumber,
    counts: list(naturalNumber, stages),
    unknown: naturalNumber,
    logCapitals: list(finite, fresh?.logCapitals.length),
    pValue: share,
    alarm: flag,
  });
}

/** An answer: a class, or for regression a number. */
function answerOf<L extends Label>({ classes }: Pick<Audited<L>, 'classes'>): Shape<L> {
  return (value, place) => {
    const known = classes.find((each) => each === value);
    if (known !== undefined) return known;
    // Regression has no classes, and its labels are numbers.
    if (classes.length === 0) return finite(value, place) as L;
    throw wrong(place, value, `one of ${classes.map(show).join(', ')}`);
  };
}

function lateFields<L extends Label>(
  audited: Audited<L>,
): { readonly [Name in keyof LateLabel<L>]: Shape<LateLabel<L>[Name]> } {
  return {
    answer: answerOf(audited),
    full: answerOf(audited),
    losses: nullable(list(nullable(loss), audited.losses.length)),
  };
}

function call<L extends Label>(audited: Audited<L>): Shape<HeldCall<L>> {
  const drawn: Shape<DrawOutcome<L>> = object({
    losses: list(nullable(loss), audited.losses.length),
    differs: share,
    missed: flag,
    late: nullable(object<LateLabel<L>>(lateFields(audited))),
  });
  const outcome: Shape<CallOutcome<L>> = object({
    exits: list(naturalNumber, audited.stages + 1),
    unknown: naturalNumber,
    draws: nullable(list(drawn)),
  });
  return object({
    rows: naturalNumber,
    first: naturalNumber,
    drawn: naturalNumber,
    outcome: nullable(outcome),
  });
}

function pending<L extends Label>(audited: Audited<L>): Shape<PendingDraw<L>> {
  const place = { id: naturalNumber, run: naturalNumber };
  const missed = object({ ...place, missed: naturalNumber });
  const waiting = object<LateLabel<L> & { id: number; run: number }>({ ...place, ...lateFields(audited) });
  return (value, at) => ('missed' in Object(value) ? missed(value, at) : waiting(value, at));
}

/** Calls and draws are found by their numbers, which ascend. */
function checkOrder<L extends Label>({ draws: { drawn }, calls, pending: waiting }: AuditState<L>): void {
  let next = 0;
  calls.forEach(({ first, drawn: own, outcome }, c) => {
    const at = `state.calls[${c}]`;
    if (first < next || first + own > drawn)
      throw wrong(`${at}.first`, first, `from ${next} to ${drawn - own}`);
    next = first + own;
    const known = outcome?.draws?.length ?? own;
    if (known !== own) throw wrong(`${at}.outcome.draws`, outcome?.draws, `an array of ${own}`);
  });
  let least = 0;
  waiting.forEach((draw, d) => {
    if (draw.id < least || draw.id >= drawn)
      throw wrong(`state.pending[${d}].id`, draw.id, `from ${least} to ${drawn - 1}`);
    least = draw.id + 1;
  });
}
