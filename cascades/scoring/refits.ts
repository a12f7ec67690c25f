import { type Block, entries, type LateBlock } from '../../lib/data/blocks/index.js';
import type {
  Allowance,
  BatchFit,
  Feature,
  FittedFeature,
  KeptRows,
  Refitted,
} from '../../lib/features/define/index.js';

/** Bytes that all features together may keep of their rows: those that need more read the rows again. */
const MOST_BYTES = 2 ** 28;

/** A feature's blocks of two sets of rows, and the feature, where its fidelities are needed. */
export interface RefittedBlocks<in Row> {
  readonly fit: Block | LateBlock;
  readonly score: Block | LateBlock;
  readonly fitted: FittedFeature<Row> | undefined;
}

/** What features keep of the rows that they are fitted to, so that folds of these needn't be read. */
export class Refits<Row> {
  private readonly kept = new Map<string, KeptRows<Row>>();
  /** Features whose blocks are yet to be made of what they keep. */
  private readonly late = new Set<string>();
  private readonly allowance: Allowance;
  /** The place of each row among those that features are fitted to; -1 for the others. */
  private readonly places: Int32Array;

  /**
   * @param count of all rows
   * @param fit positions of the rows that features are fitted to
   * @param most bytes that features may keep
   */
  constructor(count: number, fit: Int32Array, most = MOST_BYTES) {
    this.allowance = allowanceOf(most);
    this.places = new Int32Array(count).fill(-1);
    fit.forEach((row, place) => {
      this.places[row] = place;
    });
  }

  /**
   * Begins to fit a feature that can keep what it needs of its rows.
   *
   * @returns undefined for other features, and those that have a price: what they request is forecast
   */
  begin(name: string, feature: Feature<Row>): BatchFit<Row> | undefined {
    if (feature.price !== undefined) return undefined;
    const keeping = feature.fitAndKeep?.(this.allowance);
    if (keeping !== undefined) this.kept.set(name, keeping.kept);
    return keeping?.fit;
  }

  /**
   * A feature's blocks of two sets of rows, once it is fitted to the first.
   *
   * @param needsFitted whether the fitted feature is needed as well, for its fidelities
   * @param late the feature's block over other rows, where blocks are to be made when they are read
   * @returns undefined where the rows have to be read
   */
  blocksOf(
    name: string,
    { fit, score }: { readonly fit: Int32Array; readonly score: Int32Array },
    needsFitted = false,
    late?: Block,
  ): RefittedBlocks<Row> | undefined {
    const [fitted, scored] = [fit, score].map((rows) => rows.map((row) => this.places[row]));
    if (fitted.includes(-1) || scored.includes(-1)) return undefined;
    const refitted = this.kept.get(name)?.refit(fitted);
    if (refitted === undefined || (needsFitted && refitted.fitted === undefined)) return undefined;
    const own = { fitted: needsFitted ? refitted.fitted : undefined };
    if (late === undefined) return { ...own, fit: refitted.block(fitted), score: refitted.block(scored) };
    this.late.add(name);
    const later = (rows: Int32Array) => lateBlock(refitted, rows, late);
    return { ...own, fit: later(fitted), score: later(scored) };
  }

  /** Frees the memory, except of what late blocks are made of. Rows are read from now on. */
  forget(): void {
    for (const [name, kept] of this.kept) if (!this.late.has(name)) kept.forget();
    this.kept.clear();
  }
}

/** @param like a block of as many columns, with as many entries a row, roughly */
function lateBlock(refitted: Refitted, places: Int32Array, like: Block): LateBlock {
  return {
    kind: 'late',
    rows: places.length,
    columns: like.columns,
    entries: Math.round((places.length * entries(like)) / Math.max(1, like.rows)),
    make: (rows) => refitted.block(rows === undefined ? places : rows.map((row) => places[row])),
  };
}

function allowanceOf(bytes: number): Allowance {
  let left = bytes;
  return {
    take(wanted) {
      if (wanted > left) return false;
      left -= wanted;
      return true;
    },
    give(back) {
      left += back;
    },
  };
}
