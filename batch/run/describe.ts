import { inspect, type Label } from '../../cascades/index.js';
import {
  batchModelFiles,
  columnsNeededBy,
  type Identity,
  identityOf,
  type NeededColumn,
} from '../model/index.js';

/** A model as its files describe it: nothing is loaded. */
export interface ModelFacts {
  readonly identity: Identity;
  /** Whether the same rows may have other answers another time. */
  readonly mayDiffer: boolean;
  /** Columns that a table must have; none are known where a module has the features. */
  readonly columns: readonly NeededColumn[];
  /** Expected time of a row, its waiting counted, in microseconds. */
  readonly rowCost: number;
  /** Of the labels; empty for numbers. */
  readonly classes: readonly Label[];
}

/** @throws OptionError, ArtifactError, CodeError */
export async function describeModel(path: string, features?: string): Promise<ModelFacts> {
  const { identity } = await identityOf(path, features);
  const { artifact, features: module } = await batchModelFiles(path, features);
  const { certificate, features: terms, full, modes, plan } = await inspect(artifact);
  const cost = modes[0]?.cost;
  const { live = [], tolerance = {} } = certificate.stability ?? {};
  return {
    identity,
    // A full model that isn't in the file may be a server's, or run on a device that adds in another order.
    mayDiffer:
      full.learner === undefined || live.length > 0 || Object.values(tolerance).some((most) => most > 0),
    columns: module === undefined ? columnsNeededBy(terms) : [],
    classes: plan.classes,
    rowCost: cost === undefined ? plan.expected.cost : cost.row + cost.wait,
  };
}
