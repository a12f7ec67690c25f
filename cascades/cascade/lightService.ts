import {
  type Answered,
  type AnsweredOne,
  type Engine,
  type RunOptions,
  runAsync,
  runSync,
  serveRows,
} from '../../lib/run/runtime/index.js';
import type { PredictOptions } from './answers.js';
import { longestWait, type Watch, type WatchedAnswer } from './health.js';
import type { RowCheck } from './rowCheck.js';

type CallOptions = Omit<PredictOptions, 'mode'>;

/**
 * `Service` (service.ts) as `spillway/runtime` has it: one engine for batches and single rows, without counters and
 * channels. The answers are the same.
 */
export class Service<Row> {
  constructor(
    private readonly engine: Engine<Row>,
    private readonly watch: Watch,
    private readonly check?: RowCheck<Row>,
  ) {}

  async run(rows: readonly Row[], call: CallOptions): Promise<WatchedAnswer<Answered>> {
    const [begun, patience] = this.begin(rows, call, false);
    try {
      const answered = await runAsync(serveRows(this.engine, rows.slice(), optionsOf(call)));
      return { answered, impaired: this.watch.ended(begun, patience, answered) };
    } catch (error) {
      if (!call.signal?.aborted) this.watch.failed(patience, error);
      throw error;
    }
  }

  runSync(rows: readonly Row[], call: CallOptions): WatchedAnswer<Answered> {
    const [begun, patience] = this.begin(rows, call, true);
    try {
      const options = { ...optionsOf(call), atOnce: true };
      const answered = runSync(serveRows(this.engine, rows, options), 'a feature or model');
      return { answered, impaired: this.watch.ended(begun, patience, answered) };
    } catch (error) {
      if (!call.signal?.aborted) this.watch.failed(patience, error);
      throw error;
    }
  }

  async one(row: Row, call: CallOptions): Promise<WatchedAnswer<AnsweredOne>> {
    return first(await this.run([row], call));
  }

  oneSync(row: Row, call: CallOptions): WatchedAnswer<AnsweredOne> {
    return first(this.runSync([row], call));
  }

  private begin(
    rows: readonly Row[],
    { deadlineMs }: CallOptions,
    atOnce: boolean,
  ): [begun: number, patience: number] {
    this.check?.all(rows);
    const patience = longestWait(deadlineMs, atOnce);
    return [this.watch.begin(patience), patience];
  }
}

function optionsOf({ onFault = 'throw', deadlineMs, signal, cached }: CallOptions): RunOptions {
  return { onFault, deadlineMs, signal, cached };
}

function first({ answered, impaired }: WatchedAnswer<Answered>): WatchedAnswer<AnsweredOne> {
  const { answers, scores, exits, degraded, faults } = answered;
  return {
    answered: { answer: answers[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults },
    impaired,
  };
}
