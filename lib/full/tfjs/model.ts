import { type Block, slice } from '../../blocks/index.js';
import { checkKeys, checkWhole, show } from '../../check.js';
import { ModelError, OptionError } from '../../errors.js';
import type { Model } from '../../learners/index.js';
import type { BatchingOptions } from '../../runtime/index.js';
import { type AdapterOptions, type Closable, trainedBy } from '../adapter.js';
import { Binding, type Inputs } from '../inputs.js';
import { type ScoreKind, type Scoring, scoringOf, writeScores } from '../scores.js';
import type { TrainedModel, TrainedRegression } from '../trained.js';
import type { BackendName, BackendReport } from './backends.js';
import { readArtifacts } from './file.js';
import { artifactsOf, contentHash, declared, isNetwork, type TfjsNetwork } from './network.js';
import { type Load, loadPackage } from './packages.js';
import { type Given, Session } from './session.js';
import { loadTf } from './tf.js';

export interface TfjsOptions extends AdapterOptions {
  /** The features that its inputs are made of. @defaultValue all, side by side, for a model of one input */
  readonly inputs?: Inputs;
  /** The output that holds the scores. @defaultValue the only one */
  readonly output?: string;
  /** @defaultValue the best that works here */
  readonly backend?: BackendName;
  /** Rows that are run at a time. @defaultValue 256 */
  readonly batch?: number;
  /** Gathers rows of concurrent calls. @defaultValue each call is run by itself */
  readonly batching?: BatchingOptions;
  /** TensorFlow.js, where the model comes from another package than `@tensorflow/tfjs-core`. */
  readonly tf?: object;
}

export interface TfjsClassOptions<L> extends TfjsOptions {
  /** What the model's class 0, 1, … stand for. */
  readonly classes: readonly L[];
  /** What the output's numbers are. Of two classes one number, the second's, is enough. @defaultValue probabilities */
  readonly scores?: ScoreKind;
}

/** What `tfjsModel` adds to a trained model. */
export interface OnTfjs extends Closable {
  /** What runs it, and why. */
  readonly backend: BackendReport;
}

/** What scoring takes. */
interface Scorer {
  readonly model: string;
  readonly session: Session;
  readonly binding: Binding;
  readonly scoring: Scoring;
  readonly output: { readonly place: number; readonly name: string };
}

const KNOWN = [
  ...['classes', 'scores', 'inputs', 'output', 'backend', 'batch', 'batching', 'tf'],
  ...['name', 'fingerprint', 'price'],
];

/**
 * A model of TensorFlow.js: a `tf.LayersModel` or `tf.GraphModel`, or the path of the `model.json` of one. Of classes where
 * `classes` are given, else of numbers.
 *
 * It runs on the best backend that works here: tfjs-node-gpu, tfjs-node, WebGPU (through the package `webgpu`) on a GPU,
 * WebAssembly, plain JavaScript; `backend` says which and why. All of tfjs is an optional peer. A model that is given is
 * never changed or disposed of. A run that fails rejects with a ModelError; after a lost GPU the next one starts anew.
 *
 * Its `fingerprint` is `sha256:` and a hash of topology and weights, the backend and the types of the inputs.
 *
 * @throws MissingPackage without tfjs; BackendError where none works, or not the one asked for; ArtifactError for a file that
 * isn't there or is no model; OptionError for inputs, outputs or classes that don't fit it
 *
 * @example
 * const full = await tfjsModel(network, { classes: ['ham', 'spam'], inputs: 'embedding', scores: 'logits' });
 * full.backend; // { name: 'wasm', reason: 'WebAssembly, with SIMD; …', tried: […] }
 */
export function tfjsModel<const L>(
  model: TfjsNetwork | string,
  options: TfjsClassOptions<L>,
  load?: Load,
): Promise<TrainedModel<L> & OnTfjs>;
export function tfjsModel(
  model: TfjsNetwork | string,
  options?: TfjsOptions,
  load?: Load,
): Promise<TrainedRegression & OnTfjs>;
export async function tfjsModel<L>(
  model: TfjsNetwork | string,
  options: TfjsOptions & Partial<TfjsClassOptions<L>> = {},
  load: Load = loadPackage,
): Promise<(TrainedModel<L> | TrainedRegression) & OnTfjs> {
  checkKeys(options, KNOWN);
  if (typeof model !== 'string' && !isNetwork(model)) {
    throw new OptionError('model', `expected a LayersModel, a GraphModel or a path, got ${show(model)}`);
  }
  const { classes, batch = 256, name = 'tfjs', price, batching } = options;
  checkWhole('batch', batch, 1);
  const tf = await loadTf(options.tf, load);
  const isFile = typeof model === 'string';
  const artifacts = isFile ? await readArtifacts(model) : await artifactsOf(model);
  const opened = { network: isFile ? undefined : model, artifacts, what: isFile ? model : name };
  const session = await Session.open(tf, load, options.backend, opened);
  const { inputs, outputs } = session.ports;
  const binding = new Binding(name, options.inputs, inputs.map(declared));
  const place = outputOf(
    outputs.map((port) => port.name),
    options.output,
  );
  const output = declared(outputs[place]);
  const scoring = scoringOf(name, classes, options.scores, output, 'classes');
  const { backend } = session;
  const fingerprint = options.fingerprint ?? `${contentHash(artifacts)} ${backend.name} ${binding.types}`;
  const score = scorer(
    { model: name, session, binding, scoring, output: { place, name: output.name } },
    batch,
  );
  const close = async () => session.close();
  const adapted = { name, fingerprint, reads: binding.reads, price, score, close };
  const { name: chosen, reason, tried } = backend;
  return { ...trainedBy(adapted, classes, batching), backend: { name: chosen, reason, tried } };
}

/** Scores rows batch by batch: at once where the backend answers so. */
function scorer({ model, session, binding, scoring, output }: Scorer, batch: number): Model['score'] {
  const run = (blocks: readonly Block[], out: Float64Array): void | Promise<void> => {
    const write = ({ shape, numbers }: Given) =>
      writeScores(scoring, output.name, shape, numbers, blocks[0].rows, out);
    const fed = binding.tensors(blocks);
    try {
      const given = session.run(fed, output.place);
      return given instanceof Promise
        ? given.catch((error) => failed(model, error)).then(write)
        : write(given);
    } catch (error) {
      throw error instanceof ModelError ? error : failed(model, error);
    }
  };
  return (blocks, out, { signal } = {}) => {
    const rows = blocks.length === 0 ? 0 : blocks[0].rows;
    const width = out.length / rows;
    return inBatches(rows, batch, (from, to) => {
      signal?.throwIfAborted();
      if (to - from === rows) return run(blocks, out);
      const part = blocks.map((block) => slice(block, from, to));
      return run(part, out.subarray(from * width, to * width));
    });
  };
}

function failed(model: string, error: unknown): never {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new ModelError(model, `TensorFlow.js failed: ${why}`, { cause: error });
}

/** Rows `from` … `to` - 1, one batch after the other: waits where one has to be waited for. */
function inBatches(
  rows: number,
  batch: number,
  run: (from: number, to: number) => void | Promise<void>,
  begin = 0,
): void | Promise<void> {
  for (let from = begin; from < rows; from += batch) {
    const waiting = run(from, Math.min(rows, from + batch));
    if (waiting !== undefined) return waiting.then(() => inBatches(rows, batch, run, from + batch));
  }
}

/** The place of the output with the scores. */
function outputOf(names: readonly string[], wanted: string | undefined): number {
  const place = wanted === undefined && names.length === 1 ? 0 : names.indexOf(wanted ?? '');
  if (place !== -1) return place;
  const what = wanted === undefined ? 'say which' : `the model has no '${wanted}'`;
  throw new OptionError('output', `${what}; it has ${names.join(', ')}`);
}
