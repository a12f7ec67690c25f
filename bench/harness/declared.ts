import type { Profile } from 'spillway';
import { FREE } from '../../lib/costs/index.js';

/**
 * Declared costs: nothing is timed, so that a seed gives the same on every machine.
 *
 * @param perRow microseconds a row of each feature
 * @param entries numbers a row that a model reads of each
 */
export function declaredProfile<Name extends string>(
  perRow: Readonly<Record<Name, number>>,
  entries: number,
): Profile<Name> {
  const features: Partial<Record<Name, Profile<Name>['features'][Name]>> = {};
  for (const name in perRow) features[name] = { cost: { ...FREE, perRow: perRow[name] }, entries, reads: [] };
  return {
    features: features as Profile<Name>['features'], // Complete: every name was just set.
    transforms: {},
    models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0.0001 } },
    full: { ...FREE, perRow: 0.02 },
  };
}
