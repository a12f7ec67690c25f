import { checkKeys, checkTolerance, checkWhole, show } from '../../../check.js';
import { OptionError } from '../../../errors.js';
import type { BatchingOptions } from '../../../run/runtime/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import { type Load, loadPackage } from '../../../util/packages.js';
import { type AdapterClassOptions, type AdapterOptions, fileName, trainedBy } from '../adapter.js';
import { type Costed, phaseCosts, type TimedCalls } from '../phaseCosts.js';
import type { TrainedModel, TrainedRegression } from '../trained.js';
import { isNetwork } from './network.js';
import { isSavedModel } from './savedModel.js';
import { networkScorer } from './serve.js';
import { Session } from './session.js';
import { checkRuns, sourceOf } from './source.js';
import { loadTf } from './tf.js';
import type { BackendName, BackendReport, TfjsNetwork, TfjsSavedModel } from './types.js';

/** Options of `tfjsModel`. */
export interface TfjsOptions extends AdapterOptions {
  /** The output that holds the scores. @defaultValue the only one */
  readonly output?: string;
  /** @defaultValue the best that works here */
  readonly backend?: BackendName;
  /** Rows that are run at a time. @defaultValue 256 */
  readonly batch?: number;
  /** Gathers rows of concurrent calls. @defaultValue each call is run by itself */
  readonly batching?: BatchingOptions;
  /** TensorFlow.js, if the model comes from another package than `@tensorflow/tfjs-core`. */
  readonly tf?: object;
}

/** Options of `tfjsModel` for a model of classes. */
export interface TfjsClassOptions<L> extends TfjsOptions, AdapterClassOptions<L> {}

/** A trained model with what `tfjsModel` adds. */
export interface OnTfjs extends Closable, Costed {
  /** The backend that runs it, and why. */
  readonly backend: BackendReport;
}

const KNOWN = [
  ...['classes', 'scores', 'inputs', 'output', 'backend', 'batch', 'batching', 'tf'],
  ...['name', 'fingerprint', 'price', 'tolerance', 'fittedOn'],
];

/**
 * A model of TensorFlow.js: a `tf.LayersModel` or `tf.GraphModel`, the path of its `model.json`, a
 * SavedModel of tfjs-node, or the path of its folder. It is a classifier if `classes` are given,
 * else a regressor.
 *
 * It runs on the best backend that works here: tfjs-node-gpu, tfjs-node, WebGPU (through the
 * package `webgpu`) on a GPU, WebAssembly, plain JavaScript (see `backend`). All of tfjs is an
 * optional peer. A model that is given is never changed or disposed of. A run that fails rejects
 * with a ModelError; after a lost GPU the next run restarts the backend.
 *
 * Its `fingerprint` is `sha256:` and a hash of topology and weights (of the files, for a folder), the backend and the
 * types of the inputs. A SavedModel that is loaded already doesn't tell its content, and needs one of yours.
 *
 * @param load how packages are imported; only tests have a reason to give it
 * @throws MissingPackage without tfjs; BackendError where none works, or the requested one doesn't; ArtifactError for
 *   a file that isn't there or is no model; OptionError for inputs, outputs or classes that don't fit it
 *
 * @example
 * const full = await tfjsModel(network, { classes: ['ham', 'spam'], inputs: 'embedding', scores: 'logits' });
 * full.backend; // { name: 'wasm', reason: 'WebAssembly, with SIMD; …', tried: […] }
 */
export function tfjsModel<const L>(
  model: TfjsNetwork | TfjsSavedModel | string,
  options: TfjsClassOptions<L>,
  load?: Load,
): Promise<TrainedModel<L> & OnTfjs>;
export function tfjsModel(
  model: TfjsNetwork | TfjsSavedModel | string,
  options?: TfjsOptions,
  load?: Load,
): Promise<TrainedRegression & OnTfjs>;
export async function tfjsModel<L>(
  model: TfjsNetwork | TfjsSavedModel | string,
  options: TfjsOptions & Partial<TfjsClassOptions<L>> = {},
  load: Load = loadPackage,
): Promise<(TrainedModel<L> | TrainedRegression) & OnTfjs> {
  checkKeys(options, KNOWN);
  if (typeof model !== 'string' && !isNetwork(model) && !isSavedModel(model)) {
    throw new OptionError(
      'model',
      `expected a LayersModel, a GraphModel, a SavedModel or a path, got ${show(model)}`,
    );
  }
  const { classes, batch = 256, price, batching, tolerance, fittedOn } = options;
  const { name = typeof model === 'string' ? fileName(model) : 'tfjs' } = options;
  checkTolerance('tolerance', tolerance);
  checkWhole('batch', batch, 1);
  const tf = await loadTf(options.tf, load);
  const source = await sourceOf(model, name);
  if (source.hash === undefined && options.fingerprint === undefined) {
    throw new OptionError(
      'fingerprint',
      'a SavedModel that is loaded already doesn’t tell its content: pass its folder, or a fingerprint of yours',
    );
  }
  checkRuns(source, options.backend);
  const session = await Session.open(tf, load, options.backend, source);
  const {
    binding,
    score,
    options: stated,
  } = networkScorer(session, {
    name,
    inputs: options.inputs,
    output: options.output,
    labels: classes,
    scores: options.scores,
    batch,
  });
  const { backend } = session;
  const fingerprint = options.fingerprint ?? `${source.hash} ${backend.name} ${binding.types}`;
  const adapted = {
    name,
    fingerprint,
    options: stated,
    reads: binding.reads,
    readsRows: binding.readsRows,
    price,
    tolerance,
    fittedOn,
    score,
    ...closable(async () => session.close()),
  };
  const { name: chosen, reason, tried } = backend;
  const width = classes?.length ?? 1;
  const calls: TimedCalls = {
    score: (blocks) => score(blocks, new Float64Array(blocks[0].rows * width)),
    transfer: (blocks) => session.transfer(binding.tensors(blocks)),
    firstCall: () => session.first,
  };
  return {
    ...trainedBy(adapted, classes, batching),
    backend: { name: chosen, reason, tried },
    costs: (blocks, options = {}) => phaseCosts(calls, blocks, options),
  };
}
