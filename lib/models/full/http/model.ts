import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkPositive,
  checkSignal,
  checkTolerance,
  checkWhole,
  show,
} from '../../../check.js';
import type { Block } from '../../../data/blocks/index.js';
import { ModelError, OptionError } from '../../../errors.js';
import type { ScoreContext } from '../../../learn/learners/index.js';
import { type Fetch, HttpClient, inputTensors } from '../../../protocol/client/index.js';
import { writeInferRequest } from '../../../protocol/messages/index.js';
import { type BatchingOptions, systemTimer, type Timer } from '../../../run/runtime/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import { type AdapterClassOptions, type AdapterOptions, trainedBy } from '../adapter.js';
import { isElements } from '../elements.js';
import { Binding, type Fed } from '../inputs.js';
import { type Costed, costed } from '../phaseCosts.js';
import { outputNamed, scoringOf, writeScores } from '../scores.js';
import type { TrainedModel, TrainedRegression } from '../trained.js';
import { declaredOf, outputValues, protocolInputs } from './tensors.js';

/** Options of `httpModel`. */
export interface HttpOptions extends AdapterOptions {
  /** The model's name at the server. */
  readonly model: string;
  /** @defaultValue the highest that the server lists; without a list, whichever it serves */
  readonly version?: string;
  /** The output that holds the scores. @defaultValue the only one, or `probabilities` */
  readonly output?: string;
  /** Milliseconds for an answer, retries and their waits included. @defaultValue 10000 */
  readonly timeoutMs?: number;
  /** Tries after the first, where the server can't be reached or is busy (429, 502, 503, 504). @defaultValue 2 */
  readonly retries?: number;
  /** Sent with every request. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether tensors are sent as bytes instead of JSON. @defaultValue whether the server announces
   * support
   */
  readonly binary?: boolean;
  /** How rows are gathered into requests. @defaultValue at most 256 rows each, 4 requests at once */
  readonly batching?: BatchingOptions;
  /** Aborts the requests for the model's metadata; not those of `score`. */
  readonly signal?: AbortSignal;
  /** In place of the global one. @defaultValue `fetch` */
  readonly fetch?: Fetch;
  /** Uniform in [0, 1), for the waits before retries. @defaultValue Math.random: clients must not wait alike */
  readonly random?: () => number;
  /** Supplies waits and the time; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/** Options of `httpModel` for a model of classes. */
export interface HttpClassOptions<L> extends HttpOptions, AdapterClassOptions<L> {}

const KNOWN = [
  ...['model', 'version', 'classes', 'scores', 'inputs', 'output', 'binary', 'batching'],
  ...['timeoutMs', 'retries', 'headers', 'signal', 'fetch', 'random', 'timer'],
  ...['name', 'fingerprint', 'price', 'tolerance', 'fittedOn'],
];

/** Concurrent requests. */
const CONCURRENT = 4;

/**
 * A model on a server that implements the Open Inference Protocol, version 2: Triton, KServe,
 * MLServer, TensorFlow Serving through its adapter. It is a classifier if `classes` are given, else
 * a regressor. Its inputs, outputs and versions are requested when it is made.
 *
 * Rows of concurrent calls are gathered into requests. A request is tried again, after a wait with full jitter, where
 * the server can't be reached, cuts the connection or is busy, as long as retries don't exceed a tenth of its
 * answers; any other status is an error at once.
 *
 * `close` aborts pending requests.
 *
 * Its `fingerprint` is `model@version` and the server's platform.
 *
 * @param url of the server, without `/v2`
 * @throws ServerError, whose `reason` is why there is no usable answer, when it is made and from
 * `score`; ModelError from `score` for NaN and infinities that would be sent as JSON; OptionError
 * for inputs, outputs or classes that don't fit the model
 *
 * @example
 * const full = await httpModel('http://localhost:8000', { model: 'mail', classes: ['ham', 'spam'], inputs: 'embedding' });
 */
export function httpModel<const L>(
  url: string,
  options: HttpClassOptions<L>,
): Promise<TrainedModel<L> & Closable & Costed>;
export function httpModel(url: string, options: HttpOptions): Promise<TrainedRegression & Closable & Costed>;
export async function httpModel<L>(
  url: string,
  options: HttpOptions & Partial<HttpClassOptions<L>>,
): Promise<(TrainedModel<L> | TrainedRegression) & Closable & Costed> {
  checkOptions(url, options);
  const { model, classes, name = model, signal, price, tolerance, fittedOn } = options;
  const timer = options.timer ?? systemTimer;
  const { headers, timeoutMs, retries, random, fetch } = options;
  const own = { headers, timeoutMs, retries, random, fetch, binary: options.binary, timer };
  const client = new HttpClient(url, own, name);
  const metadata = await client.metadata({ model, version: options.version, signal });
  // Named, so that the server can't change it unnoticed.
  const version = options.version ?? latest(metadata.versions);
  const binary = await client.readsBinary({ signal });
  const binding = new Binding(name, options.inputs, metadata.inputs.map(declaredOf));
  const answered = outputNamed(metadata.outputs, options.output);
  refuseReordered(classes, answered.labels);
  const output = declaredOf(answered);
  const scoring = scoringOf(name, classes, options.scores, output);

  const outputs = [{ name: output.name }];
  const feed = (blocks: readonly Block[]) => {
    const fed = binding.tensors(blocks);
    if (!binary) checkJson(name, fed);
    return protocolInputs(fed);
  };
  const write = (blocks: readonly Block[]) => {
    writeInferRequest({ inputs: inputTensors(feed(blocks)), outputs }, binary);
  };
  const run = async (blocks: readonly Block[], out: Float64Array, context: ScoreContext = {}) => {
    const { signal, onRetry } = context;
    const again = onRetry && (() => onRetry(blocks[0].rows));
    const inputs = feed(blocks);
    const answer = await client.infer({ model, version, inputs, outputs, signal, onRetry: again });
    const { shape, values } = outputValues(name, answer, output.name);
    writeScores(scoring, output.name, shape, values, blocks[0].rows, out);
  };
  const fingerprint =
    options.fingerprint ?? [`${model}@${version ?? 'served'}`, metadata.platform].filter(Boolean).join('/');
  const { score, costs } = costed(run, write, classes?.length ?? 1);
  const adapted = {
    name,
    fingerprint,
    options: { inputs: binding.stated, output: output.name, scores: scoring.kind },
    reads: binding.reads,
    readsRows: binding.readsRows,
    price,
    tolerance,
    fittedOn,
    score,
    ...closable(() => client.close()),
  };
  const trained = trainedBy(adapted, classes, { concurrent: CONCURRENT, timer, ...options.batching });
  return { ...trained, costs, waits: true };
}

/** @throws ModelError for what JSON doesn't have: it would be sent as null */
function checkJson(model: string, fed: readonly Fed[]): void {
  for (const { name, shape, elements } of fed) {
    if (!isElements(elements)) continue;
    const at = elements.findIndex(
      (element: number | bigint) => typeof element === 'number' && !Number.isFinite(element),
    );
    if (at < 0) continue;
    const width = elements.length / shape[0];
    throw new ModelError(
      model,
      `input '${name}' holds ${elements[at]} (row ${Math.floor(at / width)}, column ${at % width}), which JSON can't: take a server ` +
        'that has the extension binary_tensor_data (binary: true), or a number of your own in place of missing ones',
    );
  }
}

function checkOptions(url: string, options: HttpOptions): void {
  if (typeof url !== 'string' || !/^https?:\/\//.test(url)) {
    throw new OptionError('url', `expected http:// or https:// and a server, got ${show(url)}`);
  }
  checkKeys(options, KNOWN);
  checkTolerance('tolerance', options.tolerance);
  checkSignal(options.signal);
  const { model, version, timeoutMs, retries, fetch, random } = options;
  if (typeof model !== 'string' || model === '') {
    throw new OptionError('model', `expected the model's name at the server, got ${show(model)}`);
  }
  if (version !== undefined && (typeof version !== 'string' || version === '')) {
    throw new OptionError('version', `expected text such as '3', got ${show(version)}`);
  }
  if (timeoutMs !== undefined) checkPositive('timeoutMs', timeoutMs, 'milliseconds above 0');
  if (retries !== undefined) checkWhole('retries', retries, 0);
  if (options.binary !== undefined) checkFlag('binary', options.binary);
  if (fetch !== undefined) checkFunction('fetch', fetch);
  if (random !== undefined) checkFunction('random', random);
}

/** @throws OptionError for the server's own labels in another order: each class would have another's scores */
function refuseReordered(
  classes: readonly unknown[] | undefined,
  labels: readonly unknown[] | undefined,
): void {
  if (classes === undefined || labels === undefined || classes.length !== labels.length) return;
  const isSame = classes.every((each, i) => each === labels[i]);
  if (isSame || !classes.every((each) => labels.includes(each))) return;
  throw new OptionError(
    'classes',
    `the server's scores are of ${labels.map(show).join(', ')}, in this order: give classes in the same`,
  );
}

/** Versions are numbers as a rule. */
function latest(versions: readonly string[]): string | undefined {
  return [...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
