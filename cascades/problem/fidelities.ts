import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { fidelityName } from '../../lib/features/define/index.js';

/** How many cheaper versions of features are tried, of all features together. */
interface FidelityOptions {
  readonly fidelities?: number | false | undefined;
}

/** How many versions of features may be tried. */
export function fidelitiesOf({ fidelities = 4 }: FidelityOptions): number {
  return fidelities === false ? 0 : fidelities;
}

/** @throws OptionError for no such number, or a feature that is named as a version of another one would be */
export function checkFidelities(
  options: FidelityOptions & { readonly features: { readonly names: readonly string[] } },
): void {
  const { fidelities = false, features } = options;
  if (fidelities !== false && !(Number.isInteger(fidelities) && fidelities >= 0)) {
    throw new OptionError(
      'fidelities',
      `expected a whole number, 0 or more, or false, got ${show(fidelities)}`,
    );
  }
  if (fidelitiesOf(options) === 0) return;
  const { names } = features;
  for (const name of names) {
    const taken = names.find((other) => other.startsWith(fidelityName(name, '')));
    if (taken === undefined) continue;
    throw new OptionError(
      `features.${taken}`,
      `is named as a version of '${name}' would be; give it a name without '@', or set fidelities: false`,
    );
  }
}
