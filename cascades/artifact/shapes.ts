import {
  either,
  flag,
  list,
  naturalNumber,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  wrong,
} from '../../lib/data/artifact/index.js';
import { fidelityName, MOST_FIDELITIES } from '../../lib/features/define/index.js';
import { EXIT_FACTS } from '../../lib/learn/exits/index.js';
import { labelShape, lossShape } from '../losses/index.js';
import { type Label, type Plan, widthOf } from '../types/index.js';
import type { FeatureTerms } from './features.js';
import type { Stored, StoredStage } from './stored.js';

/** The shape of a file's JSON. A file that fits it can't fail later, when parts of it are read. */

/** JSON turns numbers that aren't finite into null. */
const amount = nullable(number);
const prefix = nullable(object({ rounds: naturalNumber, of: naturalNumber }));
const exit = object({ calibration: text, score: oneOf(...Object.keys(EXIT_FACTS)), scale: optional(number) });

const planStage = object({
  features: list(text),
  learner: text,
  target: oneOf('labels', 'answers', 'full'),
  passed: flag,
  prefix,
  readsRows: optional(flag),
  exit,
  thresholds: list(amount),
  reach: amount,
  exits: amount,
  cost: amount,
});

const decision = either(
  either(
    object({ kind: oneOf('argmax', 'value') }),
    either(
      object({ kind: oneOf('threshold'), threshold: number }),
      object({ kind: oneOf('first-threshold'), threshold: number }),
    ),
  ),
  object({ kind: oneOf('costs'), costs: list(list(number)) }),
);

export const planShape = object({
  classes: list(labelShape),
  decision,
  stages: list(planStage),
  full: object({ features: list(text), reach: amount, cost: amount }),
  expected: object({
    cost: amount,
    fullCost: amount,
    speedup: amount,
    speedupRange: optional(object({ least: amount, most: amount })),
  }),
});

const clause = {
  loss: lossShape,
  epsilon: number,
  method: text,
  bound: text,
  n: naturalNumber,
  lost: amount,
  upper: amount,
  rowsNeeded: amount,
};

const side = object({ worse: amount, better: amount });
const observed = object({
  rows: naturalNumber,
  changed: amount,
  worse: amount,
  better: amount,
  byClass: list(side),
  difference: optional(amount),
  error: optional(amount),
});

export const changesShape = object({
  limits: oneOf('simultaneous', 'estimate'),
  delta: number,
  plans: naturalNumber,
  batch: optional(object({ rows: naturalNumber, open: naturalNumber })),
  answers: list(
    object({
      full: labelShape,
      rows: naturalNumber,
      changed: naturalNumber,
      lower: number,
      upper: number,
      to: list(object({ cascade: labelShape, rows: naturalNumber })),
    }),
  ),
});

const baseline = object({
  of: oneOf('certification', 'tuning'),
  rows: naturalNumber,
  byClass: list(naturalNumber),
  full: amount,
  constant: object({ answer: labelShape, error: amount }),
});

const flips = object({ rows: naturalNumber, differ: naturalNumber, lower: amount, upper: amount });

const prospect = object({ cost: amount, speedup: amount, certify: amount, total: amount, least: amount });

const advice = object({
  option: oneOf('repeats', 'bound', 'rows'),
  change: either(either(flag, text), either(number, object({}))),
  figure: amount,
  text,
});

const made = object({
  date: text,
  version: text,
  seed: nullable(either(text, number)),
  rows: object({ tune: naturalNumber, certify: naturalNumber }),
  digests: optional(object({ tune: optional(text), certify: optional(text) })),
  files: optional(object({ tune: optional(list(text)), certify: optional(list(text)) })),
});

const repeating = object({
  are: oneOf('draws', 'copies', 'either'),
  split: optional(
    object({
      repeat: naturalNumber,
      rows: naturalNumber,
      different: naturalNumber,
      seen: naturalNumber,
      spare: naturalNumber,
      asDraws: naturalNumber,
      asCopies: naturalNumber,
    }),
  ),
});

/** The certificate's statement on rows that were read again. */
export const stabilityShape = object({
  rows: naturalNumber,
  changed: nullable(naturalNumber),
  tolerance: record(number),
  live: list(text),
  varies: optional(list(text)),
});

export const certificateShape = object({
  ...clause,
  verdict: oneOf('certified', 'full-model-only', 'exploratory', 'void'),
  reason: nullable(text),
  delta: number,
  unit: oneOf('rows', 'groups'),
  labelled: flag,
  copies: optional(naturalNumber),
  population: optional(text),
  batch: optional(object({ rows: naturalNumber, epsilon: number, delta: number })),
  repeating: optional(repeating),
  also: optional(list(number)),
  observed,
  changes: optional(changesShape),
  all: optional(list(object(clause))),
  stability: optional(stabilityShape),
  flips: optional(flips),
  baseline: optional(baseline),
  constant: optional(object({ answer: labelShape, loss: number })),
  prospect: optional(prospect),
});

const cost = object({
  fixed: amount,
  perRow: amount,
  growth: amount,
  wait: amount,
  spread: amount,
  swing: optional(amount),
  price: amount,
});

const part = { cost, reads: list(text) };

/** Whatever a profile holds of a feature, and the same for rankers. */
export const profileShape = object({
  features: record(
    object({ ...part, entries: amount, goingOn: optional(object(part)), fidelities: optional(list(text)) }),
  ),
  transforms: record(cost),
  models: record(object({ fixed: amount, perRow: amount, perEntry: amount, opening: optional(number) })),
  full: optional(cost),
  opening: optional(number),
});

const fidelities: Shape<FeatureTerms['fidelities']> = optional((value, place) => {
  const names = list(text)(value, place);
  if (names.length === 0 || names.length > MOST_FIDELITIES || new Set(names).size < names.length)
    throw wrong(place, names, `1 to ${MOST_FIDELITIES} different names`);
  return names;
});

export const featuresShape = list(
  object({ name: text, kind: text, version: nullable(text), columns: naturalNumber, options: anything }),
);

const featuresInSteps = list(object({ fidelities }));

export const fullShape = object({
  learner: nullable(text),
  fingerprint: nullable(text),
  name: optional(text),
  options: anything,
});

/** Any value; null if it is absent. */
function anything(value: unknown): FeatureTerms['options'] {
  return (value ?? null) as FeatureTerms['options'];
}

export const stageShape = object({ state: text, learner: text, features: list(text), prefix });

const path = object({
  plans: list(planShape),
  chain: list(stageShape),
  uses: list(list(naturalNumber)),
  band: list(amount),
  observed: list(observed),
  tallies: list(object({ n: amount, lost: amount })),
  changes: optional(
    object({
      samples: list(
        object({ rows: list(naturalNumber), seen: naturalNumber, cells: list(list(naturalNumber)) }),
      ),
    }),
  ),
  exits: list(exit),
  stageNotes: list(text),
});

const stored = object({
  stages: list(stageShape),
  classes: list(labelShape),
  reads: list(text),
  plan: planShape,
  certificate: certificateShape,
  profile: profileShape,
  objective: oneOf('throughput', 'latency', 'price'),
  whyObjective: optional(text),
  frontier: list(object({ epsilon: amount, cost: amount, speedup: amount, step: number })),
  tried: list(object({ features: list(text), learner: text, prefix })),
  triedFidelities: optional(
    list(
      object({
        feature: text,
        at: text,
        words: optional(text),
        share: number,
        cost: number,
        outcome: oneOf('chosen', 'not chosen', 'dear', 'silent', 'same'),
      }),
    ),
  ),
  exits: list(exit),
  stageNotes: list(text),
  notes: list(text),
  made: optional(made),
  advice: optional(list(advice)),
  features: featuresShape,
  full: fullShape,
  stale: list(text),
  batches: optional(list(object({ claim: text, seed: either(text, number) }))),
  evidence: nullable(
    object({
      paths: list(path),
      served: naturalNumber,
      tested: optional(list(number)),
      tuning: nullable(
        object({
          stages: list(list(object({ target: oneOf('labels', 'answers', 'full'), passed: flag }))),
          target: amount,
          epsilon: number,
          units: naturalNumber,
        }),
      ),
    }),
  ),
});

/**
 * Checks the JSON of a cascade's file: shapes, and that everything named or counted exists. What the evidence names
 * and counts is checked by `checkEvidence`.
 *
 * @throws ArtifactError `damaged`, naming the place
 */
export function storedOf<Row, L extends Label, Name extends string>(json: unknown): Stored<Row, L, Name> {
  stored(json, 'cascade');
  // Labels and names are the user's own types, which JSON can't tell.
  const whole = json as Stored<Row, L, Name>;
  featuresInSteps(whole.features, 'cascade.features');
  const known = knownFeatures(whole);
  known.ofFull('cascade.reads', whole.reads);
  for (const name of known.names) checkProfiled(whole, name);
  checkChain('cascade', whole.classes, whole.plan, whole.stages, known);
  return whole;
}

/** The features of a file, and their fidelities, which stages alone may read. */
export interface KnownFeatures {
  readonly names: ReadonlySet<string>;
  /** @throws ArtifactError `damaged` for a name that is none of these */
  ofStage(place: string, wanted: readonly string[]): void;
  ofFull(place: string, wanted: readonly string[]): void;
}

/** @throws ArtifactError `damaged` for two of one name */
export function knownFeatures({ features }: Pick<Stored<never, Label, string>, 'features'>): KnownFeatures {
  const whole = features.map(({ name }) => name);
  const all = [
    ...whole,
    ...features.flatMap(({ name, fidelities = [] }) => fidelities.map((at) => fidelityName(name, at))),
  ];
  const names = new Set(all);
  if (names.size < all.length) throw wrong('cascade.features', all, 'names that differ');
  const among = (known: ReadonlySet<string>) => (place: string, wanted: readonly string[]) => {
    const strange = wanted.find((name) => !known.has(name));
    if (strange !== undefined) throw wrong(place, strange, `one of the features ${[...known].join(', ')}`);
  };
  return { names, ofStage: among(names), ofFull: among(new Set(whole)) };
}

function checkProfiled({ profile }: Pick<Stored<never, Label, string>, 'profile'>, name: string): void {
  const own = Object.hasOwn(profile.features, name) ? profile.features[name] : undefined;
  if (own === undefined) throw wrong('cascade.profile.features', name, 'costs of every feature');
  const read = [...own.reads, ...(own.goingOn?.reads ?? [])];
  const strange = read.find((transform) => !Object.hasOwn(profile.transforms, transform));
  if (strange !== undefined)
    throw wrong(`cascade.profile.features.${name}.reads`, strange, 'a transform of the profile');
}

/** A plan, and the stages that are to run it. */
export function checkChain(
  place: string,
  classes: readonly Label[],
  { decision: by, stages, classes: own, full }: Plan,
  chain: readonly StoredStage[],
  known: KnownFeatures,
): void {
  const width = widthOf(classes);
  if (own.length !== classes.length || own.some((each, c) => each !== classes[c]))
    throw wrong(`${place}.classes`, own, 'those of the cascade');
  if (new Set(classes).size !== classes.length || classes.length === 1)
    throw wrong(`${place}.classes`, own, 'two or more');
  if ((by.kind === 'value') !== (classes.length === 0))
    throw wrong(`${place}.decision`, by, 'one that fits the classes');
  if ((by.kind === 'threshold' || by.kind === 'first-threshold') && width !== 2)
    throw wrong(`${place}.decision`, by, 'two classes');
  if (by.kind === 'costs' && (by.costs.length !== width || by.costs.some((row) => row.length !== width)))
    throw wrong(`${place}.decision.costs`, by.costs, `${width} x ${width} costs`);
  known.ofFull(`${place}.full`, full.features);
  if (stages.length !== chain.length) throw wrong(`${place}.stages`, stages, `an array of ${chain.length}`);
  stages.forEach(({ thresholds, features }, s) => {
    if (thresholds.length !== width)
      throw wrong(`${place}.stages[${s}].thresholds`, thresholds, `${width} thresholds`);
    known.ofStage(`${place}.stages[${s}]`, features);
    known.ofStage(`${place}.stages[${s}]`, chain[s].features);
    const rounds = chain[s].prefix?.rounds;
    if (rounds !== undefined && rounds < 1)
      throw wrong(`${place}.stages[${s}].prefix`, rounds, 'at least one round');
  });
}
