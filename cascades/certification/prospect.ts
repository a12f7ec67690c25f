import { meanSimple } from 'simple-statistics';
import {
  type BoundSpec,
  type Judged,
  levelOf,
  limitsOf,
  lossOn,
  usefulUnits,
  withoutGains,
} from '../losses/index.js';
import type { Prospect } from '../types/index.js';
import { unitsNeededFor } from './unitsNeeded.js';

/** What a plan that makes good use of epsilon loses, and how many units it takes to certify one. */
interface UsefulPlan {
  /** The mean of the search's loss on the tuning rows: half of what the first limit allows. */
  readonly loss: number;
  /** Units with which such a plan may be expected to pass. */
  readonly units: number;
  /** Units without which not even a plan that loses nothing passes. */
  readonly least: number;
}

/** What plans are expected to cost a row. */
export interface ExpectedCosts {
  /** Of the full model alone. */
  readonly full: number;
  /** Of the cheapest chain at this mean loss on the tuning rows. */
  at(loss: number): number;
}

/** How many rows, or groups, were there. */
export interface Counts {
  /** Units to certify on. */
  readonly units: number;
  /** Rows to certify on that were drawn from those given, and rows to tune on. */
  readonly certify: number;
  readonly development: number;
}

/**
 * What more rows might give: the cheapest plan that uses half of epsilon on the tuning rows, and how many it takes.
 *
 * @returns undefined where no tuning row counts
 */
export function prospectOf(
  spec: BoundSpec,
  judged: Judged,
  unit: 'rows' | 'groups',
  { units: there, certify, development }: Counts,
  costs: ExpectedCosts,
): Prospect | undefined {
  const size = unit === 'groups' ? certify / Math.max(1, there) : 1;
  const useful = usefulPlan(spec, judged, unit, size);
  if (useful === undefined) return undefined;
  const { loss, units, least } = useful;
  const cost = Math.min(costs.full, costs.at(loss));
  const inAll = (count: number) =>
    certify === 0 ? null : Math.ceil((count * (certify + development)) / certify);
  return {
    cost,
    speedup: cost > 0 ? costs.full / cost : 1,
    certify: units,
    total: inAll(units),
    least: there < least ? inAll(least) : null,
  };
}

/** Half of epsilon: what a plan may lose that is to pass with few units more than it must have. */
const USE = 0.5;

/**
 * An estimate from the tuning rows. Of recall and precision only rows of the class count, so that it takes more rows
 * by their share.
 *
 * @returns undefined where no tuning row counts
 */
function usefulPlan(
  spec: BoundSpec,
  judged: Judged,
  unit: 'rows' | 'groups',
  size: number,
): UsefulPlan | undefined {
  const { full } = judged;
  const delta = levelOf(spec);
  if (full.length === 0) return undefined;
  const meanOf = (of: (row: number) => number) => meanSimple(Array.from(full, (_, row) => of(row)));
  const limits = limitsOf(spec).map((limit) => {
    const { lost, counts } = lossOn(withoutGains(limit.loss), judged);
    const share = meanOf((row) => Number(counts(full[row], row)));
    return {
      share,
      loss: USE * limit.epsilon * share - meanOf((row) => lost(full[row], row)),
      units: Math.ceil(usefulUnits(limit, delta, share * size) / share),
      least: Math.ceil(unitsNeededFor(limit, delta, unit) / share),
    };
  });
  if (limits.some(({ share }) => share === 0)) return undefined;
  return {
    loss: Math.max(0, limits[0].loss),
    units: Math.max(...limits.map(({ units, least }) => Math.max(units, least))),
    least: Math.max(...limits.map(({ least }) => least)),
  };
}
