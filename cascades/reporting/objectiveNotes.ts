import { type Cost, costOf, type Objective, type Profile } from '../../lib/costs/index.js';
import { cost as asCost, percent, times } from '../../lib/report/words/index.js';
import { fullCost, planParts } from '../costs/index.js';
import { type CascadeParts, speculation } from '../plan/index.js';
import { objectiveWords } from '../problem/index.js';
import type { Label, Plan } from '../types/index.js';

/** What each objective counts, in words. */
const COUNTS: Readonly<Record<Objective, string>> = {
  throughput: 'of processor time in batches',
  latency: 'for a row alone',
  price: 'of declared prices',
};

/** What costs by each objective hold, and what they don't. */
const HOLDS: Readonly<Record<Objective, string>> = {
  throughput: "waits and prices aren't counted",
  latency: "processor time and waits (lookups, requests, models that wait), prices aren't counted",
  price: 'neither processor time nor waits are counted',
};

/** Whether waits are in the costs that are told, and prices. */
export function countedWords(objective: Objective): string {
  return `Expected costs and speedups are ${COUNTS[objective]}: ${HOLDS[objective]}.`;
}

/** From this share of a cost on a feature mostly waits. */
const MOSTLY = 0.5;
/** Microseconds of waiting that a caller may notice. */
const NOTICED = 100;

type Source<L extends Label, Name extends string> = Pick<
  CascadeParts<never, L, Name>,
  'profile' | 'plan' | 'objective' | 'whyObjective'
> & { readonly features?: Pick<CascadeParts<never, L, Name>['features'], 'get' | 'names'> | undefined };

/**
 * What plans were compared by and why, with what the plan is expected to take by the other objectives where something
 * waits or has a price; what isn't counted though it waits; and how many rows ask each source that waits or has a price.
 */
export function objectiveNotes<L extends Label, Name extends string>(parts: Source<L, Name>): string[] {
  const { profile, plan, objective, whyObjective: why } = parts;
  const [whole] = planParts(profile, { stages: [], full: plan.full });
  const isPriced = whole.some(({ price }) => price > 0);
  const chosen = why === undefined ? [] : [objectiveWords({ objective, why })];
  const others = isPriced || whole.some(isWaiting) ? byOthers(profile, plan, objective, isPriced) : [];
  const line = [...chosen, ...others].join(' ');
  return [...(line === '' ? [] : [line]), ...uncounted(parts), ...askedNotes(parts)];
}

function byOthers(profile: Profile, plan: Plan, objective: Objective, isPriced: boolean): string[] {
  if (plan.stages.length === 0) return [];
  const parts = planParts(profile, plan);
  const reach = [...plan.stages.map((stage) => stage.reach), plan.full.reach];
  const expected = (['throughput', 'latency', 'price'] as const)
    .filter((other) => other !== objective && (other !== 'price' || isPriced))
    .map((other) => {
      const unit = other === 'price' ? 'price' : 'µs';
      const own = parts.reduce((sum, costs, s) => sum + costOf(costs, other, reach[s]), 0);
      const full = fullCost(profile, plan.full.features, other);
      const ratio = own > 0 ? ` (${times(full / own)})` : '';
      return `by ${other} ${asCost(own, unit)} ${COUNTS[other]} for the full pipeline's ${asCost(full, unit)}${ratio}`;
    });
  return [`The plan is expected to take ${expected.join(', and ')}.`];
}

/** What mostly waits and isn't counted: its author may not know that it has to be declared. */
function uncounted<L extends Label, Name extends string>({ profile, plan, objective }: Source<L, Name>) {
  if (objective === 'latency') return [];
  const waiting = [
    ...plan.full.features.flatMap((name) => {
      const { cost } = profile.features[name];
      return isWaiting(cost) ? [`'${name}' waits ${asCost(waitOf(cost), 'µs')}`] : [];
    }),
    ...(profile.full && isWaiting(profile.full)
      ? [`the full model waits ${asCost(waitOf(profile.full), 'µs')}`]
      : []),
  ];
  if (waiting.length === 0) return [];
  return [
    `By ${objective} waiting counts for nothing: ${waiting.join(', ')} for a row alone. objective: 'latency' counts it.`,
  ];
}

/** Who is asked for how many of the rows: a stage's features are asked for by all rows that get there. */
function askedNotes<L extends Label, Name extends string>(parts: Source<L, Name>): string[] {
  const { profile, plan, objective } = parts;
  if (plan.stages.length === 0) return [];
  const steps = [...plan.stages, plan.full];
  const names = [...new Set<string>(steps.flatMap(({ features }) => features))];
  const ahead = speculation(plan, plan.full.features, profile, objective);
  const asked = names.flatMap((name) => {
    const what = sourceWords(parts, name);
    if (what === '') return [];
    const first = steps.findIndex(({ features }) => features.some((each) => each === name));
    const early = ahead.findIndex((begun) => begun.includes(name));
    const { reach } = steps[first];
    const share = reach < 1 ? `${percent(reach)} of rows ask` : 'Every row asks';
    const alone =
      early < 0 || early >= first ? '' : `, and of rows alone ${percent(steps[early].reach)}, a stage early`;
    return [`${share} for '${name}', which ${what}${alone}.`];
  });
  return asked.length === 0 ? [] : [asked.join(' ')];
}

/** What a row pays for a feature, where that is money or waiting; else nothing. */
function sourceWords<L extends Label, Name extends string>(
  { profile, features }: Source<L, Name>,
  name: string,
): string {
  const { features: known }: Profile = profile;
  const { cost } = known[name];
  const own = features?.names.find((each) => each === name);
  const isDeclared = own !== undefined && features?.get(own).waits === true;
  return [
    ...(isWaiting(cost) ? [`waits ${asCost(waitOf(cost), 'µs')}`] : isDeclared ? ['waits'] : []),
    ...(cost.price > 0 ? [`costs ${asCost(cost.price, 'price')} a row`] : []),
  ].join(' and ');
}

function isWaiting(cost: Cost): boolean {
  return cost.wait >= MOSTLY && waitOf(cost) >= NOTICED;
}

/** Microseconds that a row alone waits. */
function waitOf({ fixed, perRow, wait }: Cost): number {
  return (fixed + perRow) * wait;
}
