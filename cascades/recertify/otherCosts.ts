import type { Cost, FeatureProfile, Profile } from '../../lib/costs/index.js';
import { type AtFidelity, featureOf } from '../../lib/features/define/index.js';

/** Parts of a feature's cost that change: microseconds a row or a batch, the share that is waiting, money a row. */
export type CostChange = Partial<Pick<Cost, 'perRow' | 'fixed' | 'wait' | 'price'>>;

/**
 * A profile in which features cost otherwise. The cheaper versions of a feature are parts of it: they cost as many
 * times as much as before, unless theirs are given, too.
 */
export function withOtherCosts<Name extends string>(
  profile: Profile<Name>,
  changes: Partial<Readonly<Record<AtFidelity<Name>, CostChange>>>,
): Profile<Name> {
  const features: Record<Name, FeatureProfile> = { ...profile.features };
  const transforms: Record<string, Cost> = { ...profile.transforms };
  const names = Object.keys(features) as Name[]; // The record's keys are the names.
  const stepped = names.filter((name) => features[name].goingOn !== undefined);
  for (const name of stepped) {
    const change = changes[name];
    const { cost, goingOn } = features[name];
    if (change === undefined || goingOn === undefined) continue;
    const versions = names.filter((other) => other !== name && featureOf(other, stepped) === name);
    const { price = goingOn.cost.price } = change;
    features[name] = {
      ...features[name],
      goingOn: { ...goingOn, cost: { ...partly(goingOn.cost, cost, change), price } },
    };
    for (const version of versions)
      features[version] = { ...features[version], cost: partly(features[version].cost, cost, change) };
    // Work that steps share. What others read, as a source that is parsed, isn't the feature's own.
    const others = new Set(
      names.flatMap((other) => (versions.includes(other) ? [] : profile.features[other].reads)),
    );
    for (const key of goingOn.reads) {
      const { [key]: work } = transforms;
      if (!others.has(key)) transforms[key] = { ...partly(work, cost, change), fixed: work.fixed };
    }
  }
  for (const name of names) {
    const change = changes[name];
    if (change === undefined) continue;
    // A version that its feature goes on from is a cost by itself.
    if (Object.hasOwn(transforms, name))
      transforms[name] = { ...asLine(transforms[name], change), ...change };
    else features[name] = { ...features[name], cost: { ...asLine(features[name].cost, change), ...change } };
  }
  return { ...profile, features, transforms };
}

/** The cost of a part of a feature, where that changes. What a batch pays on top, each part pays on top. */
function partly(part: Cost, whole: Cost, change: CostChange): Cost {
  const { perRow = whole.perRow, fixed = whole.fixed, wait = part.wait } = change;
  const times = whole.perRow > 0 ? perRow / whole.perRow : 1;
  return {
    ...asLine(part, change),
    perRow: times * part.perRow,
    fixed: Math.max(0, part.fixed + fixed - whole.fixed),
    wait,
  };
}

/** Measurements of whole batches don't hold for another cost a row or a batch. */
function asLine({ batches, ...cost }: Cost, { perRow, fixed }: CostChange): Cost {
  const isOther = perRow !== undefined || fixed !== undefined;
  return isOther || batches === undefined ? cost : { ...cost, batches };
}
