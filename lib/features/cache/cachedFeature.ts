import { type Block, denseBlock, SparseWriter, stack } from '../../data/blocks/index.js';
import { FeatureError } from '../../errors.js';
import type { ComputeContext, FittedFeature, OwnCounts, RowView } from '../define/index.js';
import { KeysInFlight } from './inFlight.js';
import { type CacheKey, isKey } from './keys.js';
import { type Caching, Origin, type Wanted } from './loader.js';
import { CachedFailure, type CacheEntry, type Shelf } from './store.js';

/** A fitted feature with a cache in front of it: the same values, bit for bit. */
export class Front<Row> implements FittedFeature<Row> {
  readonly columns: number;
  private readonly flights = new Map<CacheKey, KeysInFlight>();
  private readonly origin: Origin<Row>;

  constructor(
    private readonly inner: FittedFeature<Row>,
    private readonly shelf: Shelf,
    private readonly caching: Caching<Row>,
  ) {
    this.columns = inner.columns;
    this.origin = new Origin(inner, shelf, caching);
  }

  get state() {
    return this.inner.state;
  }

  warm(): Block | Promise<Block> {
    return this.inner.warm?.() ?? denseBlock(1, this.columns, new Float32Array(this.columns));
  }

  counts(): OwnCounts {
    const { hits, misses, joined, savedMs } = this.shelf;
    return { ...this.inner.counts?.(), hits, misses, joined, savedMs };
  }

  compute(view: RowView<Row>, context: ComputeContext = {}): Block | Promise<Block> {
    if (context.cached === false) return this.inner.compute(view, context);
    const entries: (CacheEntry | undefined)[] = new Array(view.length);
    const wanted = this.look(view, entries);
    if (wanted === undefined) return this.assemble(view, entries, context);
    const { atOnce } = context;
    const shared = [...wanted.rows.keys()].some((key) => this.flights.has(key));
    if (atOnce || (this.caching.second === undefined && !shared)) {
      const computed = this.lead(view, wanted, atOnce);
      if (!(computed instanceof KeysInFlight))
        return this.assemble(view, placed(entries, wanted, computed), context);
      return this.wait(view, entries, context, wanted, computed);
    }
    return this.wait(view, entries, context, wanted);
  }

  /** Fills in cached entries; returns the rest, if any. */
  private look(view: RowView<Row>, entries: (CacheEntry | undefined)[]): Wanted | undefined {
    const keys = view.read(this.caching.key);
    const rows = new Map<CacheKey, number[]>();
    const bare: number[] = [];
    let hits = 0;
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row];
      if (!isKey(key)) {
        bare.push(row);
        continue;
      }
      const same = rows.get(key);
      if (same !== undefined) {
        same.push(row);
        continue;
      }
      const entry = this.shelf.get(key);
      if (entry === undefined) rows.set(key, [row]);
      else {
        entries[row] = entry;
        hits++;
      }
    }
    this.shelf.hit(hits);
    if (hits === keys.length) return undefined;
    return { rows, bare };
  }

  /** Computes keys that no flight computes yet, and rows without one. */
  private lead(view: RowView<Row>, wanted: Wanted, atOnce = false): Outcomes | KeysInFlight {
    const { rows, bare } = wanted;
    const keys = [...rows.keys()];
    for (const each of rows.values()) this.shelf.misses += each.length;
    this.shelf.misses += bare.length;
    const flight = new KeysInFlight();
    const outcomes: Outcomes = { byKey: flight.outcomes, byRow: new Map() };
    const settle = (computed: readonly CacheEntry[]) => {
      computed.forEach((entry, i) => {
        if (i >= keys.length) outcomes.byRow.set(bare[i - keys.length], entry);
        else outcomes.byKey.set(keys[i], entry);
      });
    };
    const work = this.origin.compute(view, wanted, flight.signal, atOnce);
    if (!(work instanceof Promise)) {
      settle(work);
      return outcomes;
    }
    for (const key of keys) this.flights.set(key, flight);
    const land = () => {
      for (const key of keys) if (this.flights.get(key) === flight) this.flights.delete(key);
    };
    // An abandoned flight may never land: the next request for one of its keys starts a new one.
    flight.signal.addEventListener('abort', land, { once: true });
    flight.bare = outcomes.byRow;
    flight.settled = work.then((computed) => {
      land();
      settle(computed);
    });
    return flight;
  }

  /** Waits for what others compute already, and for the rest. */
  private async wait(
    view: RowView<Row>,
    entries: (CacheEntry | undefined)[],
    context: ComputeContext,
    { rows, bare }: Wanted,
    own?: KeysInFlight,
  ): Promise<Block> {
    const { signal } = context;
    if (own !== undefined) {
      await own.join(signal);
      return this.assemble(view, placed(entries, { rows, bare }, own.all), context);
    }
    let left: Wanted = { rows, bare };
    // Keys that failed together with others are computed once more, by themselves.
    for (const isSecond of [false, true]) {
      const joined = new Map<CacheKey, KeysInFlight>();
      const led = new Map<CacheKey, readonly number[]>();
      for (const [key, each] of left.rows) {
        const flight = this.flights.get(key);
        if (flight === undefined) led.set(key, each);
        else {
          joined.set(key, flight);
          this.shelf.joined += each.length;
        }
      }
      const mine = { rows: led, bare: left.bare };
      const begun = led.size + left.bare.length > 0 ? this.lead(view, mine) : undefined;
      const flights = new Set(joined.values());
      if (begun instanceof KeysInFlight) flights.add(begun);
      await Promise.all([...flights].map((flight) => flight.join(signal)));
      // No further outcomes will arrive.
      const isLast = isSecond || signal?.aborted === true;
      if (begun !== undefined) placed(entries, mine, begun instanceof KeysInFlight ? begun.all : begun);
      const again = new Map<CacheKey, readonly number[]>();
      for (const [key, flight] of joined) {
        const outcome = flight.outcomes.get(key);
        const each = left.rows.get(key) ?? [];
        if (!isLast && (outcome === undefined || (outcome instanceof CachedFailure && !outcome.isOwn)))
          again.set(key, each);
        else for (const row of each) entries[row] = outcome;
      }
      // They will be counted by their final outcome.
      for (const each of again.values()) this.shelf.joined -= each.length;
      left = { rows: again, bare: [] };
      if (again.size === 0) break;
    }
    return this.assemble(view, entries, context);
  }

  private assemble(
    view: RowView<Row>,
    entries: readonly (CacheEntry | undefined)[],
    { missing, signal }: ComputeContext,
  ): Block {
    const blocks: (Block | undefined)[] = new Array(view.length).fill(undefined);
    for (let row = 0; row < view.length; row++) {
      const entry = entries[row];
      if (entry !== undefined && !(entry instanceof CachedFailure)) {
        blocks[row] = entry;
        continue;
      }
      // A caller that left gets its own reason, not another caller's.
      const isLeft = entry === undefined || (signal?.aborted === true && !entry.isOwn);
      const error = isLeft ? calledOff(signal?.reason) : entry.error;
      // A failure shared with other keys already names the row to blame, or none.
      const isOwn = entry === undefined || entry.isOwn;
      if (missing === undefined)
        throw isOwn && error instanceof FeatureError ? error.of('', view.at(row)) : error;
      missing(row, error);
    }
    const known = blocks.find((block) => block !== undefined);
    const none =
      known?.kind === 'dense'
        ? denseBlock(1, this.columns, new Float32Array(this.columns))
        : new SparseWriter(1, this.columns, 0).block();
    if (blocks.length === 0) return new SparseWriter(0, this.columns, 0).block();
    return stack(blocks.map((block) => block ?? none));
  }
}

function calledOff(reason: unknown): Error {
  return reason instanceof Error ? reason : new FeatureError('', undefined, `was called off: ${reason}`);
}

/** Outcomes: by key, and by position for rows without a key. */
export interface Outcomes {
  readonly byKey: Map<CacheKey, CacheEntry>;
  readonly byRow: Map<number, CacheEntry>;
}

function placed(
  entries: (CacheEntry | undefined)[],
  { rows, bare }: Wanted,
  { byKey, byRow }: Outcomes,
): (CacheEntry | undefined)[] {
  for (const [key, each] of rows) for (const row of each) entries[row] = byKey.get(key);
  for (const row of bare) entries[row] = byRow.get(row);
  return entries;
}
