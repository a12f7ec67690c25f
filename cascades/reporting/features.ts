import { type Cost, costOf, type Objective, type Profile } from '../../lib/costs/index.js';
import { type FeatureSet, fidelityName } from '../../lib/features/define/index.js';
import type { ReportData } from '../../lib/report/index.js';
import type { TriedFidelity } from '../types/index.js';

/** Features and their cheaper versions with what they cost, as views show them. */
export function reportedFeatures<Name extends string>({
  profile,
  objective,
  triedFidelities = [],
  features,
}: {
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  readonly triedFidelities?: readonly TriedFidelity[] | undefined;
  readonly features?: Pick<FeatureSet<never, Name>, 'get' | 'names'> | undefined;
}): ReportData['features'] {
  const names = Object.keys(profile.features) as Name[]; // The record's keys are the names.
  const fidelities = new Map<string, TriedFidelity>(
    triedFidelities.map((each) => [fidelityName(each.feature, each.at), each]),
  );
  return names.map((name) => {
    const { cost, importance } = profile.features[name];
    const fidelity = fidelities.get(name);
    const feature = fidelity?.feature ?? name;
    const own = features?.names.find((each) => each === feature);
    const steps = own === undefined ? undefined : features?.get(own).steps;
    return {
      name,
      ...(fidelity && {
        fidelity: {
          of: fidelity.feature,
          ...(fidelity.words !== undefined && { words: `${fidelity.words} of ${fidelity.feature}` }),
        },
      }),
      ...(steps && { steps }),
      cost: costOf([cost, ...ownSteps(profile, name, fidelity)], objective),
      // A price is declared, not measured.
      costSpread: objective === 'price' ? 0 : cost.spread,
      ...(importance && { importance }),
    };
  });
}

/** Of a version, the work that it shares with other steps of its feature, which does that work by itself. */
function ownSteps(profile: Profile, name: string, fidelity: TriedFidelity | undefined): Cost[] {
  if (fidelity === undefined) return [];
  const { features, transforms } = profile;
  const apart = Object.hasOwn(features, fidelity.feature) ? features[fidelity.feature].reads : [];
  return features[name].reads.flatMap((key) => (apart.includes(key) ? [] : [transforms[key]]));
}
