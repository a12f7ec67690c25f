import { inspect } from '../../cascades/index.js';
import { batchModelFiles, type Identity, identityOf } from '../model/index.js';

/** A model as its files describe it: nothing is loaded. */
export interface ModelFacts {
  readonly identity: Identity;
  /** Whether the same rows may have other answers another time. */
  readonly mayDiffer: boolean;
  /** Expected time of a row, its waiting counted, in microseconds. */
  readonly rowCost: number;
}

/** @throws OptionError, ArtifactError, CodeError */
export async function describeModel(path: string, features?: string): Promise<ModelFacts> {
  const { identity } = await identityOf(path, features);
  const { artifact } = await batchModelFiles(path, features);
  const { certificate, full, modes, plan } = await inspect(artifact);
  const cost = modes[0]?.cost;
  const { live = [], tolerance = {} } = certificate.stability ?? {};
  return {
    identity,
    // A full model that isn't in the file may be a server's, or run on a device that adds in another order.
    mayDiffer:
      full.learner === undefined || live.length > 0 || Object.values(tolerance).some((most) => most > 0),
    rowCost: cost === undefined ? plan.expected.cost : cost.row + cost.wait,
  };
}
