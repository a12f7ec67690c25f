import { type FidelityNames, fidelityNames } from '../../lib/features/define/index.js';
import type { Run } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { checkServed, versionsOf } from './fidelities/index.js';

/**
 * Compares features whose stages read but some of their versions, which alone are served, with what models were fitted
 * to. The others serve as they were tuned.
 *
 * @param read the versions that stages read
 * @throws UnstableFeature where a number differs
 */
export async function checkServedVersions<Row, L extends Label, Name extends string>(
  { options: { features }, problem: { development }, tracker }: Run<Row, L, Name>,
  { fitted, blocks, versions }: FeatureBlocks<Row>,
  read: FidelityNames,
): Promise<void> {
  const fewer = Object.entries(read).filter(([name, at]) => at.length < versions.names[name].length);
  const tuned: readonly string[] = fidelityNames(features.names, versions.names);
  const all = [...blocks, ...versions.blocks];
  await checkServed(
    versionsOf(features, fitted, Object.fromEntries(fewer)),
    (name) => all[tuned.indexOf(name)],
    development.rows,
    tracker(),
  );
}
