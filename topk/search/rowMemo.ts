import { blaming, scoring, type Tracker } from '../../cascades/internal.js';
import { type Block, gather, stack } from '../../lib/data/blocks/index.js';
import type { FittedFeature, RowView } from '../../lib/features/define/index.js';
import { type Model, scoreInto } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';

/**
 * The same feature, computed once for each row. Stages are tried in several passes over the queries' rows, and
 * queries of a pool share rows.
 */
export function rememberedFeature<Row>({ name, fitted, patience }: NamedFeature<Row>): NamedFeature<Row> {
  const known = new Map<Row, Block>();
  const remembered = (rows: readonly Row[]): Block => stack(rows.flatMap((row) => known.get(row) ?? []));
  const compute: FittedFeature<Row>['compute'] = (view, context) => {
    const rows = view.rows();
    const wanted = firstOf(rows, (row) => !known.has(row));
    if (wanted.length === 0) return remembered(rows);
    const part = partOf(view, wanted);
    if (fitted.reportsRequests !== true) context?.onRequest?.(part.length);
    const keep = (block: Block) => {
      wanted.forEach((i, at) => {
        known.set(rows[i], gather(block, [at]));
      });
      return remembered(rows);
    };
    const block = fitted.compute(part, context);
    return block instanceof Promise ? block.then(keep) : keep(block);
  };
  const { columns, state } = fitted;
  return { name, patience, fitted: { columns, state, reportsRequests: true, compute } };
}

/** Scores of a model, computed once for each row. */
export class RememberedScores<Row> {
  private readonly known = new Map<Row, Float64Array>();

  constructor(readonly model: Model) {}

  /** As `Model.score`, of these rows' blocks. */
  async score(
    blocks: readonly Block[],
    rows: readonly Row[],
    out: Float64Array,
    tracker: Tracker,
  ): Promise<void> {
    const { model, known } = this;
    const { classes } = model;
    const wanted = firstOf(rows, (row) => !known.has(row));
    if (wanted.length > 0) {
      const scores = new Float64Array(wanted.length * classes);
      tracker.requests?.model(model, wanted.length);
      const own = blocks.map((block) => gather(block, wanted));
      await blaming(
        (row) => wanted[row],
        () => scoreInto(model, own, scores, scoring(model, tracker)),
      );
      wanted.forEach((i, at) => {
        known.set(rows[i], scores.slice(at * classes, (at + 1) * classes));
      });
    }
    rows.forEach((row, i) => {
      out.set(known.get(row) ?? [], i * classes);
    });
  }
}

/** Positions of the rows that are wanted, of equal ones the first. */
function firstOf<Row>(rows: readonly Row[], isWanted: (row: Row) => boolean): Int32Array {
  const seen = new Set<Row>();
  const positions: number[] = [];
  rows.forEach((row, i) => {
    if (seen.has(row) || !isWanted(row)) return;
    seen.add(row);
    positions.push(i);
  });
  return Int32Array.from(positions);
}

function partOf<Row>(view: RowView<Row>, positions: Int32Array): RowView<Row> {
  if (positions.length === view.length) return view;
  return view.select(positions.map((i) => view.at(i)));
}
