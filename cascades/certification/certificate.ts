import { type BoundSpec, limitsOf, stated } from '../losses/index.js';
import {
  type Baseline,
  type Certificate,
  type Clause,
  type Flips,
  jointDelta,
  type Label,
  type Observed,
  type Prospect,
  type Repeating,
} from '../types/index.js';
import type { Tested } from './certifyPath.js';
import { type PathChanges, planChanges } from './changes.js';
import { verdictOf } from './decide.js';

/** All that a certificate rests on. Plain data. */
export interface Findings {
  readonly spec: BoundSpec;
  /** Of each limit, what was found of the plan to serve. */
  readonly tested: readonly Tested[];
  /** Why no plan is served; null where one is. */
  readonly reason: string | null;
  readonly unit: 'rows' | 'groups';
  /** None for regression. */
  readonly classes: readonly Label[];
  readonly labelled: boolean;
  readonly observed: Observed;
  /** What the plans of a path change, and which of them is served. */
  readonly changes?: { readonly path: PathChanges | undefined; readonly step: number } | undefined;
  /** Whether the same rows gave a band of limits, or a list of epsilons, beside it. */
  readonly hasBand: boolean;
  /** Rows that equal others, and so aren't draws of their own. @defaultValue 0 */
  readonly copies?: number | undefined;
  /** Absent for a batch, which is its own population. */
  readonly population?: string | undefined;
  readonly repeating?: Repeating | undefined;
  readonly baseline?: Baseline | undefined;
  readonly flips?: Flips | undefined;
  readonly constant?: Certificate['constant'];
  readonly prospect?: Prospect | undefined;
  /** What the rows were drawn by, where a finite batch was certified. */
  readonly seed?: number | string | undefined;
}

/**
 * The certificate of what was tested: the one place where verdicts of `tune`, `certify` and `certifyBatch` are made.
 */
export function certificateOf(findings: Findings): Certificate {
  const { spec, tested, reason, unit, classes, labelled, observed, hasBand } = findings;
  const { copies = 0, population, repeating, changes, flips, baseline, constant, prospect, seed } = findings;
  const clauses = limitsOf(spec).map(
    ({ loss, epsilon }, i): Clause => ({ loss: stated(loss, classes), epsilon, ...tested[i] }),
  );
  const { delta, also } = spec;
  return {
    ...verdictOf(reason),
    ...clauses[0],
    delta,
    ...(also && { also }),
    ...(clauses.length > 1 && { all: clauses }),
    jointDelta: jointDelta(spec, hasBand),
    unit,
    ...(copies > 0 && { copies }),
    ...(population !== undefined && { population }),
    ...(repeating && { repeating }),
    labelled,
    observed,
    ...(reason === null &&
      changes?.path && { changes: planChanges(changes.path, changes.step, classes, delta, unit) }),
    ...(flips && { flips }),
    ...(baseline && { baseline }),
    ...(constant && { constant }),
    ...(prospect && { prospect }),
    ...(seed !== undefined && { seed }),
  };
}
