import { type JobDigests, optionsText } from '../../lib/learn/fits/index.js';
import { type Learner, recipeOf } from '../../lib/learn/learners/index.js';
import { textDigest } from '../../lib/util/digest.js';
import { sha256 } from '../../lib/util/sha256.js';
import { VERSION } from '../../lib/util/version.js';
import type { Contents } from '../holdout/index.js';
import type { Label } from '../types/index.js';
import { approximateOf } from './approximate.js';
import type { SettledOptions } from './options.js';
import type { Problem } from './problem.js';

/** Options of how a job runs and what it reports; they don't change what it finds. */
const APART = [
  'rows',
  'labels',
  'certify',
  'groups',
  'split',
  'features',
  'full',
  'approximate',
  'decision',
  'signal',
  'onProgress',
  'maxPrice',
  'clock',
  'date',
  'timer',
  'featureTimeoutMs',
  'threads',
  'checkpoint',
];

/** Digests of the rows and the options of `tune`: a checkpoint with the same ones is of the same job. */
export function jobDigests<Row, L extends Label, Name extends string>(
  options: SettledOptions<Row, L, Name>,
  { development, certification, split, classes, decision }: Problem<Row, L>,
): JobDigests {
  const { features, full } = options;
  const rows = [
    ...contentsBytes(development.contents),
    ...contentsBytes(certification.contents),
    ...[development.labels, certification.labels, split.development, split.certify, split.fit, split.scored],
    ...split.rounds.flatMap(({ fit, score }) => [fit, score]),
  ].flatMap((array) => (array === undefined ? [] : [framed(array)]));
  const plain = Object.fromEntries(Object.entries(options).filter(([name]) => !APART.includes(name)));
  const text = new TextEncoder();
  const made = {
    version: VERSION,
    plain,
    decision,
    split: typeof options.split === 'function' ? 'a function' : options.split,
    features: features.names.map((name) => {
      const { kind, version, options } = features.get(name);
      return [name, kind, version, options];
    }),
    full: 'fit' in full ? learnerText(full) : [full.name, full.fingerprint, full.options],
    learners: approximateOf(options).map(learnerText),
  };
  return {
    rows: sha256([text.encode(optionsText(classes)), ...rows.flat()]),
    options: textDigest(optionsText(made)),
  };
}

/** Rows whose contents can't be read as data count as alike: their keys are of this process alone. */
function contentsBytes({ rows: { keys, opaque }, groups }: Contents): (Float64Array | undefined)[] {
  return [keys.map((key, row) => (opaque[row] === 1 ? 0 : key)), groups];
}

function learnerText(learner: Learner): unknown {
  const recipe = recipeOf(learner);
  return recipe === undefined ? learner.name : [recipe.kind, recipe.options];
}

/** An array's bytes after its length, so that several can't be taken for others. */
function framed({ buffer, byteOffset, byteLength, length }: Float64Array | Int32Array): Uint8Array[] {
  return [new Uint8Array(Float64Array.of(length).buffer), new Uint8Array(buffer, byteOffset, byteLength)];
}
