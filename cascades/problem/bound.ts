import { checkDelta, checkInside, checkKeys, checkOneOf, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import {
  type AbsoluteErrorLimit,
  absoluteError,
  answerLoss,
  asksTwice,
  BOUND_METHODS,
  type BoundSpec,
  capOf,
  checkBelowCap,
  checkInUnits,
  checkLoss,
  countedAs,
  fitsMethod,
  isInUnits,
  lossesOfNumbers,
  lossName,
  needsLabels,
  shareOfCap,
} from '../losses/index.js';
import type { AbsoluteErrorLoss, BoundMethod, Label, Loss, LossName, LossSpec } from '../types/index.js';

/** The loss allowed against the full model. */
export type Bound<L = Label> = SingleBound<L> | BoundInUnits | JointBound<L>;

/** A bound on one loss: its limit, and the confidence. */
export interface SingleBound<L = Label> extends Partial<BoundPart<L>> {
  /** The largest loss allowed, a share of the rows: 0.01 is one point. */
  readonly epsilon: number;
  /** The largest chance that the bound fails. @defaultValue 0.05 */
  readonly delta?: number;
  /**
   * Other epsilons that `retune` may serve later; all share delta evenly. `accuracy`, `disagreement` and
   * `harm` over rows need none: their band holds for any epsilon.
   */
  readonly also?: readonly number[];
  /**
   * Epsilons of more aggressive plans that may answer under overload: see `Cascade.modes`. All share delta evenly,
   * and hold together, for any loss, over rows or groups. Instead of `also`.
   */
  readonly modes?: readonly number[];
  readonly all?: never;
}

/** A bound in the units of the answers: `loss: absoluteError({ atMost, cap })`, and no `epsilon`. */
export interface BoundInUnits extends PartInUnits {
  /** The largest chance that the bound fails. @defaultValue 0.05 */
  readonly delta?: number;
  /** Other limits that `retune` may serve later, in the same units; all share delta evenly. */
  readonly also?: readonly number[];
  /** Larger limits, in the same units, of more aggressive plans that may answer under overload. Instead of `also`. */
  readonly modes?: readonly number[];
  readonly all?: never;
}

/** Bounds on several losses together: a plan is served only if it passes the test of each. */
export interface JointBound<L = Label> {
  readonly all: readonly (BoundPart<L> | PartInUnits)[];
  /** The largest chance that any of the bounds fails: each is tested at this level. @defaultValue 0.05 */
  readonly delta?: number;
  readonly loss?: never;
  readonly epsilon?: never;
  readonly method?: never;
  readonly also?: never;
  readonly modes?: never;
}

/** The bound on one of several losses. */
export interface BoundPart<L = Label> {
  /** @defaultValue 'accuracy' where rows have labels, else 'disagreement'; regression has none */
  readonly loss: Loss<L>;
  /** The largest loss allowed, above 0 and below 1. */
  readonly epsilon: number;
  /** @defaultValue 'exact', and 'betting' for groups, absoluteError or a loss of your own */
  readonly method?: BoundMethod;
}

/** The bound on one of several losses, in the units of the answers. */
interface PartInUnits {
  readonly loss: AbsoluteErrorLimit;
  readonly epsilon?: never;
  /** @defaultValue 'betting' */
  readonly method?: BoundMethod;
}

/** A bound before it is checked, with labels of any type. */
interface GivenBound extends Partial<GivenPart> {
  readonly delta?: number;
  readonly also?: readonly number[];
  readonly modes?: readonly number[];
  readonly all?: readonly GivenPart[];
}

interface GivenPart {
  readonly loss?: LossSpec<never> | AbsoluteErrorLimit;
  readonly epsilon?: number;
  readonly method?: BoundMethod;
}

export function checkBound(bound: GivenBound, groups: boolean): void {
  if (typeof bound !== 'object' || bound === null) {
    throw new OptionError('bound', `expected { loss, epsilon, delta }, got ${show(bound)}`);
  }
  if (bound.delta !== undefined) checkDelta('bound.delta', bound.delta);
  if (bound.all === undefined) {
    if ('atMost' in bound) {
      const limit = `loss: absoluteError({ atMost: ${show(bound.atMost)} })`;
      throw new OptionError('bound.atMost', `is a part of the loss; pass ${limit}, without epsilon`);
    }
    checkKeys(bound, ['loss', 'epsilon', 'delta', 'method', 'also', 'modes', 'all'], 'bound.');
    checkPart('bound', bound, groups);
    if (bound.also !== undefined) checkAlso(bound.also, bound, groups);
    if (bound.modes !== undefined) checkModes(bound.modes, bound);
    return;
  }
  checkKeys(bound, ['all', 'delta'], 'bound.');
  const { all } = bound;
  if (!Array.isArray(all) || all.length === 0) {
    throw new OptionError(
      'bound.all',
      `expected an array of { loss, epsilon }, at least one, got ${show(all)}`,
    );
  }
  all.forEach((part: GivenPart, i) => {
    const where = `bound.all[${i}]`;
    checkKeys(part, ['loss', 'epsilon', 'method'], `${where}.`);
    if (part.loss === undefined) throw new OptionError(`${where}.loss`, 'missing; with several, name each');
    checkPart(where, part, groups);
  });
}

function checkPart(where: string, part: Partial<GivenPart>, groups: boolean): void {
  const { epsilon, method } = part;
  const loss = inShares(part.loss);
  if (isInUnits(part.loss)) {
    checkInUnits(`${where}.loss`, part.loss);
    refuseEpsilon(where, part.loss, epsilon);
  } else {
    const hint =
      epsilon === 0
        ? ': no finite sample can promise that nothing is ever lost; ask for 0.001, say'
        : epsilon === undefined && typeof loss === 'object' && 'absoluteError' in loss
          ? '; a limit in the units of the answers is absoluteError({ atMost: … }), without epsilon'
          : '';
    checkInside(`${where}.epsilon`, epsilon, hint);
    if (loss !== undefined) checkLoss(`${where}.loss`, loss);
  }
  if (method === undefined) return;
  checkOneOf(`${where}.method`, method, Object.keys(BOUND_METHODS));
  const tested = loss ?? 'accuracy';
  if (!fitsMethod(method, tested, groups ? 'groups' : 'rows')) {
    const name = isInUnits(part.loss) ? 'absoluteError' : lossName(tested);
    const what = groups ? 'groups, whose losses are means' : `${name}, which may be any number`;
    throw new OptionError(
      `${where}.method`,
      `'${method}' is for losses of 0 and 1, not for ${what}; use 'betting'`,
    );
  }
}

/** @throws OptionError for both forms of a limit at once */
function refuseEpsilon(
  where: string,
  { absoluteError: { atMost } }: AbsoluteErrorLimit,
  epsilon: unknown,
): void {
  if (epsilon === undefined) return;
  throw new OptionError(
    `${where}.epsilon`,
    `got ${show(epsilon)} beside absoluteError({ atMost: ${atMost} }), which is the limit in the units of the answers; ` +
      'leave epsilon out, or give it with absoluteError(scale)',
  );
}

/** The loss as a share of its cap, or of 1 where none is given yet: for checks that hold for any cap. */
function inShares<Loss>(loss: Loss | AbsoluteErrorLimit): Loss | AbsoluteErrorLoss {
  return isInUnits(loss) ? absoluteError(loss.absoluteError.cap ?? 1) : loss;
}

/** The limit of a part, and whether a number is one beside it. */
function limitOf({ loss, epsilon }: Partial<GivenPart>) {
  if (!isInUnits(loss)) return { limit: epsilon, check: checkInside };
  const { atMost, cap } = loss.absoluteError;
  return { limit: atMost, check: (name: string, value: unknown) => checkBelowCap(name, value, cap) };
}

function checkAlso(also: unknown, part: Partial<GivenPart>, groups: boolean): void {
  const { limit, check } = limitOf(part);
  const loss = inShares(part.loss);
  if (!Array.isArray(also) || also.length === 0) {
    throw new OptionError('bound.also', `expected an array of other epsilons, got ${show(also)}`);
  }
  also.forEach((other: unknown, i) => {
    check(`bound.also[${i}]`, other);
    if (other === limit || also.indexOf(other) < i) {
      throw new OptionError(`bound.also[${i}]`, `${other} is there already; each takes its share of delta`);
    }
  });
  // Without a loss it is one of the losses by name, which have bands.
  if (!groups && (loss === undefined || countedAs(loss) !== undefined)) {
    throw new OptionError(
      'bound.also',
      `${loss === undefined ? 'the default loss' : lossName(loss)} over rows has a band that holds for any epsilon; leave it out, it only takes from delta`,
    );
  }
}

function checkModes(modes: unknown, { also, ...part }: GivenBound): void {
  const { limit = 0, check } = limitOf(part);
  const own = isInUnits(part.loss) ? 'atMost' : 'epsilon';
  if (also !== undefined) {
    throw new OptionError(
      'bound.modes',
      "names the epsilons that are tested, as 'also' does; give one of the two",
    );
  }
  if (!Array.isArray(modes) || modes.length === 0) {
    throw new OptionError('bound.modes', `expected an array of epsilons above ${limit}, got ${show(modes)}`);
  }
  modes.forEach((mode: unknown, i) => {
    check(`bound.modes[${i}]`, mode);
    if (modes.indexOf(mode) < i || !(Number(mode) > limit)) {
      const why =
        modes.indexOf(mode) < i ? 'is there already' : `isn't above the bound's own ${own}, ${limit}`;
      throw new OptionError(`bound.modes[${i}]`, `${mode} ${why}; each takes its share of delta`);
    }
  });
}

/** Whether a loss has the full model asked twice. */
export function asksTwiceIn(bound: GivenBound): boolean {
  return (bound.all ?? [bound]).some(({ loss }) => loss !== undefined && asksTwice(inShares(loss)));
}

/** The name of the first loss, if there is one, that compares with labels. */
export function lossNeedingLabels(bound: GivenBound, labelled: boolean): string | undefined {
  const given = bound.all?.map(({ loss }) => loss) ?? [bound.loss ?? byLabels(labelled)];
  const losses = given.map((loss) => inShares(loss));
  const needy = losses.find((loss) => loss !== undefined && needsLabels(loss));
  return needy && lossName(needy);
}

/**
 * The bound in shares of losses of answers.
 *
 * @param classes none for regression
 * @returns where a cap is to be taken: a function of the full model's answers to the tuning rows
 * @throws OptionError for a label that is no class
 */
export function specOf<L extends Label>(
  bound: Bound<L>,
  classes: readonly L[],
  labelled: boolean,
): BoundSpec | ((answers: Float64Array) => BoundSpec) {
  if (bound.all === undefined && bound.loss === undefined && classes.length === 0) {
    throw new OptionError('bound.loss', `missing; for regression pass ${lossesOfNumbers()}`);
  }
  const { delta = 0.05 } = bound;
  const parts = bound.all ?? [partOf(bound, labelled)];
  const named = parts.map((part, i) => ({ part, where: bound.all ? `bound.all[${i}].loss` : 'bound.loss' }));
  for (const { part, where } of named) answerLoss(where, inShares(part.loss), classes);
  const name = bound.also ? 'also' : 'modes';
  const further = bound[name];
  const on = (answers: Float64Array): BoundSpec => {
    const all = named.map(({ part, where }) => {
      const { method } = part;
      if (part.epsilon !== undefined) {
        return { loss: answerLoss(where, part.loss, classes), epsilon: part.epsilon, method };
      }
      const { atMost, cap = capOf(numbersOf(answers, classes)) } = part.loss.absoluteError;
      const epsilon = shareOfCap(where, atMost, cap);
      return { loss: answerLoss(where, absoluteError(cap), classes), epsilon, method, cap };
    });
    const limits = all.map(({ cap: _, ...limit }) => limit);
    const also = further?.map((limit, i) =>
      all[0].cap === undefined ? limit : shareOfCap(`bound.${name}[${i}]`, limit, all[0].cap),
    );
    return { ...limits[0], delta, ...(also && { also }), ...(bound.all && { all: limits }) };
  };
  const isTaken = parts.some(({ loss }) => isInUnits(loss) && loss.absoluteError.cap === undefined);
  return isTaken ? on : on(new Float64Array(0));
}

function partOf<L>(bound: SingleBound<L> | BoundInUnits, labelled: boolean): BoundPart<L> | PartInUnits {
  return bound.epsilon === undefined ? bound : { ...bound, loss: bound.loss ?? byLabels(labelled) };
}

/** The numbers that answers stand for: of codes, those of the classes. */
function numbersOf(answers: Float64Array, classes: readonly Label[]): Float64Array {
  return classes.length === 0 ? answers : answers.map((code) => Number(classes[code]));
}

function byLabels(labelled: boolean): LossName {
  return labelled ? 'accuracy' : 'disagreement';
}
