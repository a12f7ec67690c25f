import { count, grouped } from '../../lib/util/count.js';
import type { Label, LossSum } from './kind.js';

/** A class in a sentence. */
export function quoted(label: Label | undefined): string {
  return typeof label === 'string' ? `"${label}"` : String(label);
}

export function totalLoss({ n, lost, unit }: LossSum): string {
  return unit === 'groups'
    ? `total loss ${lossSum(lost)}, summed over the means of ${count(n)} groups`
    : `total loss ${lossSum(lost)} on ${count(n)} rows`;
}

/** Four digits, or all before the point. */
export function lossSum(lost: number): string {
  return grouped(lost, Math.max(4, String(Math.trunc(lost)).length));
}
