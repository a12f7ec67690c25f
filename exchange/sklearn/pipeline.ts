import { checkKeys, checkOneOf, show } from '../../lib/check.js';
import { decode } from '../../lib/data/artifact/index.js';
import type { Block } from '../../lib/data/blocks/index.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { define, type FeatureSet, RowView } from '../../lib/features/define/index.js';
import type { FittedOn } from '../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../lib/models/full/index.js';
import { fileContent } from '../content.js';
import { damagedModel, Fields } from '../fields.js';
import { featureOfNode } from './feature.js';
import { fingerprintOf } from './fingerprint.js';
import { readFittedOn } from './fittedOn.js';
import { PipelineGraph } from './graph.js';
import { readDecision, readLabels, type SklearnLabel } from './labels.js';
import { NodeFields, PIPELINE } from './node.js';
import { ColumnReader, readRowKind } from './rows.js';
import { type AnswerRows, checkSample, readSample } from './sample.js';
import type { AnswerParts } from './tail.js';
import { fromBlock } from './values.js';

/** Options of `sklearnPipeline`. */
export interface PipelineOptions<L> {
  /** The labels of the model's classes, as a check and for their types. @defaultValue those of the file */
  readonly labels?: readonly L[];
  /**
   * What is expected of the file; 'features', which has to be said, for one that was exported with `partial` and whose
   * model was left out. @defaultValue whatever model it holds, which types take for a classifier
   */
  readonly task?: 'classification' | 'regression' | 'features';
}

/** A branch, or the model, that `export(…, partial=True)` left out. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

/** The readable branches of a pipeline whose model was left out. */
export interface PipelineFeatures {
  /** A feature for each input of the last concatenation, named as in the pipeline. */
  readonly features: FeatureSet<unknown>;
  readonly leftOut: readonly LeftOut[];
  /** The rows that the pipeline was fitted on, where the file has them: for a full model of yours over its parts. */
  readonly fittedOn?: FittedOn;
}

/** A pipeline of scikit-learn, as `tune` takes it: `{ ...sklearnPipeline(file), rows, bound }`. */
export interface SklearnPipeline<Full> {
  /** A feature for each input of the last concatenation, named as in the pipeline. */
  readonly features: FeatureSet<unknown>;
  /**
   * The model over the features. Its `decision` is the threshold of a FixedThresholdClassifier or
   * TunedThresholdClassifierCV.
   */
  readonly full: Full;
}

const FORMAT = 1;

/**
 * A fitted pipeline of scikit-learn, from the file that `spillway.sklearn.export` of the Python package wrote:
 * a feature for each input of its last concatenation, and the model over them as the full model.
 *
 * Rows are objects by column name where the pipeline was fitted on a DataFrame, arrays where it was fitted on an
 * array, and texts where it starts at a text. Reading checks itself: rows of the sample are answered, and compared
 * with scikit-learn's own answers in the file.
 *
 * @param file its path, or its content
 * @throws ArtifactError for a file that is damaged, foreign, of a later version, or answers its sample differently;
 *   OptionError for labels or a task that the file doesn't have
 * @example
 * const cascade = await tune({ ...sklearnPipeline('mail.pipeline'), rows, bound: { epsilon: 0.01 } });
 */
export function sklearnPipeline<const L extends SklearnLabel = SklearnLabel>(
  file: string | Uint8Array,
  options?: PipelineOptions<L> & { readonly task?: 'classification' },
): SklearnPipeline<TrainedModel<L>>;
export function sklearnPipeline(
  file: string | Uint8Array,
  options: { readonly task: 'regression' },
): SklearnPipeline<TrainedRegression>;
export function sklearnPipeline(
  file: string | Uint8Array,
  options: { readonly task: 'features' },
): PipelineFeatures;
export function sklearnPipeline<L extends SklearnLabel>(
  file: string | Uint8Array,
  options: PipelineOptions<L> = {},
): SklearnPipeline<TrainedModel<L | SklearnLabel> | TrainedRegression> | PipelineFeatures {
  checkKeys(options, ['labels', 'task']);
  refusePickle(file);
  const { json, tensors } = decode(fileContent(file));
  const fields = Fields.of(PIPELINE, json);
  checkKind(fields);
  const named = new Map(Object.entries(tensors));
  const rowKind = readRowKind(fields.get('rows'));
  const reader = new ColumnReader(rowKind);
  const cut = fields.list('cut').map((each, at) => Fields.of(PIPELINE, each, `cut[${at}]`));
  const nodes = cut.map((each) => each.count('node'));
  const graph = new PipelineGraph(fields.list('nodes'), named, reader, nodes);
  const fingerprint = fingerprintOf(fields, named);
  const sample = readSample(fields, named, rowKind);
  const names = namesOf(cut);
  const fittedOn = readFittedOn(fields, named, reader);
  const task = taskOf(fields);
  if (options.task === undefined && task === 'features') throw new OptionError('task', aloneWords(fields));
  if (options.task !== undefined) {
    checkOneOf('task', options.task, ['classification', 'regression', 'features']);
    if (options.task !== task)
      throw new OptionError('task', `the file holds ${WORDS[task]}, not ${WORDS[options.task]}`);
  }
  const featuresOf = () => {
    const entries = names.map((name, at) => [
      name,
      featureOfNode(graph, nodes[at], name, fingerprint, sample?.rows[0]),
    ]);
    return define<unknown>(Object.fromEntries(entries));
  };
  if (task === 'features')
    return { features: featuresOf(), leftOut: readLeftOut(fields), ...(fittedOn && { fittedOn }) };
  const model = new NodeFields(fields.fields('model'), named, 'model/');
  const { outputs, answer } = graph.tail.answers(model);
  const common = {
    name: model.parameters.text('name'),
    reads: names,
    fingerprint,
    score: (blocks: readonly Block[], out: Float64Array) => answer(blocks.map(fromBlock), out),
    ...(fittedOn && { fittedOn }),
  };
  const labels = task === 'regression' ? [] : readLabels(fields, outputs, options.labels);
  if (task === 'regression' && outputs !== 1) throw model.damaged(`${outputs} numbers a row`);
  if (sample !== undefined) checkSample(sample, answersOf(graph, nodes, outputs, answer));
  const features = featuresOf();
  if (task === 'regression') {
    if (options.labels !== undefined)
      throw new OptionError('labels', 'the pipeline gives numbers, not classes: leave labels out');
    return { features, full: { ...common, task, classes: 1 } };
  }
  const decision = readDecision(fields, labels);
  const full = {
    ...common,
    labels,
    classes: labels.length,
    ...(decision !== undefined && { decision }),
  };
  return { features, full };
}

const WORDS = {
  classification: 'a classifier',
  regression: 'a regressor',
  features: 'features alone, since its model was left out',
};

/** @throws OptionError for a pickle */
function refusePickle(file: unknown): void {
  if (typeof file !== 'string' || !/\.(joblib|pkl|pickle)$/i.test(file)) return;
  throw new OptionError(
    'file',
    `'${file}' is a pickle, which only Python opens: there, write a file of it by ` +
      `spillway.sklearn.export(joblib.load('${file}'), 'model.pipeline')`,
  );
}

function namesOf(cut: readonly Fields[]): string[] {
  const names = cut.map((each) => each.text('name'));
  if (names.length === 0 || new Set(names).size !== names.length || names.includes('__proto__'))
    throw damagedModel(PIPELINE, `features named ${names.map(show).join(', ') || 'nothing'}`);
  return names;
}

function checkKind(fields: Fields): void {
  const kind = fields.get('kind');
  if (kind !== PIPELINE) {
    throw new ArtifactError(
      'foreign',
      `this file holds no pipeline of scikit-learn, but ${show(kind)}: write one by spillway.sklearn.export in Python`,
    );
  }
  const version = fields.count('version');
  if (version === FORMAT) return;
  throw new ArtifactError(
    'version',
    `the pipeline is of version ${version} and this release reads version ${FORMAT}: take the Python package that ` +
      'this release ships, or a newer release',
  );
}

function taskOf(fields: Fields): 'classification' | 'regression' | 'features' {
  if (fields.get('model') === null) return 'features';
  return fields.get('classes') === null ? 'regression' : 'classification';
}

function readLeftOut(fields: Fields): LeftOut[] {
  return fields.list('leftOut').map((each, at) => {
    const own = Fields.of(PIPELINE, each, `leftOut[${at}]`);
    return { path: own.text('path'), why: own.text('why') };
  });
}

function aloneWords(fields: Fields): string {
  const parts = readLeftOut(fields).map(({ path, why }) => `${path} was left out (${why})`);
  return `the file holds features alone: ${parts.join(', ') || 'the pipeline has no model'}; pass task: 'features'`;
}

function answersOf(
  graph: PipelineGraph,
  nodes: readonly number[],
  outputs: number,
  answer: AnswerParts,
): AnswerRows {
  return (rows) => {
    const view = RowView.of(rows);
    const out = new Float64Array(rows.length * outputs);
    const memory = new Map();
    answer(
      nodes.map((node) => graph.values(node, view, memory)),
      out,
    );
    return out;
  };
}
