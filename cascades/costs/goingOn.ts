import { byName, type FeatureProfile, FREE, type Profile } from '../../lib/costs/index.js';
import {
  type AtFidelity,
  type FidelityNames,
  featureOf,
  fidelityNames,
} from '../../lib/features/define/index.js';
import { wholeName } from '../training/index.js';

/**
 * A profile of these features and versions, in which features know their versions, and what they cost after these.
 *
 * @param profile also of features as last steps, by {@link wholeName}
 * @param handing versions whose work their features go on from
 */
export function withGoingOn<Name extends string>(
  profile: Profile,
  features: readonly Name[],
  versions: FidelityNames,
  handing: ReadonlySet<string>,
): Profile<Name> {
  const names = fidelityNames(features, versions);
  const after: Profile<Name> = {
    ...profile,
    features: byName(names, (name) => {
      const { [name]: own, [wholeName(name)]: whole } = profile.features;
      return whole && Object.hasOwn(versions, name)
        ? { ...own, goingOn: { cost: whole.cost, reads: whole.reads } }
        : own;
    }),
  };
  return ofThese(handedOn(after, names, handing), features, versions);
}

/** What a profile has of these features and versions, in their order. */
export function ofThese<Name extends string>(
  profile: Profile,
  features: readonly Name[],
  versions: FidelityNames,
): Profile<Name> {
  return {
    ...profile,
    features: byName(fidelityNames(features, versions), (name) => {
      const { goingOn, fidelities: _, ...own } = profile.features[name];
      const fidelities = Object.hasOwn(versions, name) ? versions[name] : [];
      if (fidelities.length === 0) return own;
      return { ...own, ...(goingOn && { goingOn }), fidelities };
    }),
  };
}

/**
 * The same, in which the work of versions that features go on from is a cost by itself: of several versions of a
 * feature, that of the last one. The feature isn't measured after it, since it may be dear: it costs the difference.
 */
function handedOn<Name extends string>(
  profile: Profile<Name>,
  names: readonly AtFidelity<Name>[],
  handing: ReadonlySet<string>,
): Profile<Name> {
  const features: Record<string, FeatureProfile> = { ...profile.features };
  const transforms = { ...profile.transforms };
  for (const name of names.filter((each) => handing.has(each))) {
    const feature = featureOf(name.slice(0, name.lastIndexOf('@')), names);
    if (feature === undefined) continue;
    const { [name]: first, [feature]: own } = features;
    const { batches: _, ...alone } = own.cost;
    const reads = [...first.reads, name];
    const cost = {
      ...alone,
      fixed: Math.max(0, alone.fixed - first.cost.fixed),
      perRow: Math.max(0, alone.perRow - first.cost.perRow),
    };
    transforms[name] = first.cost;
    features[name] = { ...first, cost: FREE, reads };
    features[feature] = { ...own, goingOn: { cost, reads } };
  }
  return { ...profile, features: byName(names, (name) => features[name]), transforms };
}
