import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkOneOf,
  checkPrice,
  checkTolerance,
  checkWhole,
  show,
} from '../../../check.js';
import type { Block } from '../../../data/blocks/index.js';
import { ModelError, OptionError, SpillwayError } from '../../../errors.js';
import type { FittedOn, ScoreContext } from '../../../learn/learners/index.js';
import { type BatchingOptions, microBatch, systemTimer, type Timer } from '../../../run/runtime/index.js';
import { errorText } from '../../../util/errorText.js';
import { blockRows } from '../rowInputs.js';
import type { ScoreKind } from '../scores.js';
import type { TrainedModel, TrainedRegression } from '../trained.js';
import { type RowProbabilities, writeAnswers } from './answers.js';

/** What a function of rows gets beside them. */
export interface RowsContext {
  /** Aborted when the answers aren't needed any more, or would come too late. */
  readonly signal: AbortSignal;
  /**
   * To be called with the number of rows before they are paid for once more, in a retry. Throws where no more may be
   * spent.
   */
  readonly onRetry: (rows: number) => void;
  /** Which time these rows are asked about on purpose, from 0 on: see `ScoreContext.ask`. */
  readonly ask: number;
}

interface CommonOptions {
  /** Its name in errors, summaries and plans. */
  readonly name: string;
  /**
   * What identifies the model behind the function: a cascade that was made with another one is void. @defaultValue
   * its name
   */
  readonly fingerprint?: string;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** See `Model.tolerance`: batches of other sizes may give other last bits. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** See `Model.varies`. @defaultValue false */
  readonly varies?: boolean;
  /** See `Model.fittedOn`. */
  readonly fittedOn?: FittedOn | undefined;
  /** The most rows of a call, or how rows of concurrent calls are gathered: see `microBatch`. @defaultValue 256 */
  readonly batch?: number | BatchingOptions;
  /**
   * Milliseconds after which a call is given up. Its signal is aborted, and its rows fail with a ModelError.
   * @defaultValue 1_800_000, half an hour
   */
  readonly timeoutMs?: number;
  /** The timer behind `timeoutMs`; tests pass their own. @defaultValue the process's own */
  readonly timer?: Timer;
}

/** Options of `fromRows` for a model of numbers. */
export interface FromRowsOptions<Row> extends CommonOptions {
  /** None: numbers have no labels. */
  readonly labels?: undefined;
  /** Gets rows, and returns a number for each, in their order. */
  readonly score: (
    rows: readonly Row[],
    context: RowsContext,
  ) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** Options of `fromRows` for a model of classes. */
export interface FromRowsClassOptions<Row, L> extends CommonOptions {
  /** The labels of its classes 0, 1, … */
  readonly labels: readonly L[];
  /** The kind of its numbers. @defaultValue probabilities */
  readonly scores?: ScoreKind;
  /** Gets rows, and returns the probabilities of each, in their order. */
  readonly score: (
    rows: readonly Row[],
    context: RowsContext,
  ) => RowProbabilities<L> | Promise<RowProbabilities<L>>;
}

const KNOWN = [
  ...['name', 'labels', 'score', 'scores', 'batch', 'timeoutMs', 'timer'],
  ...['fingerprint', 'price', 'tolerance', 'varies', 'fittedOn'],
];

const TIMEOUT = 1_800_000;
/** The longest that a timer of Node's can wait. */
const LONGEST = 2 ** 31 - 1;

/**
 * A full model from any function of your own rows, which reads no feature: a transformer with its tokenizer, a graph
 * with ragged inputs, a service. It is a model of classes where `labels` are given, else of numbers. `pretrained` of
 * it is a learner for a stage between cheap features and the full model.
 *
 * For each row the function returns a number, or the probabilities of all labels: an array in their order, an object
 * by label, or a list of `{ label, score }`; or one Float32Array or Float64Array of rows x labels. A row's sum must
 * lie within .05 of 1. NaN in a row means that it has no answer: the policy for faults answers it, and while tuning
 * it is an error that names the row.
 *
 * Rows of concurrent calls are gathered. `tune` asks for each row once, and for at most 160 rows again (a stage:
 * 192), alone and a few at a time, to see that a row's answer doesn't depend on its batch. It never runs the function
 * just to measure its cost: the calls that are made anyway are timed.
 *
 * @returns a model; it rejects with a ModelError, which names the row where one is to blame, for answers that are
 *   none, a function that throws, and one that takes longer than `timeoutMs`
 * @throws OptionError
 *
 * @example
 * const full = fromRows({
 *   name: 'sentiment', labels: ['negative', 'positive'], fingerprint: 'distilbert-sst2@1',
 *   score: async (rows: readonly Review[], { signal }) => classify(rows.map(({ text }) => text), signal),
 * });
 */
export function fromRows<Row, const L>(options: FromRowsClassOptions<Row, L>): TrainedModel<L>;
export function fromRows<Row>(options: FromRowsOptions<Row>): TrainedRegression;
export function fromRows<Row, L>(
  options: FromRowsClassOptions<Row, L> | FromRowsOptions<Row>,
): TrainedModel<L> | TrainedRegression {
  checkOptions(options);
  const { name, labels, fingerprint, price, tolerance, varies, fittedOn, batch = {} } = options;
  const kind = 'scores' in options && options.scores !== undefined ? options.scores : 'probabilities';
  const common = {
    name,
    readsRows: true,
    options: { scores: labels === undefined ? 'numbers' : kind },
    ...(fingerprint !== undefined && { fingerprint }),
    ...(price !== undefined && { price }),
    ...(tolerance !== undefined && { tolerance }),
    ...(varies && { varies }),
    ...(fittedOn !== undefined && { fittedOn }),
    score: scoreOf(options, kind),
  };
  const batching = typeof batch === 'number' ? { maxRows: batch } : batch;
  return labels === undefined
    ? microBatch({ ...common, task: 'regression' as const, classes: 1 }, batching)
    : microBatch({ ...common, labels, classes: labels.length }, batching);
}

function scoreOf<Row, L>(options: FromRowsClassOptions<Row, L> | FromRowsOptions<Row>, kind: ScoreKind) {
  const { name: model, labels, timeoutMs = TIMEOUT, timer = systemTimer } = options;
  return async (blocks: readonly Block[], out: Float64Array, context: ScoreContext = {}): Promise<void> => {
    // A copy: the function may sort it, and the batch is others' too.
    const rows = blockRows(model, blocks).slice() as Row[]; // They are the user's own, as his features get them.
    const { length } = rows;
    const answers = await within(timer, timeoutMs, model, length, context, (own) => options.score(rows, own));
    writeAnswers({ model, labels, kind }, answers, length, out);
  };
}

/** Runs the function until it answers, the caller's signal is aborted, or time is up. */
function within<Answers>(
  timer: Timer,
  timeoutMs: number,
  model: string,
  rows: number,
  { signal, onRetry = () => {}, ask = 0 }: ScoreContext,
  run: (context: RowsContext) => Answers | Promise<Answers>,
): Promise<Answers> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (error: unknown) => {
      reject(error);
      stop.abort(error);
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const callOff = timer.after(timeoutMs, () =>
      end(
        new ModelError(
          model,
          `had no answers to ${rows} rows after ${timeoutMs} ms: have 'score' end in time, give it fewer ` +
            `rows ('batch'), or raise 'timeoutMs'`,
        ),
      ),
    );
    const over = () => {
      callOff();
      signal?.removeEventListener('abort', abort);
    };
    Promise.resolve()
      .then(() => run({ signal: stop.signal, onRetry, ask }))
      .then(resolve, (error: unknown) => reject(failed(model, error)))
      .finally(over);
  });
}

/** An error of ours passes through, as of a price that is spent. */
function failed(model: string, error: unknown): unknown {
  if (error instanceof SpillwayError) return error;
  const why = errorText(error);
  return new ModelError(model, `failed: ${why}`, { cause: error });
}

function checkOptions(options: FromRowsClassOptions<never, unknown> | FromRowsOptions<never>): void {
  if (typeof options !== 'object' || options === null) {
    throw new OptionError('options', `expected { name, labels, score }, got ${show(options)}`);
  }
  checkKeys(options, KNOWN);
  const { name, labels, score, batch, timeoutMs, fingerprint, price, tolerance, varies } = options;
  if (typeof name !== 'string' || name === '') {
    throw new OptionError('name', `expected the model's name, got ${show(name)}`);
  }
  checkFunction('score', score);
  if (labels !== undefined) {
    if (!Array.isArray(labels) || labels.length < 2 || new Set(labels.map(String)).size !== labels.length) {
      throw new OptionError('labels', `expected at least 2 different ones, got ${show(labels)}`);
    }
  }
  if ('scores' in options && options.scores !== undefined) {
    if (labels === undefined)
      throw new OptionError('scores', "is for classes; a model without 'labels' gives numbers");
    checkOneOf('scores', options.scores, ['probabilities', 'logits']);
  }
  if (typeof batch === 'number') checkWhole('batch', batch, 1);
  else if (batch !== undefined && (typeof batch !== 'object' || batch === null)) {
    throw new OptionError(
      'batch',
      `expected the most rows of a call, or options of microBatch, got ${show(batch)}`,
    );
  }
  if (timeoutMs !== undefined) checkWhole('timeoutMs', timeoutMs, 1, LONGEST);
  if (fingerprint !== undefined && (typeof fingerprint !== 'string' || fingerprint === '')) {
    throw new OptionError('fingerprint', `expected text that identifies the model, got ${show(fingerprint)}`);
  }
  checkPrice(price);
  checkTolerance('tolerance', tolerance);
  if (varies !== undefined) checkFlag('varies', varies);
}
