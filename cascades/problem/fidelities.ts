import { checkKeys, isCount, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { type FidelityNames, fidelityName, MOST_FIDELITIES } from '../../lib/features/define/index.js';
import { isPlainObject } from '../../lib/util/isPlainObject.js';

/** Cheaper versions of features that are tried: how many of all features together, or which, by feature. */
interface FidelityOptions {
  readonly fidelities?: number | false | { readonly [feature: string]: readonly string[] | undefined };
}

/** How many versions of features may be tried, or their names. */
export function fidelitiesOf({ fidelities = 4 }: FidelityOptions): number | FidelityNames {
  if (typeof fidelities !== 'object') return fidelities === false ? 0 : fidelities;
  const named = Object.entries(fidelities);
  return Object.fromEntries(named.flatMap(([name, at]) => (at === undefined ? [] : [[name, at]])));
}

/** @throws OptionError for what is none of these, or a feature that is named as a version of another one would be */
export function checkFidelities(
  options: FidelityOptions & { readonly features: { readonly names: readonly string[] } },
): void {
  const { fidelities = false, features } = options;
  const { names } = features;
  if (isPlainObject(fidelities)) {
    checkKeys(fidelities, names, 'fidelities.');
    for (const [name, at] of Object.entries(fidelities)) checkVersionNames(`fidelities.${name}`, at);
  } else if (fidelities !== false && !(isCount(fidelities) && fidelities <= MOST_FIDELITIES)) {
    const expected = `a whole number from 0 to ${MOST_FIDELITIES}, false, or versions by feature such as { body: ['256'] }`;
    throw new OptionError('fidelities', `expected ${expected}, got ${show(fidelities)}`);
  }
  if (fidelitiesOf(options) === 0) return;
  for (const name of names) {
    const taken = names.find((other) => other.startsWith(fidelityName(name, '')));
    if (taken === undefined) continue;
    throw new OptionError(
      `features.${taken}`,
      `is named as a version of '${name}' would be; give it a name without '@', or set fidelities: false`,
    );
  }
}

function checkVersionNames(option: string, at: unknown): void {
  if (at === undefined) return;
  const isList =
    Array.isArray(at) && at.length > 0 && at.length <= MOST_FIDELITIES && new Set(at).size === at.length;
  if (isList && at.every((each) => typeof each === 'string')) return;
  throw new OptionError(
    option,
    `expected names of versions, each once, such as ['40', '256'], got ${show(at)}`,
  );
}
