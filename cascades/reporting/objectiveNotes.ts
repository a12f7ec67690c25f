import { type Cost, costOf, type Objective, type Profile } from '../../lib/costs/index.js';
import { cost as asCost } from '../../lib/report/words/index.js';
import { fullCost, planParts } from '../costs/index.js';
import type { Plan } from '../types/index.js';

/** What each objective counts, in words. */
const COUNTS: Readonly<Record<Objective, string>> = {
  throughput: 'of processor time in batches',
  latency: 'for a row alone',
  price: 'of money',
};

/** From this share of a cost on a feature mostly waits. */
const MOSTLY = 0.5;
/** Microseconds of waiting that a caller may notice. */
const NOTICED = 100;

/**
 * What a plan is expected to take by the objectives that it wasn't chosen by, where something waits or has a price, and
 * which sources it asks for every row.
 */
export function objectiveNotes(profile: Profile, plan: Plan, objective: Objective): string[] {
  const parts = planParts(profile, plan);
  const [whole] = planParts(profile, { stages: [], full: plan.full });
  const isPriced = whole.some(({ price }) => price > 0);
  if (plan.stages.length === 0 || !(isPriced || whole.some(isWaiting))) return [];
  const reach = [...plan.stages.map((stage) => stage.reach), plan.full.reach];
  const others = (['throughput', 'latency', 'price'] as const).filter(
    (other) => other !== objective && (other !== 'price' || isPriced),
  );
  const expected = others.map((other) => {
    const unit = other === 'price' ? 'price' : 'µs';
    const own = parts.reduce((sum, costs, s) => sum + costOf(costs, other, reach[s]), 0);
    const full = fullCost(profile, plan.full.features, other);
    return `${asCost(own, unit)} ${COUNTS[other]} for the full pipeline's ${asCost(full, unit)}`;
  });
  return [
    `By other objectives the plan is expected to take ${expected.join(', and ')}.`,
    ...askedAlways(profile, plan),
  ];
}

/** The priced and waiting features that the first stage reads: no row leaves before. */
function askedAlways(profile: Profile, { stages: [first] }: Plan): string[] {
  const asked = first.features.flatMap((name) => {
    const { cost } = profile.features[name];
    const waits = isWaiting(cost) ? [`waits ${asCost(waitOf(cost), 'µs')}`] : [];
    const price = cost.price > 0 ? [`costs ${asCost(cost.price, 'price')} a row`] : [];
    const what = [...waits, ...price].join(' and ');
    return what === '' ? [] : [`'${name}', which ${what}`];
  });
  return asked.length === 0
    ? []
    : [`Every row asks for ${asked.join(', and for ')}: the first stage reads it.`];
}

function isWaiting(cost: Cost): boolean {
  return cost.wait >= MOSTLY && waitOf(cost) >= NOTICED;
}

/** Microseconds that a row alone waits. */
function waitOf({ fixed, perRow, wait }: Cost): number {
  return (fixed + perRow) * wait;
}
