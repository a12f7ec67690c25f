import { availableParallelism } from 'node:os';
import { checkFunction, checkKeys, show } from '../../check.js';
import { type Block, denseBlock, stack } from '../../data/blocks/index.js';
import { recordOf } from '../../data/columns/index.js';
import { OptionError } from '../../errors.js';
import { sharedState } from '../../util/sharedState.js';
import type { State } from '../../util/state.js';
import type { ComputeContext, Feature, FittedFeature, RowView, StepPlace } from '../define/index.js';
import type { ThreadPool } from './pool.js';
import { type Done, definitionOf, type Task } from './worker.js';

/** Options of `onThreads`. */
export interface OnThreadsOptions<Row> {
  /** The threads, from `threadPool`. */
  readonly pool: ThreadPool;
  /**
   * URL of a module that exports this very feature, and the name under which it does: threads can't be given
   * functions.
   */
  readonly module: URL | string;
  /** The name under which the module exports the feature. */
  readonly name: string;
  /**
   * The part of a row that is sent in its place: everything that the feature reads. @defaultValue
   * the whole row
   */
  readonly send?: (row: Row) => Row;
}

/** Microseconds of a call to a thread and back, its rows aside, and how many times as long it must take here. */
const CALL = 100;
const PAYS = 1.2;
/**
 * Rows, at most, that are copied to measure what sending costs, and the weight of a new
 * measurement.
 */
const TRIED = 16;
const RECENT = 0.1;

/**
 * The same feature, computed on threads if a cascade answers enough rows to make that pay: by its cost in the profile
 * and the cost of copying rows to a thread. Otherwise, and in synchronous calls, it is computed in place. Threads
 * share the rows; values and their order are the same. Its transforms are computed on the threads, too, and the steps
 * below a fidelity.
 *
 * If threads fail, the feature is computed in place, so errors are the same. If that succeeds, threads aren't used
 * again: rows with methods or private fields lose them on the way, and `send` should make plain rows of them. A lost
 * thread is replaced.
 *
 * @param feature the same one that the module exports
 * @throws OptionError for an option that is unknown or missing
 * @example
 * // features.ts: export const chars = tfidf((mail: Mail) => mail.body, { analyzer: 'char' });
 * const module = new URL('./features.js', import.meta.url);
 * const features = define({ chars: onThreads(chars, { pool: await threadPool(), module, name: 'chars' }) });
 */
export function onThreads<Row, F extends Feature<Row>>(
  feature: F & Feature<Row>,
  options: OnThreadsOptions<Row>,
): F & Feature<Row> {
  checkKeys(options, ['pool', 'module', 'name', 'send']);
  const { pool, module, name, send } = options;
  if (typeof pool !== 'object' || pool === null || typeof pool.run !== 'function')
    throw new OptionError('pool', `expected what threadPool() gave, got ${show(pool)}`);
  if (!(module instanceof URL) && typeof module !== 'string')
    throw new OptionError('module', `expected the URL of a module, got ${show(module)}`);
  if (typeof name !== 'string') throw new OptionError('name', `expected text, got ${show(name)}`);
  if (send !== undefined) checkFunction('send', send);
  const served: Feature<Row>['served'] = (fitted, featureName, cost, place) => {
    const inPlace = feature.served?.(fitted, featureName, cost, place) ?? fitted;
    if (cost === undefined || pool.threads < 2) return inPlace;
    return new Threaded(inPlace, cost, {
      pool,
      module: String(module),
      name,
      definition: definitionOf(feature),
      place,
      send,
    });
  };
  return { ...feature, served };
}

class Threaded<Row> implements FittedFeature<Row> {
  readonly columns: number;
  private readonly fit: number;
  private readonly processors: number;
  /** Microseconds that sending a row takes. */
  private sending = Number.NaN;
  private isFit = true;
  private shared: State | undefined;

  constructor(
    private readonly inPlace: FittedFeature<Row>,
    private readonly cost: number,
    private readonly where: {
      readonly pool: ThreadPool;
      readonly module: string;
      readonly name: string;
      readonly definition: string;
      readonly place: StepPlace | undefined;
      readonly send: ((row: Row) => Row) | undefined;
    },
  ) {
    this.columns = inPlace.columns;
    this.fit = where.pool.nextFit();
    this.processors = Math.min(where.pool.threads, availableParallelism());
  }

  get state() {
    return this.inPlace.state;
  }

  /** Has the threads import the module and load the fit. */
  async warm() {
    await Promise.all(Array.from({ length: this.where.pool.threads }, () => this.part([], undefined)));
    return (await this.inPlace.warm?.()) ?? denseBlock(1, this.columns, new Float32Array(this.columns));
  }

  counts() {
    return this.inPlace.counts?.() ?? {};
  }

  compute(view: RowView<Row>, context: ComputeContext = {}): Block | Promise<Block> {
    if (context.atOnce === true || !this.isFit || !this.pays(view))
      return this.inPlace.compute(view, context);
    return this.onThreads(view, context);
  }

  /** Whether threads are expected to be done sooner. */
  private pays(view: RowView<Row>): boolean {
    const here = view.length * this.cost;
    const longest = Math.ceil(view.length / this.processors) * this.cost;
    const spare = here / PAYS - longest - CALL;
    return spare > 0 && this.trySending(view) && spare > view.length * this.sending;
  }

  /** Copies some rows, as they are to be sent. Whether they can be. */
  private trySending(view: RowView<Row>): boolean {
    const some = Int32Array.from({ length: Math.min(TRIED, view.length) }, (_, i) =>
      view.at(Math.floor((i * view.length) / Math.min(TRIED, view.length))),
    );
    const rows = this.sent(view.select(some));
    try {
      if (Number.isNaN(this.sending)) this.sending = Math.min(copying(rows), copying(rows), copying(rows));
      // Whatever else was done meanwhile is no part of it.
      else this.sending += RECENT * (Math.min(copying(rows), 2 * this.sending) - this.sending);
    } catch {
      this.isFit = false;
    }
    return this.isFit;
  }

  private sent(view: RowView<Row>): readonly Row[] {
    const { send } = this.where;
    // Views of a table would arrive without it.
    return view.rows().map((row) => recordOf(send === undefined ? row : send(row)));
  }

  private async onThreads(view: RowView<Row>, context: ComputeContext): Promise<Block> {
    const { signal } = context;
    signal?.throwIfAborted();
    const left = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const leave = () => Atomics.store(left, 0, 1);
    signal?.addEventListener('abort', leave, { once: true });
    const rows = this.sent(view);
    const each = Math.ceil(rows.length / this.where.pool.threads);
    const parts: Promise<Done | undefined>[] = [];
    for (let from = 0; from < rows.length; from += each)
      parts.push(this.part(rows.slice(from, from + each), left));
    const done = await Promise.all(parts).finally(() => signal?.removeEventListener('abort', leave));
    signal?.throwIfAborted();
    const blocks = done.flatMap((part) => (part?.kind === 'block' ? part.block : []));
    if (blocks.length === parts.length) return stack(blocks);
    const block = await this.inPlace.compute(view, context);
    if (done.some((part) => part?.kind === 'failed')) this.isFit = false;
    return block;
  }

  /** A thread's answer about the rows; undefined if the thread was lost. */
  private async part(rows: readonly Row[], left: Int32Array | undefined): Promise<Done | undefined> {
    const { pool, module, name, definition, place } = this.where;
    const task: Task = {
      module,
      name,
      definition,
      fit: this.fit,
      rows,
      ...(place && { place }),
      ...(left && { left }),
    };
    let done = await pool.run(task).catch(() => undefined);
    if (done?.kind === 'stateless') {
      this.shared ??= sharedState(this.state);
      done = await pool.run({ ...task, state: this.shared }).catch(() => undefined);
    }
    if (done?.kind === 'unusable') throw new Error(`threads can't compute it: ${done.why}`);
    return done;
  }
}

/** Microseconds that copying takes, a row. */
function copying(rows: readonly unknown[]): number {
  const begun = performance.now();
  structuredClone(rows);
  return (1000 * (performance.now() - begun)) / rows.length;
}
