import { recordOf } from '../../../lib/data/columns/index.js';
import { DeadlineError, OverloadError, ThreadError } from '../../../lib/errors.js';
import { forMany } from '../../../lib/util/abort.js';
import { systemTimer } from '../../../lib/util/timer.js';
import { type Crew, receivedError } from '../../../lib/util/workers/index.js';
import type { Answer, Answers, ExpectedCost, Label } from '../../types/index.js';
import { checkPredict, LONGEST_DEADLINE, type PredictOptions } from '../answers.js';
import type { CascadeReply, CascadeTask } from './messages.js';
import { checkSent, uncopied } from './rows.js';
import { joinedAnswers, sliceRows } from './slices.js';

/** Rows may take so many times as long as expected. */
const PATIENCE = 20;

/** Calls of a cascade, cut into slices for its threads. */
export class ThreadCalls<Row, L extends Label, Name extends string> {
  private readonly calls = new Map<Promise<unknown>, Call>();
  /** Rows of slices that no thread has begun. */
  private queued = 0;
  private isClosed = false;

  /** @param path what errors call the cascade */
  constructor(
    private readonly crew: Crew<CascadeTask<Row>, CascadeReply<L, Name>>,
    private readonly path: string,
    private readonly cost: ExpectedCost,
    private readonly limits: {
      readonly computeMs: number;
      readonly maxQueued: number;
      readonly drainMs: number;
    },
  ) {}

  async predict(rows: readonly Row[], options: PredictOptions = {}): Promise<Answers<L>> {
    checkPredict(rows, options);
    if (this.isClosed) throw new ThreadError('closed', `the threads of '${this.path}' were closed`);
    options.signal?.throwIfAborted();
    // Views of a table would arrive without it.
    const sent = rows.map((row) => recordOf(row));
    checkSent(sent);
    const call = new Call(options.signal, (count) => {
      this.queued += count;
    });
    const answers = this.answers(sent, options, call);
    this.calls.set(answers, call);
    return answers.finally(() => {
      call.end();
      this.calls.delete(answers);
    });
  }

  async predictOne(row: Row, options?: PredictOptions): Promise<Answer<L>> {
    const { labels, exits, degraded, shadow: _, ...same } = await this.predict([row], options);
    return { ...same, label: labels[0], exit: exits[0], degraded: degraded[0] === 1 };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const late = new ThreadError(
      'closed',
      `the threads of '${this.path}' were closed before they had answered`,
    );
    const callOff = systemTimer.after(this.limits.drainMs, () => {
      for (const call of this.calls.values()) call.stop(late);
    });
    await Promise.allSettled(this.calls.keys());
    callOff();
    await this.crew.close();
  }

  /** A call has as many slices under way as there are threads: so calls take turns. */
  private async answers(given: readonly Row[], options: PredictOptions, call: Call): Promise<Answers<L>> {
    const { signal: _, deadlineMs, ...sent } = options;
    const begun = performance.timeOrigin + performance.now();
    const deadline = deadlineMs === undefined ? undefined : { ms: deadlineMs, at: begun + deadlineMs };
    const size = sliceRows(given.length, this.crew.threads, this.cost);
    const { maxQueued } = this.limits;
    if (this.queued > 0 && this.queued + Math.min(given.length, this.crew.threads * size) > maxQueued)
      throw new OverloadError(this.path, this.queued, maxQueued);
    const rows = this.kept(given, this.crew.free * size);
    const parts = new Array<Answers<L>>(Math.max(1, Math.ceil(rows.length / size)));
    let next = 0;
    const turns = async () => {
      while (next < parts.length) {
        const slice = next++;
        const first = slice * size;
        const some = rows.slice(first, first + size);
        const task = { kind: 'rows', rows: some, first, options: sent, deadline } as const;
        parts[slice] = await this.slice(task, call);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.crew.threads, parts.length) }, turns));
      return joinedAnswers(parts);
    } catch (error) {
      next = parts.length;
      call.stop(error);
      throw isUncopied(error) ? (uncopied(rows) ?? error) : error;
    }
  }

  /** Rows as they are now. The first ones are copied to threads at once; the others may be changed while they wait. */
  private kept(rows: readonly Row[], sent: number): readonly Row[] {
    try {
      return [...rows.slice(0, sent), ...structuredClone(rows.slice(sent))];
    } catch (error) {
      throw uncopied(rows) ?? error;
    }
  }

  private async slice(
    task: Extract<CascadeTask<Row>, { readonly kind: 'rows' }>,
    call: Call,
  ): Promise<Answers<L>> {
    const { rows, deadline } = task;
    const expected = (this.cost.call + rows.length * this.cost.row) / 1_000;
    const limitMs = Math.min(LONGEST_DEADLINE, Math.max(this.limits.computeMs, PATIENCE * expected));
    call.wait(rows.length);
    const until = () => deadline && call.until(deadline);
    let callOff = until();
    const onBegin = () => {
      callOff?.();
      call.wait(-rows.length);
    };
    const onLost = () => {
      callOff = until();
      call.wait(rows.length);
    };
    const reply = await this.crew
      .run(task, { signal: call.signal, limitMs, onBegin, onLost })
      .catch((error: unknown) => {
        throw ofRows(error, task.first, rows.length);
      })
      .finally(() => callOff?.());
    if ('error' in reply) throw receivedError(reply.error);
    if ('about' in reply) throw new TypeError('a thread gave no answers');
    const faults = reply.answers.faults.map((fault) => ({ ...fault, error: receivedError(fault.error) }));
    return { ...reply.answers, faults };
  }
}

/** What ends a call, and the rows of its slices that no thread has begun. */
class Call {
  private readonly controller = new AbortController();
  private readonly leave = () => this.stop(this.given?.reason);
  private waiting = 0;

  /** @param count told how many rows more, or fewer, wait */
  constructor(
    private readonly given: AbortSignal | undefined,
    private readonly count: (rows: number) => void,
  ) {
    if (given) forMany(given).addEventListener('abort', this.leave, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @param rows how many more wait, or fewer */
  wait(rows: number): void {
    this.waiting += rows;
    this.count(rows);
  }

  /** Stops the call at its deadline. @returns what calls that off */
  until({ ms, at }: { readonly ms: number; readonly at: number }): () => void {
    const left = at - performance.timeOrigin - performance.now();
    return systemTimer.after(Math.max(0, left), () => this.stop(new DeadlineError(ms, ['a thread'])));
  }

  stop(reason: unknown): void {
    this.controller.abort(reason);
  }

  end(): void {
    this.wait(-this.waiting);
    this.given?.removeEventListener('abort', this.leave);
  }
}

/** A lost thread's error with its rows. */
function ofRows(error: unknown, first: number, count: number): unknown {
  if (!(error instanceof ThreadError && error.reason === 'lost')) return error;
  const rows = count === 1 ? `row ${first}` : `rows ${first} to ${first + count - 1}`;
  return new ThreadError('lost', `${rows}: ${error.message}`);
}

function isUncopied(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'DataCloneError';
}
