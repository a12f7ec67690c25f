import { decode, readArtifact, separate } from '../../lib/artifact/index.js';
import { checkKeys, show } from '../../lib/check.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { loadIntervalModel, loadRule } from '../../lib/exits/index.js';
import type { FeatureSet } from '../../lib/features/index.js';
import type { TrainedModel, TrainedRegression } from '../../lib/full/index.js';
import { isEnsemble, type Loader, loaders, type Model } from '../../lib/learners/index.js';
import type { NamedFeature } from '../../lib/runtime/index.js';
import type { State } from '../../lib/state.js';
import type { CascadeParts, ServedStage, Used } from '../parts/index.js';
import { cutAt } from '../stages/index.js';
import type { Certificate, Label } from '../terms/index.js';
import type { Stored, StoredStage } from './stored.js';
import { loadTuning } from './tuning.js';

export interface LoadOptions<Row, L extends Label, Name extends string> {
  /** The features that the cascade was made with. */
  readonly features: FeatureSet<Row, Name>;
  /** The full model, where it was given trained. */
  readonly full?: TrainedModel<L> | TrainedRegression | Promise<TrainedModel<L> | TrainedRegression>;
  /** Learners of your own whose models the cascade holds. */
  readonly learners?: readonly Loader[];
}

/** @param source a file's path, or its bytes */
export async function loadCascade<Row, L extends Label, Name extends string>(
  source: string | Uint8Array | ArrayBuffer,
  options: LoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  if (typeof source !== 'string') return readCascade(source, options);
  return restored(source, await readArtifact(source), options);
}

/** Needs nothing of Node. */
export async function readCascade<Row, L extends Label, Name extends string>(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  if (!(bytes instanceof Uint8Array || bytes instanceof ArrayBuffer)) {
    throw new OptionError(
      'source',
      `expected the bytes of a file that cascade.save() wrote, got ${show(bytes)}; read it first`,
    );
  }
  return restored('the artifact', decode(new Uint8Array(bytes)), options);
}

async function restored<Row, L extends Label, Name extends string>(
  path: string,
  state: State,
  options: LoadOptions<Row, L, Name>,
): Promise<CascadeParts<Row, L, Name>> {
  checkKeys(options, ['features', 'full', 'learners']);
  const states = separate(state);
  if (states.cascade === undefined) {
    throw new ArtifactError(
      'mismatch',
      `${path}: holds no cascade; expected a file that cascade.save() wrote`,
    );
  }
  // The file's digest was verified and its format version known: the JSON is what saveCascade wrote.
  const stored = states.cascade.json as unknown as Stored<Row, L, Name>;
  const { features } = options;
  const changes: string[] = [];
  const renewed: string[] = [];
  const fitted = stored.features.map((was): NamedFeature<Row> => {
    const feature = matching(path, was, features);
    const version = feature.version ?? null;
    if (version !== was.version) {
      renewed.push(was.name);
      changes.push(`feature '${was.name}' is of version ${version ?? 'none'}, was ${was.version ?? 'none'}`);
    }
    const loaded = feature.load(need(path, states, `feature ${was.name}`));
    if (loaded.columns !== was.columns) {
      throw mismatch(
        path,
        `feature '${was.name}' has ${loaded.columns} columns now, ${was.columns} when it was saved`,
      );
    }
    return { name: was.name, fitted: loaded };
  });
  const extra = features.names.filter((name) => !stored.features.some((was) => was.name === name));
  if (extra.length > 0) throw mismatch(path, `was made without the features ${extra.join(', ')}`);

  const learners = [...(options.learners ?? []), ...loaders];
  const { decision } = stored.plan;
  const full = loadFull(path, stored, states, await options.full, features, learners, changes);
  const held = new Map([['full', full.model]]);
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
      const whole = holderOf(stored);
      if (stage.cut !== null && !isEnsemble(whole)) {
        throw mismatch(
          path,
          `${prefix}stage ${s} is the first ${stage.cut.rounds} rounds of '${whole.name}', which can't be left early now`,
        );
      }
      return { ...stage, model: cutAt(whole, stage.cut), rule };
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
    full,
    used: usedOf(path, states.cascade, fitted.length, [...stored.stale, ...renewed]),
    evidence: evidence ?? undefined,
    certificate: changes.length === 0 ? stored.certificate : voided(stored.certificate, changes),
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

function matching<Row>(path: string, was: { name: string; kind: string }, features: FeatureSet<Row>) {
  if (!features.names.includes(was.name)) {
    throw mismatch(path, `needs a feature '${was.name}'; there are ${features.names.join(', ')}`);
  }
  const feature = features.get(was.name);
  if (feature.kind !== was.kind) {
    throw mismatch(path, `feature '${was.name}' is a ${feature.kind} feature now, was ${was.kind}`);
  }
  return feature;
}

function loadFull<Row, L extends Label, Name extends string>(
  path: string,
  stored: Stored<Row, L, Name>,
  states: Record<string, State>,
  full: Awaited<LoadOptions<Row, L, Name>['full']>,
  features: FeatureSet<Row, Name>,
  learners: readonly Loader[],
  changes: string[],
): CascadeParts<Row, L, Name>['full'] {
  const { learner, fingerprint } = stored.full;
  if (learner !== null) {
    const model = loadModel(path, learner, need(path, states, 'full'), learners);
    return { model, learner, fingerprint: undefined };
  }
  if (full === undefined) {
    throw new OptionError(
      'full',
      `${path} was made with a trained full model (${fingerprint}); pass it again`,
    );
  }
  const labels = 'labels' in full ? full.labels : [];
  if (labels.length !== stored.classes.length || !labels.every((label, c) => label === stored.classes[c])) {
    const said = (known: readonly Label[]) => known.join(', ') || 'none, for regression';
    throw mismatch(path, `the full model's labels are ${said(labels)}, were ${said(stored.classes)}`);
  }
  const reads = full.reads ?? features.names;
  if (reads.length !== stored.reads.length || !reads.every((name, i) => name === stored.reads[i])) {
    throw mismatch(path, `the full model reads ${reads.join(', ')}, read ${stored.reads.join(', ')}`);
  }
  const now = full.fingerprint ?? full.name;
  if (now !== fingerprint) changes.push(`the full model is '${now}', was '${fingerprint}'`);
  return { model: full, learner: undefined, fingerprint: now };
}

/** Nothing is promised of features or models that have changed since they were certified. */
function voided(certificate: Certificate, changes: readonly string[]): Certificate {
  return { ...certificate, verdict: 'void', reason: changes.join('; ') };
}

function loadModel(path: string, name: string, state: State, learners: readonly Loader[]): Model {
  const learner = learners.find((candidate) => candidate.name === name && candidate.load !== undefined);
  if (learner?.load === undefined) {
    throw new OptionError('learners', `${path} holds a model of '${name}'; pass that learner, with load()`);
  }
  return learner.load(state);
}

function need(path: string, states: Record<string, State>, name: string): State {
  const state = states[name];
  if (state === undefined) throw mismatch(path, `lacks the state of ${name}`);
  return state;
}

function mismatch(path: string, what: string): ArtifactError {
  return new ArtifactError('mismatch', `${path}: ${what}`);
}
