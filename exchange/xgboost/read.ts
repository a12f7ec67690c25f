import { ArtifactError } from '../../lib/errors.js';
import { singleRounds } from '../../lib/learn/kernels/index.js';
import { looksLike } from '../../lib/util/looks.js';
import { damagedModel, Fields, unsupportedModel } from '../fields.js';
import { ForestBuilder } from '../forestBuilder.js';
import type { DescribedModel } from '../trained.js';
import { type XgboostObjective, xgboostObjective } from './objective.js';
import { readXgboostTree } from './tree.js';
import { parseUbjson } from './ubjson.js';
import { zeroMissingRounds } from './zeroMissing.js';

const NAME = 'xgboost';
/** The major versions of XGBoost whose files are known; the first of them was the first to write JSON. */
const [OLDEST, NEWEST] = [1, 3];
const MOST_CLASSES = 2 ** 16;

/**
 * @param zerosAreMissing whether a value of 0 is a missing one, as where XGBoost is given sparse rows
 * @param keepsStored whether a 0 that a sparse block stores is a value all the same
 * @throws ArtifactError for anything but a whole model of a known version
 */
export function readXgboost(
  source: Uint8Array | string,
  zerosAreMissing = false,
  keepsStored = false,
): DescribedModel {
  const file = Fields.of(NAME, parse(source));
  checkVersion(file);
  const learner = file.fields('learner');
  const parameters = learner.fields('learner_model_param');
  const columns = parameters.count('num_feature');
  const outputs = Math.max(1, parameters.count('num_class', MOST_CLASSES));
  if (parameters.has('num_target') && parameters.count('num_target') > 1) {
    throw unsupportedModel(NAME, 'gives a row several numbers: import one model for each');
  }
  const name = learner.fields('objective').text('name');
  const { classifies, links, margin } = xgboostObjective(name);
  if (outputs > 1 !== name.startsWith('multi:')) throw damagedModel(NAME, `${outputs} outputs for '${name}'`);
  const builder = new ForestBuilder(NAME, columns, readBase(parameters, margin, outputs));
  addTrees(learner.fields('gradient_booster'), builder);
  const forest = builder.forest();
  return {
    name: NAME,
    classifies,
    columns,
    outputs,
    links,
    // Its own sums are in single precision, tree after tree: in double they would come out up to 1e-6 elsewhere.
    sums: zerosAreMissing ? zeroMissingRounds(forest, singleRounds, keepsStored) : singleRounds(forest),
  };
}

function parse(source: Uint8Array | string): unknown {
  const first = typeof source === 'string' ? source.trimStart().charCodeAt(0) : source[0];
  if (first !== code('{')) {
    throw new ArtifactError(
      'foreign',
      `this is no model of XGBoost in JSON or UBJSON${looksLike(source)}. Save it as such, save_model("model.json")`,
    );
  }
  if (typeof source !== 'string') {
    const [, second] = source;
    if (!' \t\r\n"}'.includes(String.fromCharCode(second ?? code('}')))) return parseUbjson(source);
  }
  return parseJson(typeof source === 'string' ? source : new TextDecoder().decode(source));
}

function checkVersion(file: Fields): void {
  const version = file.numbers('version');
  if (version.length !== 3) throw damagedModel(NAME, 'no version of three numbers');
  if (version[0] >= OLDEST && version[0] <= NEWEST) return;
  throw new ArtifactError(
    'version',
    `this model is of XGBoost ${Array.from(version).join('.')}: versions ${OLDEST} to ${NEWEST} can be read`,
  );
}

/**
 * The starting value of each output's sum: the file's global bias, one value or one a class, is a
 * prediction and not a margin.
 */
function readBase(
  parameters: Fields,
  margin: XgboostObjective['margin'],
  outputs: number,
): Float64Array<ArrayBuffer> {
  const text = parameters.text('base_score');
  const scores = text.replace(/^\[(.*)\]$/, '$1').split(',', MOST_CLASSES + 1);
  const base = scores.map((score) =>
    Math.fround(margin(Math.fround(score.trim() === '' ? NaN : Number(score)))),
  );
  if (!base.every(Number.isFinite) || (base.length !== 1 && base.length !== outputs)) {
    throw damagedModel(NAME, `a base_score that isn't one of its objective`);
  }
  return Float64Array.from({ length: outputs }, (_, o) => base[base.length === 1 ? 0 : o]);
}

function addTrees(booster: Fields, builder: ForestBuilder): void {
  const name = booster.text('name');
  if (name !== 'gbtree' && name !== 'dart') {
    throw unsupportedModel(NAME, `is of the booster '${name}'; known are gbtree and dart`);
  }
  // Dropout leaves each tree with a weight.
  const model = (name === 'dart' ? booster.fields('gbtree') : booster).fields('model');
  const trees = model.list('trees');
  const outputs = model.numbers('tree_info', trees.length);
  const weights = name === 'dart' ? booster.numbers('weight_drop', trees.length) : undefined;
  trees.forEach((tree, i) => {
    const weight = weights === undefined ? 1 : Math.fround(weights[i]);
    builder.add(readXgboostTree(Fields.of(NAME, tree, `trees[${i}]`), weight), outputs[i]);
  });
}

function code(character: string): number {
  return character.charCodeAt(0);
}

/**
 * Numbers that JSON lacks, as XGBoost writes them, and JSON that parses to the like: NaN becomes
 * null.
 */
const SPECIAL = [
  ['NaN', 'null'],
  ['Infinity', '1e999'],
] as const;

/** @throws ArtifactError `damaged` */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(withoutSpecials(text));
  } catch (cause) {
    throw damagedModel('xgboost', 'no whole JSON', { cause });
  }
}

function withoutSpecials(text: string): string {
  if (!SPECIAL.some(([special]) => text.includes(special))) return text;
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (quoted) i += character === '\\' ? 1 : 0;
    else {
      const found = SPECIAL.find(([special]) => text.startsWith(special, i));
      if (found === undefined) continue;
      parts.push(text.slice(from, i), found[1]);
      i += found[0].length - 1;
      from = i + 1;
    }
  }
  return `${parts.join('')}${text.slice(from)}`;
}
