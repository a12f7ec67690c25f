import type { Profile } from '../../../lib/costs/index.js';
import { list, number, object, oneOf, text } from '../../../lib/data/artifact/index.js';
import { OptionError } from '../../../lib/errors.js';
import { type FidelityNames, fidelityName } from '../../../lib/features/define/index.js';
import type { Checkpoint } from '../../../lib/learn/fits/index.js';
import type { NamedFeature } from '../../../lib/run/runtime/index.js';
import type { TriedFidelity } from '../../types/index.js';

/**
 * The versions that a profile has costs of.
 *
 * @throws OptionError for versions of a feature that has none
 */
export function namedFidelities<Row>(profile: Profile, fitted: readonly NamedFeature<Row>[]): FidelityNames {
  const named = Object.keys(profile.features);
  const all = fitted.flatMap(({ name, fitted: { fidelities } }): [string, readonly string[]][] => {
    const prefix = fidelityName(name, '');
    const at = named.flatMap((other) => (other.startsWith(prefix) ? [other.slice(prefix.length)] : []));
    if (at.length === 0) return [];
    const { fidelities: order = [] } = profile.features[name];
    if (fidelities !== undefined) return [[name, at.sort((a, b) => order.indexOf(a) - order.indexOf(b))]];
    throw new OptionError(
      'profile',
      `has costs of '${prefix}${at[0]}', and '${name}' has no versions; measure again, or set fidelities: false`,
    );
  });
  return Object.fromEntries(all);
}

/** The names of these, by feature. */
export function namesOf(tried: readonly Pick<TriedFidelity, 'feature' | 'at'>[]): FidelityNames {
  const names: Record<string, string[]> = {};
  for (const { feature, at } of tried) {
    if (!Object.hasOwn(names, feature)) names[feature] = [];
    names[feature].push(at);
  }
  return names;
}

const STEP = 'fidelities';

const stored = list(
  object({ feature: text, at: text, share: number, cost: number, outcome: oneOf('dear', 'not chosen') }),
);

/** Versions that an earlier process of the same job looked at; else those that are found now: these may be others. */
export async function keptFidelities(
  checkpoint: Checkpoint | undefined,
  find: () => Promise<readonly TriedFidelity[]>,
): Promise<readonly TriedFidelity[]> {
  const known = await checkpoint?.recallStep(STEP);
  if (checkpoint !== undefined && known !== undefined) {
    try {
      return stored(known, STEP);
    } catch (error) {
      throw checkpoint.unfit('its versions of features are none', error);
    }
  }
  const found = await find();
  checkpoint?.keepStep(
    STEP,
    found.map(({ words: _, ...each }) => each),
  );
  return found;
}
