import { fidelityName } from '../../lib/features/define/index.js';
import { asPercent } from '../../lib/util/count.js';
import type { Label, Plan, TriedFidelity } from '../types/index.js';

/**
 * What came of cheaper versions of features, a note for each feature: those that stages read, and of the others why
 * they don't, so that who knows a cheaper part of it can say so.
 */
export function fidelityNotes<L extends Label, Name extends string>({
  plan,
  triedFidelities = [],
}: {
  readonly plan: Plan<L, Name>;
  readonly triedFidelities?: readonly TriedFidelity[] | undefined;
}): string[] {
  const read = new Set<string>(plan.stages.flatMap(({ features }) => features));
  const features = [...new Set(triedFidelities.map(({ feature }) => feature))];
  return features.map((feature) => {
    const own = triedFidelities.filter((each) => each.feature === feature);
    const chosen = own.filter(({ at }) => read.has(fidelityName(feature, at)));
    const share = `'${feature}' takes ${asPercent(own[0].share, 2)} of the cost of all features`;
    const fates = own.flatMap((each) => (chosen.includes(each) ? [] : [`${named(each)} ${fateOf(each)}`]));
    const others = fates.length > 0 ? ` ${fates.join('; ')}.` : '';
    if (chosen.length > 0) return `${share}. Stages read ${chosen.map(named).join(', ')}.${others}`;
    return `${share}: ${fates.join('; ')}. If another part of it tells the answers, define that part as a feature.`;
  });
}

/** What became of a version that no stage of the plan reads. */
const FATES: Readonly<Record<TriedFidelity['outcome'], string>> = {
  chosen: 'is read by other plans of the chain',
  'not chosen': 'was tried and not chosen',
  dear: 'costs too much to be worth a stage',
  silent: 'was dropped, since it says nothing of the answers',
  same: 'was dropped, since its numbers are those of the feature or of a cheaper version',
};

/** A version that costs so many times what its feature costs isn't about as dear. */
const DEARER = 1.1;

function fateOf({ outcome, cost }: TriedFidelity): string {
  if (outcome !== 'dear' || cost <= DEARER) return FATES[outcome];
  return 'is dearer than the feature: of versions of your own, name the cheapest first';
}

function named({ feature, at, words, cost }: TriedFidelity): string {
  const what = words === undefined ? '' : `its ${words}, `;
  return `${fidelityName(feature, at)} (${what}${asPercent(cost, 2)} of its cost)`;
}
