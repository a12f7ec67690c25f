import { jsonOf } from '../../util/jsonOf.js';
import type { TensorMetadata } from './types.js';

type Labels = NonNullable<TensorMetadata['labels']>;

/** Labels as a parameter: JSON as text, since the protocol's parameters are no lists. */
export function labelsText(labels: Labels): string {
  return JSON.stringify(labels);
}

/** Labels from such a parameter; undefined for what another server means by it. */
export function labelsIn(parameter: unknown): Labels | undefined {
  if (typeof parameter !== 'string') return undefined;
  const value = jsonOf(parameter);
  return areLabels(value) ? value : undefined;
}

function areLabels(value: unknown): value is Labels {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
  );
}
