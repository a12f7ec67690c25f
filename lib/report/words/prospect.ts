import { count } from '../../util/count.js';
import type { ReportProspect } from '../data/index.js';
import { gain } from './costs.js';
import type { Facts } from './facts.js';
import { cost } from './numbers.js';

/** The effect of more rows, if no plan was certified. */
export function prospectFacts(
  { unit: units, cost: each, fullCost, speedup, certify, total, least }: ReportProspect,
  unit: string,
): Facts {
  const inAll = total === null ? '' : `, ${count(rounded(total))} ${units} in all`;
  const such = `a plan that loses half of epsilon takes some ${count(rounded(certify))} certification ${units}${inAll}`;
  const gained =
    speedup > 1
      ? `on the tuning rows such a plan costs ${cost(each, unit)} a row instead of ${cost(fullCost, unit)}, ${gain(speedup, unit)}; an estimate, no promise`
      : 'on the tuning rows no such plan is cheaper than the full model';
  return [
    ...(least === null ? [] : [[`${units} in all`, `at least ${count(least)}, with this split`] as const]),
    [`enough ${units}`, such],
    ['to be gained', gained],
  ];
}

/** Two digits: an estimate has no more. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
