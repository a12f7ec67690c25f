import { type Block, denseBlock, stack } from '../blocks/index.js';
import { checkFunction, checkKeys, show } from '../check.js';
import { OptionError } from '../errors.js';
import type { ComputeContext, Feature, FittedFeature, RowView } from '../features/index.js';
import type { State, Tensor } from '../state.js';
import type { ThreadPool } from './pool.js';
import type { Done } from './worker.js';

/** Options of `onThreads`. */
export interface OnThreadsOptions<Row> {
  /** The threads, from `threadPool`. */
  readonly pool: ThreadPool;
  /** URL of a module that exports this very feature, and the name under which it does: threads can't be given functions. */
  readonly module: URL | string;
  /** The name under which the module exports the feature. */
  readonly name: string;
  /** What of a row is sent, and there taken for the row: all that the feature looks at. @defaultValue the whole row */
  readonly send?: (row: Row) => Row;
}

/** Microseconds to and from a thread, a call and a row, until they are known better; and how fast they are. */
const FIRST: Overhead = { call: 100, row: 1 };
const RECENT = 0.1;
/** How many times as long it must take here. */
const PAYS = 1.2;

interface Overhead {
  readonly call: number;
  readonly row: number;
}

/**
 * The same feature, computed on threads where a cascade answers so many rows that it pays: by its cost in the profile and by
 * what rows cost to be sent, as it is measured in service. Otherwise, and where nobody can wait, it is computed in place.
 * Threads share the rows; numbers and their order are the same. Transforms that it reads are computed on the threads, too.
 *
 * @param feature what the module exports, too
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
  const served: Feature<Row>['served'] = (fitted, featureName, cost) => {
    const inPlace = feature.served?.(fitted, featureName, cost) ?? fitted;
    if (cost === undefined || pool.threads < 2) return inPlace;
    return new Threaded(inPlace, cost, { pool, module: String(module), name, send });
  };
  return { ...feature, served };
}

class Threaded<Row> implements FittedFeature<Row> {
  readonly columns: number;
  private readonly fit: number;
  private overhead = FIRST;
  private shared: State | undefined;

  constructor(
    private readonly inPlace: FittedFeature<Row>,
    private readonly cost: number,
    private readonly where: {
      readonly pool: ThreadPool;
      readonly module: string;
      readonly name: string;
      readonly send: ((row: Row) => Row) | undefined;
    },
  ) {
    this.columns = inPlace.columns;
    this.fit = where.pool.nextFit();
  }

  get state() {
    return this.inPlace.state;
  }

  get range() {
    return this.inPlace.range;
  }

  warm() {
    return this.inPlace.warm?.() ?? denseBlock(1, this.columns, new Float32Array(this.columns));
  }

  counts() {
    return this.inPlace.counts?.() ?? {};
  }

  compute(view: RowView<Row>, context: ComputeContext = {}): Block | Promise<Block> {
    if (context.atOnce === true || !this.pays(view.length)) return this.inPlace.compute(view, context);
    return this.onThreads(view, context.signal);
  }

  /** Whether threads are expected to be done sooner. */
  private pays(rows: number): boolean {
    const here = rows * this.cost;
    const { call, row } = this.overhead;
    return here > PAYS * (call + rows * row + here / this.where.pool.threads);
  }

  private async onThreads(view: RowView<Row>, signal: AbortSignal | undefined): Promise<Block> {
    const { pool, send } = this.where;
    const rows = send === undefined ? view.rows() : view.rows().map(send);
    const each = Math.ceil(rows.length / pool.threads);
    const begun = performance.now();
    const parts: Promise<NonNullable<Done>>[] = [];
    for (let from = 0; from < rows.length; from += each)
      parts.push(this.part(rows.slice(from, from + each), signal));
    const done = await Promise.all(parts);
    const spent = 1000 * (performance.now() - begun - Math.max(...done.map(({ tookMs }) => tookMs)));
    const { call, row } = this.overhead;
    const more = Math.max(0, spent - call) / rows.length;
    this.overhead = { call, row: row + RECENT * (more - row) };
    return stack(done.map(({ block }) => block));
  }

  private async part(rows: readonly Row[], signal: AbortSignal | undefined): Promise<NonNullable<Done>> {
    const { pool, module, name } = this.where;
    const task = { module, name, fit: this.fit, rows };
    const done = await pool.run(task, signal);
    if (done !== undefined) return done;
    this.shared ??= sharedOf(this.state);
    const again = await pool.run({ ...task, state: this.shared }, signal);
    if (again === undefined) throw new Error(`a thread has no use for the state of '${name}'`);
    return again;
  }
}

/** Threads are given the memory, not copies of it. */
function sharedOf({ json, tensors }: State): State {
  return {
    json,
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, sharedTensor(tensor)]),
    ),
  };
}

function sharedTensor(tensor: Tensor): Tensor {
  const memory = new SharedArrayBuffer(tensor.byteLength);
  new Uint8Array(memory).set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
  if (tensor instanceof Float32Array) return new Float32Array(memory);
  if (tensor instanceof Float64Array) return new Float64Array(memory);
  if (tensor instanceof Int32Array) return new Int32Array(memory);
  if (tensor instanceof Uint32Array) return new Uint32Array(memory);
  if (tensor instanceof Uint16Array) return new Uint16Array(memory);
  return new Uint8Array(memory);
}
