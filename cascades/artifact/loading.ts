import { checkEvidence, loadEvidence } from '#evidence';
import { show } from '../../lib/check.js';
import { decode, separate } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { loadIntervalModel, loadRule } from '../../lib/learn/exits/index.js';
import { isEnsemble, type Model } from '../../lib/learn/learners/index.js';
import type { State } from '../../lib/util/state.js';
import { type UsedState, voided } from '../certification/index.js';
import type { ServedParts } from '../plan/index.js';
import { prefixAt } from '../training/index.js';
import { type Certificate, type Label, type ServedStage, widthOf } from '../types/index.js';
import { checkModel, checkRule } from './fitting.js';
import {
  checkLoad,
  contentOf,
  guarded,
  knownLearners,
  type LoadOptions,
  loadFeatures,
  loadFull,
  loadModel,
  mismatch,
  modelChanges,
  need,
} from './pieces.js';
import { checkFeatures, loadReference } from './reference.js';
import { storedOf } from './shapes.js';
import { type Sharing, UNSHARED } from './sharing.js';
import type { Stored, StoredStage } from './stored.js';

/** Needs nothing of Node. */
export async function readCascade<Row, L extends Label, Name extends string>(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions<Row, L, Name>,
  more?: MoreStages<Row, L, Name>,
): Promise<Restored<Row, L, Name>> {
  if (!(bytes instanceof Uint8Array || bytes instanceof ArrayBuffer)) {
    throw new OptionError(
      'source',
      `expected the bytes of a file that cascade.save() wrote, got ${show(bytes)}; read it first`,
    );
  }
  checkLoad(options);
  return restored('the artifact', decode(new Uint8Array(bytes)), options, more);
}

/** The content of a file: the parts that answer, and the record of rows already used. */
export interface Restored<Row, L extends Label, Name extends string> {
  readonly parts: ServedParts<Row, L, Name>;
  readonly used: UsedState;
  /** Features whose values no longer tell used rows. */
  readonly stale: readonly string[];
  /** The stages that were wanted beside its own, and what its certificate would be void for, with theirs. */
  readonly more: readonly ServedStage[];
  readonly changes: readonly string[];
}

/** Which stages of a file are loaded beside those of its plan; models are shared. */
export type MoreStages<Row, L extends Label, Name extends string> = (
  stored: Stored<Row, L, Name>,
) => readonly StoredStage[];

/** The cascade of a file that was read. @param path what errors call it */
export async function restored<Row, L extends Label, Name extends string>(
  path: string,
  state: State,
  options: LoadOptions<Row, L, Name>,
  moreOf?: MoreStages<Row, L, Name>,
): Promise<Restored<Row, L, Name>> {
  return restoredFrom(path, separate(state), options, moreOf);
}

/** The same from a file's separate states. @param sharing where equal features and models are found */
export async function restoredFrom<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: LoadOptions<Row, L, Name>,
  moreOf?: MoreStages<Row, L, Name>,
  sharing: Sharing = UNSHARED,
): Promise<Restored<Row, L, Name>> {
  const content = contentOf(path, states, 'cascade');
  const stored = checkEvidence(storedOf<Row, L, Name>(content.json));
  const { features } = options;
  const { fitted, renewed, changes } = loadFeatures(path, stored.features, features, states, sharing);
  const columns = fitted.map(({ fitted: { columns } }) => columns);
  const reference = states.reference && loadReference(states.reference, columns);
  const checked = await checkFeatures(
    path,
    reference,
    fitted,
    features,
    options.rows,
    stored.certificate.stability,
  );
  const learners = knownLearners(options.learners);
  const { decision } = stored.plan;
  const full = await loadFull(path, stored, states, options, learners, sharing);
  const columnsOf = (names: readonly string[]) =>
    names.map((name) => fitted.find((feature) => feature.name === name)?.fitted.columns ?? 0);
  const width = widthOf(stored.classes);
  checkModel(path, 'the full model', full.full.model, columnsOf(stored.reads), width);
  const held = new Map([['full', full.full.model]]);
  const holderOf = ({ state, learner }: StoredStage): Model => {
    const known = held.get(state);
    if (known !== undefined) return known;
    const load = (own: State) => loadModel(path, learner, own, learners);
    const own = need(path, states, state);
    const model = sharing.model(learner, own, () =>
      decision.kind === 'value' ? loadIntervalModel(own, load) : load(own),
    );
    held.set(state, model);
    return model;
  };
  const stageAt =
    (prefix: string) =>
    (stored: StoredStage, s: number): ServedStage => {
      const { state: _, ...stage } = stored;
      const place = `${prefix}stage ${s}`;
      const rule = guarded(path, `the exit rule of ${place}`, () =>
        loadRule(decision, need(path, states, `${place} exit`)),
      );
      const whole = guarded(path, `the model of ${place}`, () => holderOf(stored));
      // In regression a stage also outputs the expected error.
      const scores = decision.kind === 'value' ? 2 : width;
      checkModel(path, place, whole, columnsOf(stage.features), scores);
      checkRule(path, place, rule, scores);
      if (stage.prefix !== null && !isEnsemble(whole)) {
        throw mismatch(
          path,
          `${prefix}stage ${s} is the first ${stage.prefix.rounds} rounds of '${whole.name}', which can't be left early now`,
        );
      }
      return { ...stage, model: prefixAt(whole, stage.prefix), rule };
    };
  const stages = stored.stages.map(stageAt(''));
  const evidence = loadEvidence(path, stored.evidence, states, stageAt);
  const used = usedOf(path, content, fitted.length);
  const more = moreOf?.(stored).map(stageAt('mode ')) ?? [];
  const every = [
    ...new Set([...changes, ...checked.changes, ...full.changes, ...modelChanges(held.values())]),
  ];
  const parts: ServedParts<Row, L, Name> = {
    ...stored,
    features,
    fitted,
    stages,
    full: full.full,
    restsOn: stored.restsOn,
    evidence,
    reference: checked.reference,
    checked: checked.rows,
    certificate: voidedBy(stored.certificate, every),
  };
  const stale = [...new Set([...stored.stale, ...renewed, ...checked.features])];
  return { parts, used, stale, more, changes: every };
}

function usedOf(path: string, { tensors }: State, features: number): UsedState {
  const digests = Array.from({ length: features }, (_, f) => {
    const used = tensors[`used ${f}`];
    if (used instanceof Float64Array) return used;
    throw mismatch(path, 'lacks the digests of the rows that were used');
  });
  const keysOf = (name: string) => {
    const keys = tensors[name];
    if (keys instanceof Float64Array) return keys;
    throw mismatch(path, 'lacks the rows that were used');
  };
  return { digests, rows: keysOf('used rows'), groups: keysOf('used groups') };
}

/** Nothing is promised of features or models that have changed since they were certified. */
export function voidedBy(certificate: Certificate, changes: readonly string[]): Certificate {
  return changes.length === 0 ? certificate : voided(certificate, changes.join('; '));
}
