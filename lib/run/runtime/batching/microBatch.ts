import { type Block, slice, stack } from '../../../data/blocks/index.js';
import { ModelError, OverloadError } from '../../../errors.js';
import { type Model, scoreInto } from '../../../learn/learners/index.js';
import { withRow } from '../withRow.js';
import { type Batch, BatchedCall } from './call.js';
import { type Batching, type BatchingOptions, batchingOf } from './options.js';
import { firstPace, isReady, paceAfter } from './pace.js';
import { Queue } from './queue.js';

/**
 * A model that answers concurrent calls in joint batches. Its answers are `model`'s; each call gets
 * its own rows' alone, independent of the others:
 *
 * - calls are taken in the order in which they come;
 * - an aborted call leaves at once, and a batch that no call waits for is aborted;
 * - a batch that fails fails its own calls, with the model's error, and no others;
 * - a call that would make too many rows wait is refused.
 *
 * A batch is sent when it is full, when as many rows wait as recently came together, or when its
 * first call has waited long enough; while the model works on one, the next gathers. With `p99Ms`,
 * batch size and wait adapt to that objective.
 *
 * @param model a plain object, as adapters make them; it may answer at once or with a promise
 * @returns a copy of the model that is otherwise the same
 * @throws OptionError for an option that is unknown or out of its range. Calls reject with an
 * OverloadError, the signal's reason, or the model's error.
 *
 * @example
 * const full = microBatch(await onnxModel('model.onnx', { classes }), { p99Ms: 20 });
 */
export function microBatch<M extends Model>(model: M, options: BatchingOptions = {}): M {
  const batcher = new Batcher(model, batchingOf(options));
  return { ...model, score: batcher.score };
}

class Batcher {
  private readonly queue = new Queue();
  private pace;
  private underWay = 0;
  /** Calls off the next look at the queue. */
  private callOff: (() => void) | undefined;
  private isLookSoon = false;

  constructor(
    private readonly model: Model,
    private readonly batching: Batching,
  ) {
    this.pace = firstPace(batching);
  }

  readonly score: Model['score'] = (blocks, out, { signal, onRetry, ask = 0 } = {}) => {
    const { name, classes } = this.model;
    const { maxQueued, timer } = this.batching;
    if (blocks.length === 0) return Promise.reject(new ModelError(name, 'got no blocks'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const [{ rows }] = blocks;
    if (rows === 0) return Promise.resolve();
    const queued = this.queue.rows;
    if (queued > 0 && queued + rows > maxQueued)
      return Promise.reject(new OverloadError(name, queued, maxQueued));
    return new Promise<void>((resolve, reject) => {
      const call = new BatchedCall(blocks, out, classes, timer.now(), resolve, reject);
      call.onRetry = onRetry;
      call.ask = ask;
      this.queue.add(call);
      if (signal !== undefined) {
        const leave = () => this.drop(call, signal.reason);
        signal.addEventListener('abort', leave, { once: true });
        call.over = () => signal.removeEventListener('abort', leave);
      }
      this.lookSoon();
    });
  };

  /** A call that is to have no answer. */
  private drop(call: BatchedCall, error: unknown): void {
    call.fail(error);
    this.queue.remove(call);
    for (const batch of call.batches) {
      if (batch.pieces.every((piece) => piece.call.isOver)) batch.stop.abort(error);
    }
  }

  /** At the end of this turn, so that calls of one turn are batched together. */
  private lookSoon(): void {
    if (this.isLookSoon || this.underWay >= this.batching.concurrent) return;
    this.isLookSoon = true;
    this.lookAfter(0);
  }

  private lookAfter(milliseconds: number): void {
    this.callOff?.();
    this.callOff = this.batching.timer.after(milliseconds, () => {
      this.callOff = undefined;
      this.isLookSoon = false;
      this.look();
    });
  }

  /** Sends a batch that is ready. */
  private look(): void {
    const { concurrent, maxRows, timer } = this.batching;
    while (this.underWay < concurrent && this.queue.first !== undefined) {
      const waited = timer.now() - this.queue.first.since;
      if (!isReady(this.pace, this.queue.rows, waited)) {
        this.lookAfter(this.pace.waitMs - waited);
        return;
      }
      const pieces = this.queue.take(this.pace.rows, maxRows);
      const rows = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
      void this.run({ pieces, rows, stop: new AbortController() });
    }
  }

  private async run(batch: Batch): Promise<void> {
    const { pieces, rows, stop } = batch;
    const { classes } = this.model;
    const left = this.queue.rows;
    this.underWay++;
    for (const { call } of pieces) call.batches.push(batch);
    try {
      const scores = new Float64Array(rows * classes);
      const onRetry = () => {
        for (const { call, from, to } of pieces) call.onRetry?.(to - from);
      };
      const [{ call: first }] = pieces;
      const context = { signal: stop.signal, onRetry, ask: first.ask };
      await scoreInto(this.model, joined(batch), scores, context);
      let at = 0;
      for (const piece of pieces) {
        piece.call.answer(piece, scores, at);
        at += (piece.to - piece.from) * classes;
      }
      const slowestMs = this.batching.timer.now() - pieces[0].call.since;
      this.pace = paceAfter(this.pace, { rows, left, slowestMs }, this.batching);
    } catch (error) {
      let at = 0;
      for (const { call, from, to } of pieces) {
        const first = from - at;
        // A row of another call has no position in this one.
        const own = withRow(error, (row) =>
          row + first >= from && row + first < to ? row + first : undefined,
        );
        this.drop(call, own);
        at += to - from;
      }
    }
    this.underWay--;
    // Those who were answered may ask again before the next batch goes.
    if (this.queue.first !== undefined) this.lookSoon();
  }
}

/** The rows of all calls, one below the other. */
function joined({ pieces }: Batch): readonly Block[] {
  const [first] = pieces;
  return first.call.blocks.map((_, b) =>
    stack(pieces.map(({ call, from, to }) => slice(call.blocks[b], from, to))),
  );
}
