import { isEnsemble, type Loader, type Model } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { State } from '../../lib/util/state.js';
import type { Reference } from '../plan/index.js';
import { prefixAt } from '../training/index.js';
import type { Label, Prefix, Stability } from '../types/index.js';
import { type FeatureTerms, loadFeatures, storedFidelities } from './features.js';
import {
  type FullTerms,
  knownLearners,
  type LoadedFull,
  type LoadOptions,
  loadFull,
  loadModel,
  mismatch,
  modelChanges,
  requiredState,
} from './pieces.js';
import { checkFeatures, loadReference } from './reference.js';
import type { Sharing } from './sharing.js';

/** The JSON of a file, of a cascade or of a ranker, as far as both have it. */
interface StoredParts<L extends Label> {
  readonly classes: readonly L[];
  readonly reads: readonly string[];
  readonly features: readonly FeatureTerms[];
  readonly full: FullTerms;
  readonly certificate: { readonly stability?: Stability };
}

/** What files of cascades and of rankers both hold: features, compared with their values, and models. */
export interface LoadedParts<Row> {
  /** Each feature, and after all of them the fidelities that stages read. */
  readonly fitted: readonly NamedFeature<Row>[];
  readonly reference: Reference | undefined;
  /** Reference rows on which features were compared. */
  readonly checked: number;
  /** Features whose values may be others than when the file was written. */
  readonly stale: readonly string[];
  readonly full: LoadedFull;
  /** Numbers a row of these features. */
  columnsOf(names: readonly string[]): number[];
  /** A model by the name of its state: each is read once. @param read how it is read, if not by its learner alone */
  modelOf(state: string, learner: string, read?: ReadModel): Model;
  /** In words what is other than when the file was written, also of models that were read by now. */
  changes(): readonly string[];
}

type ReadModel = (own: State, load: (state: State) => Model) => Model;

/** @throws ArtifactError, OptionError */
export async function loadParts<Row, L extends Label, Name extends string>(
  path: string,
  stored: StoredParts<L>,
  states: Record<string, State>,
  options: LoadOptions<Row, L, Name>,
  sharing: Sharing,
): Promise<LoadedParts<Row>> {
  const { features, rows } = options;
  const { fitted, renewed, changes } = loadFeatures(path, stored.features, features, states, sharing);
  const columns = fitted.map(({ fitted: { columns } }) => columns);
  const kept = states.reference && loadReference(states.reference, columns, stored.features.length);
  const { stability } = stored.certificate;
  const fidelities = storedFidelities(stored.features);
  const checked = await checkFeatures(path, kept, fitted, features, fidelities, rows, renewed, stability);
  const learners: readonly Loader[] = knownLearners(options.learners);
  const { full, changes: others } = await loadFull(path, stored, states, options, learners, sharing);
  const held = new Map([['full', full.model]]);
  return {
    fitted,
    reference: checked.reference,
    checked: checked.rows,
    stale: [...renewed, ...checked.features],
    full,
    columnsOf: (names) =>
      names.map((name) => fitted.find((feature) => feature.name === name)?.fitted.columns ?? 0),
    modelOf: (state, learner, read = (own, load) => load(own)) => {
      const known = held.get(state);
      if (known !== undefined) return known;
      const own = requiredState(path, states, state);
      const load = (part: State) => loadModel(path, learner, part, learners);
      const model = sharing.model(learner, own, () => read(own, load));
      held.set(state, model);
      return model;
    },
    changes: () => [...new Set([...changes, ...checked.changes, ...others, ...modelChanges(held.values())])],
  };
}

/** The model of a stage: a whole one, or its first rounds. @throws ArtifactError where it has none */
export function stageModel(
  path: string,
  place: string,
  whole: Model,
  name: string,
  prefix: Prefix | null,
): Model {
  if (prefix === null || isEnsemble(whole)) return prefixAt(whole, prefix);
  const what = `${place} is the first ${prefix.rounds} rounds of '${name}'`;
  throw mismatch(path, `${what}, which can't be left early now`);
}
