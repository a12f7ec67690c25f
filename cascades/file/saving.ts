import { combine, readArtifact, separate, writeArtifact } from '../../lib/artifact/index.js';
import { checkFlag, checkKeys } from '../../lib/check.js';
import { ArtifactError } from '../../lib/errors.js';
import { loadIntervalModel, loadRule } from '../../lib/exits/index.js';
import { isPrefix, type Model } from '../../lib/learners/index.js';
import type { State } from '../../lib/state.js';
import type { CascadeParts, ServedStage, TestedPath, Used } from '../parts/index.js';
import { cutAt } from '../stages/index.js';
import type { Certificate, Label } from '../terms/index.js';
import {
  type FeatureTerms,
  type FullTerms,
  featureTerms,
  knownLearners,
  type LoadOptions,
  loadFeatures,
  loadFull,
  loadModel,
  mismatch,
  need,
  plain,
  stateOf,
} from './pieces.js';
import { loadTuning, type TuningTerms, tuningState, tuningTerms } from './tuning.js';

export interface SaveOptions {
  /** Also writes what `retune` and `whatIf` choose from, and all of `path`. @defaultValue false */
  readonly evidence?: boolean;
}

type Plain<Row, L extends Label, Name extends string> = Pick<
  CascadeParts<Row, L, Name>,
  | 'classes'
  | 'reads'
  | 'plan'
  | 'certificate'
  | 'profile'
  | 'objective'
  | 'frontier'
  | 'tried'
  | 'exits'
  | 'stageNotes'
  | 'notes'
>;

/** @property state the one that holds its model, or the ensemble that it is the first rounds of: other stages may share it */
interface StoredStage extends Omit<ServedStage, 'model' | 'rule'> {
  readonly state: string;
}

interface StoredPath<L extends Label, Name extends string> extends Omit<TestedPath<L, Name>, 'stages'> {
  readonly chain: readonly StoredStage[];
}

/** What the artifact's JSON holds beside the states of features and models. */
interface Stored<Row, L extends Label, Name extends string> extends Plain<Row, L, Name> {
  readonly stages: readonly StoredStage[];
  readonly features: readonly FeatureTerms[];
  readonly full: FullTerms;
  /** Features whose digests of used rows are of older versions. */
  readonly stale: readonly string[];
  readonly evidence: {
    readonly paths: readonly StoredPath<L, Name>[];
    readonly served: number;
    readonly tuning: TuningTerms | null;
  } | null;
}

export async function saveCascade<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  checkKeys(options, ['evidence']);
  if (options.evidence !== undefined) checkFlag('evidence', options.evidence);
  const { features, fitted, full, stages } = parts;
  const evidence = options.evidence ? parts.evidence : undefined;
  const states: Record<string, State> = {};
  for (const { name, fitted: feature } of fitted) states[`feature ${name}`] = feature.state;
  if (full.learner !== undefined) states.full = stateOf(full.model);
  const holders = new Map([[full.model, 'full']]);
  const keep =
    (prefix: string) =>
    ({ model, rule, ...stage }: ServedStage, s: number): StoredStage => {
      const name = `${prefix}stage ${s}`;
      const whole = isPrefix(model) ? model.ensemble : model;
      const state = holders.get(whole) ?? name;
      if (state === name) states[name] = stateOf(whole);
      holders.set(whole, state);
      states[`${name} exit`] = rule.state;
      return { ...stage, state };
    };
  const stored: Stored<Row, L, Name> = {
    stages: stages.map(keep('')),
    classes: parts.classes,
    reads: parts.reads,
    plan: parts.plan,
    certificate: parts.certificate,
    profile: parts.profile,
    objective: parts.objective,
    frontier: parts.frontier,
    tried: parts.tried,
    exits: parts.exits,
    stageNotes: parts.stageNotes,
    notes: parts.notes,
    features: featureTerms(features, fitted),
    full: { learner: full.learner ?? null, fingerprint: full.fingerprint ?? null },
    stale: parts.used.stale,
    evidence: evidence
      ? {
          paths: evidence.paths.map(({ stages: chain, ...path }, p) => ({
            ...path,
            chain: chain.map(keep(`path ${p} `)),
          })),
          served: evidence.served,
          tuning: evidence.tuning ? tuningTerms(evidence.tuning) : null,
        }
      : null,
  };
  const used = Object.fromEntries(parts.used.digests.map((digests, f) => [`used ${f}`, digests]));
  if (evidence?.tuning) states.tuning = tuningState(evidence.tuning);
  await writeArtifact(path, combine({ cascade: { json: plain(stored), tensors: used }, ...states }));
}

export async function loadCascade<Row, L extends Label, Name extends string>(
  path: string,
  options: LoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  checkKeys(options, ['features', 'full', 'learners']);
  const states = separate(await readArtifact(path));
  if (states.cascade === undefined) {
    throw new ArtifactError(
      'mismatch',
      `${path}: holds no cascade; expected a file that cascade.save() wrote`,
    );
  }
  // The file's digest was verified and its format version known: the JSON is what saveCascade wrote.
  const stored = states.cascade.json as unknown as Stored<Row, L, Name>;
  const { features } = options;
  const { fitted, renewed, changes } = loadFeatures(path, stored.features, features, states);
  const learners = knownLearners(options.learners);
  const { decision } = stored.plan;
  const full = loadFull(path, stored, states, options, learners);
  const held = new Map([['full', full.full.model]]);
  const holderOf = ({ state, learner }: StoredStage): Model => {
    const known = held.get(state);
    if (known !== undefined) return known;
    const load = (own: State) => loadModel(path, learner, own, learners);
    const own = need(path, states, state);
    const model = decision.kind === 'value' ? loadIntervalModel(own, load) : load(own);
    held.set(state, model);
    return model;
  };
  const stageAt =
    (prefix: string) =>
    (stored: StoredStage, s: number): ServedStage => {
      const { state: _, ...stage } = stored;
      const rule = loadRule(decision, need(path, states, `${prefix}stage ${s} exit`));
      return { ...stage, model: cutAt(holderOf(stored), stage.cut), rule };
    };
  const stages = stored.stages.map(stageAt(''));
  const evidence = stored.evidence && {
    ...stored.evidence,
    paths: stored.evidence.paths.map(({ chain, ...tested }, p) => ({
      ...tested,
      stages: chain.map(stageAt(`path ${p} `)),
    })),
    tuning: stored.evidence.tuning
      ? loadTuning(stored.evidence.tuning, need(path, states, 'tuning'))
      : undefined,
  };
  return {
    ...stored,
    features,
    fitted,
    stages,
    full: full.full,
    used: usedOf(path, states.cascade, fitted.length, [...stored.stale, ...renewed]),
    evidence: evidence ?? undefined,
    certificate: voided(stored.certificate, [...changes, ...full.changes]),
  };
}

function usedOf(path: string, { tensors }: State, features: number, stale: readonly string[]): Used {
  const digests = Array.from({ length: features }, (_, f) => {
    const used = tensors[`used ${f}`];
    if (used instanceof Float64Array) return used;
    throw mismatch(path, 'lacks the digests of the rows that were used');
  });
  return { digests, stale: [...new Set(stale)] };
}

/** Nothing is promised of features or models that have changed since they were certified. */
function voided(certificate: Certificate, changes: readonly string[]): Certificate {
  if (changes.length === 0) return certificate;
  return { ...certificate, verdict: 'void', reason: changes.join('; ') };
}
