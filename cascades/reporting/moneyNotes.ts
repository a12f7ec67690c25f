import type { Objective } from '../../lib/costs/index.js';
import { grouped } from '../../lib/util/count.js';
import type { Plan } from '../types/index.js';
import type { NamedFullModel } from './stages.js';

/**
 * What prices are, where the full model counts its own money. A whole run can wait for a batch API, which costs less: what a
 * cascade saves is stated against that, too.
 */
export function moneyNotes(
  { model }: NamedFullModel,
  { expected }: Pick<Plan, 'expected'>,
  objective: Objective,
): string[] {
  const money = model?.money;
  if (objective !== 'price' || money === undefined) return [];
  const { currency } = money;
  const amount = (price: number) => `${grouped(price, 3)}${currency === undefined ? '' : ` ${currency}`}`;
  const prices = `Prices are ${currency ?? 'money'} a row, by what the full model's questions cost so far.`;
  const batch = money.byBatch?.();
  if (batch === undefined) return [prices];
  const ratio = batch.price / expected.cost;
  const gain =
    ratio > 1
      ? `${grouped(ratio, 3)} times cheaper`
      : `${grouped(1 / ratio, 3)} times dearer: nothing is saved`;
  const assumed = batch.isAssumed ? " (taken as half the list price, since 'prices.batch' isn't given)" : '';
  return [
    prices,
    `The full model by its batch API costs ${amount(batch.price)} a row${assumed}: against that, the cascade is ${gain}.`,
  ];
}
