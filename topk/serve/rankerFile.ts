import {
  checkLoad,
  contentOf,
  type FeatureTerms,
  type FullTerms,
  featuresShape,
  featureTerms,
  fullShape,
  fullTerms,
  guarded,
  type Label,
  type LoadOptions,
  loadParts,
  mismatch,
  plain,
  profileShape,
  REFERENCE_KEPT,
  referenceState,
  type SaveOptions,
  type Sharing,
  stabilityShape,
  stageModel,
  stateOf,
  UNSHARED,
  voidedBy,
  widthOf,
} from '../../cascades/internal.js';
import { checkKeys, checkOneOf } from '../../lib/check.js';
import {
  combine,
  either,
  flag,
  list,
  naturalNumber,
  nullable,
  number,
  object,
  oneOf,
  optional,
  readArtifact,
  separate,
  text,
  writeArtifact,
} from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { isLinear, isPrefix, type Model } from '../../lib/learn/learners/index.js';
import type { State } from '../../lib/util/state.js';
import type { RankBy } from '../problem/index.js';
import type { TopKCertificate } from '../types.js';
import type { RankerParts } from './rankerParts.js';

/** Options of `Ranker.load`. */
export interface LoadRankerOptions<Row, L extends Label, Name extends string>
  extends LoadOptions<Row, L, Name> {
  /** The function that ranks, if the ranker was made with one of yours. */
  readonly score?: RankBy;
}

type Plain<Row, L extends Label, Name extends string> = Pick<
  RankerParts<Row, L, Name>,
  'plan' | 'certificate' | 'profile' | 'objective' | 'outside' | 'curves' | 'tried' | 'notes'
>;

/** The artifact's JSON, beside the states of features and models. */
interface Stored<Row, L extends Label, Name extends string> extends Plain<Row, L, Name> {
  readonly classes: readonly L[];
  /** Code of the class that ranks; null if a function does. */
  readonly rankClass: number | null;
  readonly reads: readonly string[];
  readonly features: readonly FeatureTerms[];
  readonly full: FullTerms;
  /** For each band and stage, the state that holds its model, or the ensemble whose first rounds it is. */
  readonly states: readonly (readonly string[])[];
}

export async function saveRanker<Row, L extends Label, Name extends string>(
  parts: RankerParts<Row, L, Name>,
  path: string,
  options: Pick<SaveOptions, 'reference'> = {},
): Promise<void> {
  checkKeys(options, ['reference']);
  const { reference: kept = 'values' } = options;
  checkOneOf('reference', kept, REFERENCE_KEPT);
  const { features, fitted, full, ranking, models } = parts;
  const states: Record<string, State> = {};
  for (const { name, fitted: feature } of fitted) states[`feature ${name}`] = feature.state;
  if (full.learner !== undefined) states.full = stateOf(full.model);
  const holders = new Map([[full.model, 'full']]);
  const keep = (model: Model): string => {
    const whole = isPrefix(model) ? model.ensemble : model;
    const known = holders.get(whole);
    if (known !== undefined) return known;
    const name = `model ${holders.size}`;
    holders.set(whole, name);
    states[name] = stateOf(whole);
    return name;
  };
  const stored: Stored<Row, L, Name> = {
    classes: ranking.classes,
    rankClass: ranking.by ? null : ranking.rankClass,
    reads: full.reads,
    features: featureTerms(features, fitted),
    full: fullTerms(full),
    states: models.map((band) => band.map(keep)),
    plan: parts.plan,
    certificate: parts.certificate,
    profile: parts.profile,
    objective: parts.objective,
    outside: parts.outside,
    curves: parts.curves,
    tried: parts.tried,
    notes: parts.notes,
  };
  if (kept !== 'none' && parts.reference) states.reference = referenceState(parts.reference, kept);
  await writeArtifact(path, combine({ ranker: { json: plain(stored), tensors: {} }, ...states }));
}

const label = either(text, either(number, flag));

const verdict = oneOf('certified', 'full-model-only', 'exploratory', 'void');

/** The fields that reading needs; `loadRanker` refuses anything else that doesn't fit. */
const rankerShape = object({
  classes: list(label),
  rankClass: nullable(number),
  reads: list(text),
  features: featuresShape,
  full: fullShape,
  states: list(list(text)),
  plan: object({
    classes: list(label),
    bands: list(
      object({
        stages: list(
          object({
            features: list(text),
            learner: text,
            prefix: nullable(object({ rounds: naturalNumber })),
          }),
        ),
      }),
    ),
  }),
  certificate: object({
    verdict,
    bands: list(object({ verdict })),
    stability: optional(stabilityShape),
  }),
  profile: profileShape,
  outside: oneOf('warn', 'refuse'),
  notes: list(text),
});

/** @throws ArtifactError for any content that can't be read */
export async function loadRanker<Row, L extends Label, Name extends string>(
  path: string,
  options: LoadRankerOptions<Row, L, Name>,
): Promise<RankerParts<Row, L, Name>> {
  checkLoad(options, ['score']);
  return rankerOf(path, separate(await readArtifact(path)), options);
}

/** The same from a file's separate states. @param sharing where equal features and models are found */
export async function rankerOf<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: LoadRankerOptions<Row, L, Name>,
  sharing: Sharing = UNSHARED,
): Promise<RankerParts<Row, L, Name>> {
  try {
    return await restored(path, states, options, sharing);
  } catch (cause) {
    return guarded(path, 'the ranker', () => {
      throw cause;
    });
  }
}

async function restored<Row, L extends Label, Name extends string>(
  path: string,
  states: Record<string, State>,
  options: LoadRankerOptions<Row, L, Name>,
  sharing: Sharing,
): Promise<RankerParts<Row, L, Name>> {
  const content = contentOf(path, states, 'ranker');
  rankerShape(content.json, 'ranker');
  const stored = content.json as unknown as Stored<Row, L, Name>;
  for (const { name, fidelities } of stored.features)
    if (fidelities !== undefined)
      throw mismatch(path, `has fidelities of feature '${name}', and rankers have none`);
  if ((stored.rankClass === null) !== (options.score !== undefined)) {
    const what =
      stored.rankClass === null
        ? 'a function that ranks; pass it again'
        : 'no function that ranks; leave it out';
    throw new OptionError('score', `${path} was made with ${what}`);
  }
  const loaded = await loadParts(path, stored, states, options, sharing);
  const models = stored.plan.bands.map(({ stages }, b) =>
    stages.map(({ learner, prefix, output }, s) => {
      const whole = loaded.modelOf(stored.states[b][s], learner);
      const model = stageModel(path, `stage ${s}`, whole, learner, prefix);
      if (output === 'margin' && !isLinear(whole)) {
        throw mismatch(
          path,
          `stage ${s} needs the margin of one class from '${learner}', which has no margins now`,
        );
      }
      return model;
    }),
  );
  const { classes, rankClass, plan, profile, objective, outside, curves, tried, notes } = stored;
  const ranking = {
    classes,
    width: widthOf(classes),
    rankClass: rankClass ?? classes.length - 1,
    by: options.score,
  };
  return {
    features: options.features,
    fitted: loaded.fitted,
    ranking,
    full: { ...loaded.full, reads: stored.reads },
    plan,
    models,
    certificate: unlessChanged(stored.certificate, loaded.changes()),
    profile,
    objective,
    outside,
    curves,
    tried,
    notes,
    reference: loaded.reference,
    checked: loaded.checked,
  };
}

/** Nothing is promised of features or models that have changed since they were certified. */
function unlessChanged(certificate: TopKCertificate, changes: readonly string[]): TopKCertificate {
  if (changes.length === 0) return certificate;
  const bands = certificate.bands.map((band) => voidedBy(band, changes));
  return { ...voidedBy(certificate, changes), bands };
}
