import { AsyncLocalStorage } from 'node:async_hooks';
import { type Block, gather, stack } from '../../lib/data/blocks/index.js';
import type { ComputeContext, FittedFeature, RowView } from '../../lib/features/define/index.js';

const memos = new AsyncLocalStorage<Memo>();

/** The memo of the slice that is computed, if it has one. */
export function currentMemo(): Memo | undefined {
  return memos.getStore();
}

/** Runs work whose features are computed once for each row, by whichever cascade needs them first. */
export function withMemo<T>(work: () => T): T {
  return memos.run(new Memo(), work);
}

/** Values of a feature: rows by their places in blocks. */
interface Known {
  readonly places: Map<unknown, Place>;
  /** The rows of the last block, in order, and the block: most stages ask for just these again. */
  last: { readonly rows: readonly unknown[]; readonly block: Block } | undefined;
}

interface Place {
  readonly block: Block;
  readonly row: number;
}

/** Values that were computed for a slice. A row is its object: equal rows are different ones. */
class Memo {
  private readonly known = new Map<FittedFeature<unknown>, Known>();

  compute(
    feature: FittedFeature<unknown>,
    view: RowView<unknown>,
    context?: ComputeContext,
  ): Block | Promise<Block> {
    const known = this.of(feature);
    const rows = view.rows();
    if (known.last !== undefined && areSame(known.last.rows, rows)) return known.last.block;
    const wanted: number[] = [];
    for (let i = 0; i < rows.length; i++) if (!known.places.has(rows[i])) wanted.push(i);
    if (wanted.length === 0) return assembled(known, rows);
    const failed = new Set<number>();
    const report = context?.missing;
    const missing =
      report &&
      ((i: number, error: Error) => {
        failed.add(wanted[i]);
        report(wanted[i], error);
      });
    const isAll = wanted.length === rows.length;
    // Positions of a view are those of its batch.
    const part = isAll ? view : view.select(Int32Array.from(wanted, (i) => view.at(i)));
    const block = feature.compute(part, missing === undefined ? context : reportingTo(missing, context));
    const keep = (computed: Block): Block => {
      if (isAll && failed.size === 0) known.last = { rows, block: computed };
      wanted.forEach((i, row) => {
        if (!failed.has(i) && computed.rows === wanted.length)
          known.places.set(rows[i], { block: computed, row });
      });
      if (isAll) return computed;
      // A failed row's values don't matter: those of its place do.
      const failures = new Map([...failed].map((i) => [i, { block: computed, row: wanted.indexOf(i) }]));
      return assembled(known, rows, failures);
    };
    return block instanceof Promise ? block.then(keep) : keep(block);
  }

  private of(feature: FittedFeature<unknown>): Known {
    const known = this.known.get(feature) ?? { places: new Map(), last: undefined };
    this.known.set(feature, known);
    return known;
  }
}

export type { Memo };

/** The same context with another report of rows without values. Its signal isn't read before it is needed. */
function reportingTo(missing: ComputeContext['missing'], context: ComputeContext = {}): ComputeContext {
  const { atOnce, onRequest } = context;
  return {
    get signal() {
      return context.signal;
    },
    missing,
    atOnce,
    onRequest,
  };
}

/** The rows' values, gathered from the blocks that hold them. */
function assembled(known: Known, rows: readonly unknown[], failures?: ReadonlyMap<number, Place>): Block {
  const parts: Block[] = [];
  for (let from = 0; from < rows.length; ) {
    const { block } = placeOf(known, rows, from, failures);
    const places: number[] = [];
    for (; from < rows.length; from++) {
      const place = placeOf(known, rows, from, failures);
      if (place.block !== block) break;
      places.push(place.row);
    }
    parts.push(gather(block, places));
  }
  return parts.length === 1 ? parts[0] : stack(parts);
}

function placeOf(
  { places }: Known,
  rows: readonly unknown[],
  i: number,
  failures: ReadonlyMap<number, Place> | undefined,
): Place {
  const place = failures?.get(i) ?? places.get(rows[i]);
  if (place === undefined) throw new RangeError(`row ${i} has no values`);
  return place;
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
