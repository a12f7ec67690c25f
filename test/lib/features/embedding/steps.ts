import type { FeatureStep, FittedFeature, RowView } from '../../../../lib/features/define/index.js';
import { fitOn } from '../../../support/features.js';

/** Options of an embedding of rows that are texts. */
export const options = { text: (row: string) => row, dimensions: 3 };

/** A feature's versions, and the feature without them. */
export async function fidelitiesOf(feature: Parameters<typeof fitOn<string>>[0]) {
  const { fidelities, ...alone } = await fitOn(feature, []);
  if (fidelities === undefined) throw new Error('expected fidelities');
  return { fidelities, alone };
}

/** Numbers of a dense block. */
export async function valuesOf(
  { compute }: Pick<FittedFeature<string>, 'compute'>,
  view: RowView<string>,
): Promise<number[]> {
  const block = await compute(view);
  if (block.kind !== 'dense') throw new Error('expected a dense block');
  return Array.from(block.values);
}

/** Values of every step. */
export const each = (steps: readonly FeatureStep<string>[], view: RowView<string>) =>
  Promise.all(steps.map(({ fitted }) => valuesOf(fitted, view)));
