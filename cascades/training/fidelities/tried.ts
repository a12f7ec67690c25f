import type { Objective } from '../../../lib/costs/index.js';
import type { Rows } from '../../../lib/data/rows/index.js';
import type { FeatureSet, FidelityNames } from '../../../lib/features/define/index.js';
import type { Checkpoint } from '../../../lib/learn/fits/index.js';
import type { NamedFeature } from '../../../lib/run/runtime/index.js';
import type { FirstRows, Tracker } from '../../scoring/index.js';
import type { TriedFidelity } from '../../types/index.js';
import { checkNested } from './nested.js';
import { pricedFidelities } from './prices.js';
import { proposedFidelities } from './proposals.js';
import { keptFidelities, namesOf } from './stored.js';
import { type Versions, versionsOf } from './versions.js';

/** Features that were fitted and timed. */
interface TimedPipeline<Row> {
  readonly features: FeatureSet<Row>;
  readonly fitted: readonly NamedFeature<Row>[];
  readonly rows: Rows<Row>;
  /** Positions of the rows that models are fitted on. */
  readonly fit: Int32Array;
}

/**
 * The versions that dear features propose, timed, without those that turn out as dear.
 *
 * @param first has timed the features
 * @param most how many versions at most, or which
 * @returns also all that were looked at
 */
export async function triedVersions<Row>(
  { features, fitted, rows, fit }: TimedPipeline<Row>,
  first: FirstRows<Row>,
  most: number | FidelityNames,
  { objective, checkpoint }: { readonly objective: Objective; readonly checkpoint?: Checkpoint | undefined },
  tracker: Tracker,
): Promise<{ readonly versions: Versions<Row>; readonly tried: readonly TriedFidelity[] }> {
  if (most === 0) return { versions: versionsOf(features, fitted, {}), tried: [] };
  const timedAt = async (names: Versions<Row>['names']) => {
    const versions = versionsOf(features, fitted, names);
    const { stepped, set, measured } = versions;
    await checkNested(versions, fitted, rows, tracker);
    await first.time(set, measured, (name) => stepped.some((step) => step.name === name));
    return versions;
  };
  let now: Versions<Row> | undefined;
  const tried = await keptFidelities(checkpoint, async () => {
    const proposed = proposedFidelities(
      features,
      fitted,
      first.among(fit),
      first.timedOf(features),
      objective,
      most,
    );
    now = await timedAt(proposed.names);
    return pricedFidelities(proposed, now.set, first.timedOf(now.set), objective);
  });
  const left = tried.filter(({ outcome }) => outcome !== 'dear');
  // Steps are made anew without those that are dropped: as they will be where costs are given.
  const versions = now && left.length === tried.length ? now : await timedAt(namesOf(left));
  return { versions, tried };
}
