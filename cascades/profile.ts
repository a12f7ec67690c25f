import { checkFeatureSet, checkFunction, checkKeys, checkSeed, checkSignal, show } from '../lib/check.js';
import { type Profile, systemClock } from '../lib/costs/index.js';
import { gather, rowSizes } from '../lib/data/blocks/index.js';
import { Rows } from '../lib/data/rows/index.js';
import { DataError, OptionError } from '../lib/errors.js';
import { type Learner, logisticRegression } from '../lib/learn/learners/index.js';
import { random, stratifiedFolds } from '../lib/stats/index.js';
import { profilePipeline, withGoingOn } from './costs/index.js';
import {
  approximateOf,
  checkFidelities,
  checkFull,
  checkLabels,
  checkLearners,
  checkTimeout,
  classesOf,
  codesOf,
  fidelitiesOf,
  isRegression,
  offeredBeside,
  patienceOf,
  type TuneOptions,
} from './problem/index.js';
import { FirstRows, fitFeatures } from './scoring/index.js';
import {
  ableLearners,
  chooser,
  fitOn,
  sameAmong,
  silentAmong,
  triedVersions,
  versionsBut,
  versionsOf,
  wholeName,
} from './training/index.js';
import { type Label, type Spelt, widthOf } from './types/index.js';

/** Options of `profile`. */
export interface ProfileOptions<Row, L extends Label, Name extends string>
  extends Pick<
    TuneOptions<Row, L, Name>,
    'features' | 'fidelities' | 'seed' | 'signal' | 'clock' | 'featureTimeoutMs' | 'timer'
  > {
  /** Rows like those to come; some hundreds give steady costs. */
  readonly rows: readonly Row[];
  /** Classes, or for regression numbers. */
  readonly labels: readonly L[];
  /**
   * The learner whose models are measured as full model, and give the features' importance. Its task decides whether
   * this is regression. @defaultValue logistic regression
   */
  readonly full?: Learner;
  /** Learners whose models are measured as stages. @defaultValue `full` */
  readonly approximate?: readonly Learner[];
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const KEYS = [
  'features',
  'fidelities',
  'rows',
  'labels',
  'full',
  'approximate',
  'seed',
  'signal',
  'onProgress',
  'clock',
  'featureTimeoutMs',
  'timer',
];
/** One row in this many is held out of fitting, to measure importance. */
const FOLDS = 4;

/**
 * Measures cost and importance of each feature, and the cost of models over them, without tuning anything. Dear
 * features propose cheaper versions, which are measured as in `tune`. The result is plain data, and `tune({ profile })`
 * takes it, with these versions.
 *
 * @throws OptionError, DataError for invalid options or data; FeatureError where a feature fails.
 * @example
 * const { features: { words } } = await profile({ features, rows, labels });
 * words.cost.perRow; // microseconds
 */
export async function profile<Row, L extends Label, Name extends string>(
  options: Spelt<ProfileOptions<Row, L, Name>>,
): Promise<Profile<Name>> {
  checkKeys(options, KEYS);
  const { features, rows, labels, full = logisticRegression(), seed = 0, signal } = options;
  checkFeatureSet(features);
  checkFidelities(options);
  checkFull(full, features);
  const numeric = isRegression(full);
  const given = { ...options, full };
  const approximate = [...approximateOf(given), ...offeredBeside(given)];
  checkLearners(approximate, numeric, features);
  if (!Array.isArray(rows)) throw new OptionError('rows', `expected an array, got ${show(rows)}`);
  if (rows.length < 2 * FOLDS) {
    throw new DataError(`rows: ${rows.length}; expected at least ${2 * FOLDS}, and some hundreds`);
  }
  checkLabels('labels', labels, rows.length, numeric);
  checkSeed('seed', seed);
  checkSignal(signal);
  checkTimeout(options.featureTimeoutMs);
  if (options.onProgress !== undefined) checkFunction('onProgress', options.onProgress);
  const classes = numeric ? [] : classesOf({ labels });
  const truth = codesOf('labels', labels, classes);
  const chance = random(seed).fork('profile');
  const positions = Int32Array.from(rows.keys());
  const all = Rows.of(rows);
  const fitted = await fitFeatures(features, all, { signal, patience: patienceOf(options) });
  const timing = { clock: options.clock ?? systemClock, random: chance.fork('timing') };
  const first = new FirstRows(all, timing, { signal });
  await first.time(features, fitted);
  const { versions } = await triedVersions(
    { features, fitted, rows: all, fit: positions },
    first,
    fidelitiesOf(options),
    { objective: 'throughput' },
    { signal },
  );
  const computed = await first.blocks(versions.stepped);
  const blocks = computed.slice(0, fitted.length);
  const told = { values: Float64Array.from(truth), classes: classes.length };
  const draw = chance.fork('fidelities');
  const own = computed.slice(fitted.length);
  const silent = silentAmong(versions.names, features.names, (v) => own[v], told, draw);
  const placeOf = (name: string) => versions.stepped.findIndex((step) => step.name === name);
  const same = sameAmong(versions.names, (name) => computed[placeOf(name)]);
  const fidelities = versionsBut(versions.names, (name) => !silent.has(name) && !same.has(name));
  const { set, measured } = versionsOf(features, fitted, fidelities);
  if (silent.size + same.size > 0) await first.time(set, measured, () => false);
  const held = new Map(versions.stepped.map(({ name }, f) => [name, computed[f]]));
  for (const [f, name] of features.names.entries()) held.set(wholeName(name), blocks[f]);
  const strata = numeric ? new Int32Array(rows.length) : Int32Array.from(truth);
  const fold = stratifiedFolds(strata, FOLDS, chance.fork('folds'));
  const seen = positions.filter((row) => fold[row] !== 0);
  const unseen = positions.filter((row) => fold[row] === 0);
  const context = { seed: chance.fork('fits').integer(2 ** 31), signal };
  const known: readonly string[] = features.names;
  const fit = (learner: Learner, names: readonly string[]) => {
    const read = names.map((name) => ({ block: blocks[known.indexOf(name)], rows: seen }));
    return fitOn(learner, names, read, { truth, width: widthOf(classes) }, seen, context);
  };
  const choose = chooser({
    names: known,
    blocks: blocks.map((block) => gather(block, seen)),
    targets: { truth: Float64Array.from(seen, (row) => truth[row]), width: widthOf(classes), origin: seen },
    context,
  });
  const model = await fit(await choose(full), features.names);
  const learners: Learner[] = [];
  const able = ableLearners(approximate, blocks, options.approximate !== undefined);
  for (const learner of able) learners.push(await choose(learner));
  const every = await profilePipeline(
    {
      features: set,
      names: features.names,
      fitted: [...fitted, ...measured],
      blocks: set.names.flatMap((name) => held.get(name) ?? []),
      rows,
      sizes: rowSizes(blocks),
      timed: first.timedOf(set),
      truth,
      reference: { model, reads: features.names, price: undefined },
      unseen: {
        model,
        blocks: blocks.map((block) => gather(block, unseen)),
        truth: Float64Array.from(unseen, (row) => truth[row]),
      },
      against: 'labels',
      learners,
      fit: (learner, names) => fit(learner.probe?.() ?? learner, names),
      decision: { kind: numeric ? 'value' : 'argmax' },
      clock: timing.clock,
      random: chance,
    },
    { signal, onProgress: options.onProgress },
  );
  return withGoingOn(every, features.names, fidelities, versions.handingOn);
}
