import { checkDelta, checkInside, checkKeys, checkOneOf, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import {
  answerLoss,
  BOUND_METHODS,
  type BoundSpec,
  checkLoss,
  countedAs,
  fitsMethod,
  lossesOfNumbers,
  lossName,
  needsLabels,
} from '../losses/index.js';
import type { BoundMethod, Label, Loss, LossName, LossSpec } from '../types/index.js';

/** The loss allowed against the full model. */
export type Bound<L = Label> = SingleBound<L> | JointBound<L>;

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

/** Bounds on several losses together: a plan is served only if it passes the test of each. */
export interface JointBound<L = Label> {
  readonly all: readonly BoundPart<L>[];
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

/** A bound before it is checked, with labels of any type. */
interface GivenBound extends Partial<GivenPart> {
  readonly delta?: number;
  readonly also?: readonly number[];
  readonly modes?: readonly number[];
  readonly all?: readonly GivenPart[];
}

interface GivenPart {
  readonly loss?: LossSpec<never>;
  readonly epsilon: number;
  readonly method?: BoundMethod;
}

export function checkBound(bound: GivenBound, groups: boolean): void {
  if (typeof bound !== 'object' || bound === null) {
    throw new OptionError('bound', `expected { loss, epsilon, delta }, got ${show(bound)}`);
  }
  if (bound.delta !== undefined) checkDelta('bound.delta', bound.delta);
  if (bound.all === undefined) {
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
  const { loss, epsilon, method } = part;
  const hint =
    epsilon === 0 ? ': no finite sample can promise that nothing is ever lost; ask for 0.001, say' : '';
  checkInside(`${where}.epsilon`, epsilon, hint);
  if (loss !== undefined) checkLoss(`${where}.loss`, loss);
  if (method === undefined) return;
  checkOneOf(`${where}.method`, method, Object.keys(BOUND_METHODS));
  const tested = loss ?? 'accuracy';
  if (!fitsMethod(method, tested, groups ? 'groups' : 'rows')) {
    const what = groups ? 'groups, whose losses are means' : `${lossName(tested)}, which may be any number`;
    throw new OptionError(
      `${where}.method`,
      `'${method}' is for losses of 0 and 1, not for ${what}; use 'betting'`,
    );
  }
}

function checkAlso(also: unknown, { loss, epsilon }: Partial<GivenPart>, groups: boolean): void {
  if (!Array.isArray(also) || also.length === 0) {
    throw new OptionError('bound.also', `expected an array of other epsilons, got ${show(also)}`);
  }
  also.forEach((other: unknown, i) => {
    checkInside(`bound.also[${i}]`, other);
    if (other === epsilon || also.indexOf(other) < i) {
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

function checkModes(modes: unknown, { epsilon = 0, also }: GivenBound): void {
  if (also !== undefined) {
    throw new OptionError(
      'bound.modes',
      "names the epsilons that are tested, as 'also' does; give one of the two",
    );
  }
  if (!Array.isArray(modes) || modes.length === 0) {
    throw new OptionError(
      'bound.modes',
      `expected an array of epsilons above ${epsilon}, got ${show(modes)}`,
    );
  }
  modes.forEach((mode: unknown, i) => {
    checkInside(`bound.modes[${i}]`, mode);
    if (modes.indexOf(mode) < i || !(Number(mode) > epsilon)) {
      const why =
        modes.indexOf(mode) < i ? 'is there already' : `isn't above the bound's own epsilon, ${epsilon}`;
      throw new OptionError(`bound.modes[${i}]`, `${mode} ${why}; each takes its share of delta`);
    }
  });
}

/** The name of the first loss, if there is one, that compares with labels. */
export function lossNeedingLabels(bound: GivenBound, labelled: boolean): string | undefined {
  const losses = bound.all?.map(({ loss }) => loss) ?? [bound.loss ?? byLabels(labelled)];
  const needy = losses.find((loss) => loss !== undefined && needsLabels(loss));
  return needy && lossName(needy);
}

/** @param classes none for regression @throws OptionError for a label that is no class. */
export function specOf<L extends Label>(
  bound: Bound<L>,
  classes: readonly L[],
  labelled: boolean,
): BoundSpec {
  const { delta = 0.05 } = bound;
  if (bound.all === undefined) {
    const { loss = byLabels(labelled), epsilon, method } = bound;
    if (classes.length === 0 && bound.loss === undefined) {
      throw new OptionError('bound.loss', `missing; for regression pass ${lossesOfNumbers()}`);
    }
    const { modes, also = modes } = bound;
    return { loss: answerLoss('bound.loss', loss, classes), epsilon, method, delta, ...(also && { also }) };
  }
  const all = bound.all.map((part, i) => ({
    ...part,
    loss: answerLoss(`bound.all[${i}].loss`, part.loss, classes),
  }));
  return { ...all[0], delta, all };
}

function byLabels(labelled: boolean): LossName {
  return labelled ? 'accuracy' : 'disagreement';
}
