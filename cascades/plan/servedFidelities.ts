import { type FidelityNames, fidelityName, inFidelities } from '../../lib/features/define/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { ServedStage } from '../types/index.js';
import type { ServedFeature } from './cascadeParts.js';

/** The fidelities that some stage reads. */
export function readFidelities(
  stages: readonly Pick<ServedStage, 'features'>[],
  fidelities: FidelityNames,
): FidelityNames {
  const read = new Set(stages.flatMap(({ features }) => features));
  const left = Object.entries(fidelities).map(
    ([feature, all]) => [feature, all.filter((at) => read.has(fidelityName(feature, at)))] as const,
  );
  return Object.fromEntries(left.filter(([, all]) => all.length > 0));
}

/** Features as they are served: those with fidelities in steps, and after all of them the fidelities. */
export function servedIn<Row>(
  fitted: readonly NamedFeature<Row>[],
  fidelities: FidelityNames,
): { readonly fitted: readonly ServedFeature<Row>[]; readonly fidelities?: FidelityNames } {
  if (Object.keys(fidelities).length === 0) return { fitted };
  const patience = fitted.find((feature) => feature.patience)?.patience;
  const stepped = inFidelities(fitted, fidelities);
  return { fitted: stepped.map((feature) => ({ ...feature, ...(patience && { patience }) })), fidelities };
}
