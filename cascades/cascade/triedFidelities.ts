import { costOf, featureCosts, type Objective, type Profile } from '../../lib/costs/index.js';
import { type FidelityNames, fidelityName } from '../../lib/features/define/index.js';
import type { fidelitiesOf } from '../problem/index.js';
import type { FeatureBlocks } from '../training/index.js';
import type { TriedFidelity } from '../types/index.js';

/**
 * What came of the versions of features, with their costs as measured last.
 *
 * @param read those that stages of the chain read
 */
export function triedFidelities(
  { fitted, versions }: Pick<FeatureBlocks<never>, 'fitted' | 'versions'>,
  profile: Profile,
  read: FidelityNames,
  objective: Objective,
): TriedFidelity[] {
  const costAt = (names: readonly string[]) => costOf(featureCosts(profile, names), objective);
  const all = costAt(fitted.map(({ name }) => name));
  const left = Object.entries(versions.names).flatMap(([feature, names]) =>
    names.map((at): TriedFidelity => {
      const own = costAt([feature]);
      return {
        feature,
        at,
        share: all > 0 ? own / all : 0,
        cost: own > 0 ? costAt([fidelityName(feature, at)]) / own : 0,
        outcome: Object.hasOwn(read, feature) && read[feature].includes(at) ? 'chosen' : 'not chosen',
      };
    }),
  );
  const others = versions.tried.filter(({ outcome }) => outcome !== 'chosen' && outcome !== 'not chosen');
  const wordsOf = ({ feature, at }: TriedFidelity) =>
    fitted.find(({ name }) => name === feature)?.fitted.fidelities?.inWords?.(at);
  return [...left, ...others].map((each) => {
    const words = wordsOf(each);
    return { ...each, ...(words !== undefined && { words }) };
  });
}

/** A note where no stage was found and features have versions of which none was tried, since the options say so. */
export function offNotes(
  fitted: FeatureBlocks<never>['fitted'],
  most: ReturnType<typeof fidelitiesOf>,
  stages: readonly unknown[] = [],
): string[] {
  const able = fitted.flatMap(({ name, fitted: { fidelities } }) => (fidelities ? [name] : []));
  if (most !== 0 || stages.length > 0 || able.length === 0) return [];
  return [
    `Cheaper versions of ${able.join(', ')} were turned off, by the option fidelities: a stage may do with one.`,
  ];
}
