import { insteadOfLoad, RETRAINED } from '#hints';
import { checkFeatureSet, checkKeys, show } from '../../lib/check.js';
import { ArtifactError, OptionError, SpillwayError } from '../../lib/errors.js';
import { type FeatureSet, optionChanges } from '../../lib/features/define/index.js';
import { type Loader, loaders, type Model } from '../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { errorText } from '../../lib/util/errorText.js';
import type { JsonValue, State } from '../../lib/util/state.js';
import type { Label } from '../types/index.js';
import { type Sharing, UNSHARED } from './sharing.js';

/**
 * Shared by files of cascades and of rankers: models, stored and matched on loading.
 */

export interface LoadOptions<Row, L extends Label, Name extends string> {
  /** The features that the cascade was made with. */
  readonly features: FeatureSet<Row, Name>;
  /** The full model, where it was given trained. */
  readonly full?: TrainedModel<L> | TrainedRegression | Promise<TrainedModel<L> | TrainedRegression>;
  /**
   * Rows that include the file's reference rows, to check that features still give them the stored
   * values: the rows that the cascade was made from (in their order, where they aren't plain data), or
   * those at `cascade.reference.positions` of them.
   */
  readonly rows?: readonly Row[];
  /** Learners of your own whose models the cascade holds. */
  readonly learners?: readonly Loader[];
}

/** Without `features`, a file's features must be columns: then it tells them. */
export type FileLoadOptions<Row, L extends Label, Name extends string> = Omit<
  LoadOptions<Row, L, Name>,
  'features'
> &
  Partial<Pick<LoadOptions<Row, L, Name>, 'features'>>;

/** @throws OptionError for invalid options, whatever the file holds */
export function checkLoad(options: object, more: readonly string[] = [], needsFeatures = true): void {
  const [option, instead] = insteadOfLoad(options);
  if (instead !== undefined) throw new OptionError(option, instead);
  checkKeys(options, ['features', 'full', 'learners', 'rows', ...more]);
  if ('features' in options) checkFeatureSet(options.features);
  else if (needsFeatures) throw new OptionError('features', 'missing; expected what define() returns');
  if ('learners' in options && options.learners !== undefined && !Array.isArray(options.learners)) {
    throw new OptionError('learners', `expected an array of learners, got ${show(options.learners)}`);
  }
}

/** The full model as a file names it: its learner, or its fingerprint. */
export interface FullTerms {
  readonly learner: string | null;
  readonly fingerprint: string | null;
  /** Of a model that was given trained, for reports. Files of earlier releases lack it. */
  readonly name?: string | undefined;
  /** As of a feature. */
  readonly options: JsonValue;
}

/** A full model that was found again. */
export interface LoadedFull {
  readonly model: Model;
  readonly learner: string | undefined;
  readonly fingerprint: string | undefined;
  readonly options?: JsonValue | undefined;
}

export function fullTerms({
  learner,
  fingerprint,
  options,
  model: { name },
}: Omit<LoadedFull, 'model'> & { readonly model: Pick<Model, 'name'> }): FullTerms {
  const own = learner === undefined ? { fingerprint: fingerprint ?? null, name } : { fingerprint: null };
  return { learner: learner ?? null, ...own, options: options ?? null };
}

/**
 * The full model of a file: read from it, or where it was given trained, the one that is passed again.
 *
 * @returns also in words how that differs from the one before
 */
export async function loadFull<Row, L extends Label, Name extends string>(
  path: string,
  stored: { readonly full: FullTerms; readonly classes: readonly L[]; readonly reads: readonly string[] },
  states: Record<string, State>,
  { full: given, features }: LoadOptions<Row, L, Name>,
  learners: readonly Loader[],
  sharing: Sharing = UNSHARED,
): Promise<{ readonly full: LoadedFull; readonly changes: string[] }> {
  const { learner, fingerprint, name } = stored.full;
  if (learner !== null) {
    const state = requiredState(path, states, 'full');
    const model = sharing.model(learner, state, () => loadModel(path, learner, state, learners));
    return {
      full: { model, learner, fingerprint: undefined, options: undefined },
      changes: modelChanges([model]),
    };
  }
  const full = await given;
  if (full !== undefined && typeof full?.score !== 'function') {
    throw new OptionError('full', `expected the trained model that ${path} was made with, got ${show(full)}`);
  }
  if (full === undefined) {
    const known = name === undefined || name === fingerprint ? fingerprint : `${name}, ${fingerprint}`;
    throw new OptionError('full', `${path} was made with a trained full model (${known}); pass it again`);
  }
  const labels = 'labels' in full ? full.labels : [];
  if (labels.length !== stored.classes.length || !labels.every((label, c) => label === stored.classes[c])) {
    const shown = (known: readonly Label[]) => known.join(', ') || 'none, for regression';
    throw retrained(path, `the full model's labels are ${shown(labels)}, were ${shown(stored.classes)}`);
  }
  const reads = full.readsRows ? [] : (full.reads ?? features.names);
  if (reads.length !== stored.reads.length || !reads.every((name, i) => name === stored.reads[i])) {
    const shown = (names: readonly string[]) => names.join(', ') || 'the rows themselves';
    throw retrained(path, `the full model reads ${shown(reads)}, read ${shown(stored.reads)}`);
  }
  const isKnown = fingerprint !== null && full.recognise?.(fingerprint) === true;
  const now = isKnown ? fingerprint : (full.fingerprint ?? full.name);
  const changes = now === fingerprint ? [] : [`the full model is '${now}', was '${fingerprint}'`];
  for (const change of optionChanges(full.options, stored.full.options ?? undefined))
    changes.push(`the full model: ${change}`);
  return { full: { model: full, learner: undefined, fingerprint: now, options: full.options }, changes };
}

/** In words how models that were loaded differ from those that were saved. */
export function modelChanges(models: Iterable<Model>): string[] {
  return [...models].flatMap(({ changed }) => changed ?? []);
}

/** Loaders of models, the user's first. */
export function knownLearners(own: readonly Loader[] = []): readonly Loader[] {
  return [...own, ...loaders];
}

export function loadModel(path: string, name: string, state: State, learners: readonly Loader[]): Model {
  const learner = learners.find((candidate) => candidate.name === name && candidate.load !== undefined);
  if (learner?.load === undefined) {
    throw new OptionError('learners', `${path} holds a model of '${name}'; pass that learner, with load()`);
  }
  const load = learner.load.bind(learner);
  return guarded(path, `the model of '${name}'`, () => load(state));
}

export function stateOf(model: Model): State {
  if (model.state !== undefined) return model.state;
  throw new ArtifactError(
    'unsavable',
    `model '${model.name}' has no state; give its models a 'state' to save them`,
  );
}

/**
 * The state that makes a file one of a cascade, or of a ranker.
 *
 * @throws ArtifactError if the file holds the other, or neither
 */
export function contentOf(path: string, states: Record<string, State>, what: 'cascade' | 'ranker'): State {
  const content = states[what];
  if (content !== undefined) return content;
  const expected = `expected a file that ${what}.save() wrote`;
  const other = what === 'cascade' ? 'ranker' : 'cascade';
  const hint = states[other] && `, and this is one of a ${other}: load it with ${ENTRIES[other]}`;
  throw mismatch(path, `holds no ${what}; ${expected}${hint ?? ''}`);
}

const ENTRIES = { cascade: 'Cascade.load', ranker: "Ranker.load of 'spillway'" };

/**
 * Loads a part of a file. Errors of foreign loaders become an ArtifactError.
 *
 * @throws ArtifactError if it fails: the file doesn't hold what its loader expects
 */
export function guarded<T>(path: string, what: string, load: () => T): T {
  try {
    return load();
  } catch (cause) {
    if (cause instanceof SpillwayError) throw cause;
    const why = errorText(cause);
    throw new ArtifactError('damaged', `${path}: ${what} can't be loaded: ${why}`, { cause });
  }
}

export function requiredState(path: string, states: Record<string, State>, name: string): State {
  const state = states[name];
  if (state === undefined) throw mismatch(path, `lacks the state of ${name}`);
  return state;
}

export function mismatch(path: string, what: string): ArtifactError {
  return new ArtifactError('mismatch', `${path}: ${what}`);
}

/** The same where a training, or another definition, may be to blame. */
export function retrained(path: string, what: string): ArtifactError {
  return mismatch(path, `${what}${RETRAINED}`);
}

/** Interfaces as plain JSON: the round trip drops nothing, since they hold plain data only. */
export function plain(value: object): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(value));
  return json;
}
