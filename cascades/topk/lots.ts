import { consecutive } from '../../lib/blocks/index.js';
import { RowView } from '../../lib/features/index.js';
import { joinPassing, narrow, type Passing, passingSome } from '../../lib/runtime/index.js';
import { atLeast, type Cut, thresholdIn } from './cut.js';
import type { Section } from './sections.js';

/** Candidates that are still in the running, of one section. */
export interface Lot<Row> {
  readonly section: Section<Row>;
  readonly passing: Passing;
  /** By the stage that they passed last. */
  readonly scores: Float64Array;
}

/** Rows that are computed and scored together. */
export const BATCH = 1024;

/** A section's rows in batches, of which nothing is computed yet. */
export function* lotsOf<Row>(section: Section<Row>): Generator<Lot<Row>> {
  const rows = section.view.length;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = consecutive(from, Math.min(BATCH, rows - from));
    yield { section, passing: passingSome(batch), scores: new Float64Array(0) };
  }
}

/** The lots, all of one section, as batches. */
export function* batchesOf<Row>(lots: readonly Lot<Row>[]): Generator<Lot<Row>> {
  const whole = gathered(lots);
  const rows = whole.passing.rows.length;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = consecutive(from, Math.min(BATCH, rows - from));
    yield { ...whole, passing: narrow(whole.passing, batch) };
  }
}

/** The lots as one. Of several sections the rows are put together anew, which forgets what transforms know of them. */
export function gathered<Row>(lots: readonly Lot<Row>[]): Lot<Row> {
  const [{ section }] = lots;
  const isOne = lots.every((lot) => lot.section === section);
  const scores = scoresIn(lots);
  if (isOne) return { section, scores, passing: joinPassing(lots.map(({ passing }) => passing)) };
  const rows = lots.flatMap((lot) => lot.section.view.select(lot.passing.rows).rows());
  const indices = Int32Array.from(
    lots.flatMap((lot) => Array.from(lot.passing.rows, (row) => lot.section.indices[row])),
  );
  let at = 0;
  const moved = lots.map(({ passing }) => {
    const places = passing.rows.map(() => at++);
    return { ...passing, rows: places };
  });
  return { section: { view: RowView.of(rows), indices }, scores, passing: joinPassing(moved) };
}

/** What a cut keeps of all lots together. */
export function cutTo<Row>(
  lots: readonly Lot<Row>[],
  cut: Cut,
  { k, of }: { readonly k: number; readonly of: number },
  candidates: number,
): readonly Lot<Row>[] {
  return atLeastIn(lots, thresholdIn(cut, scoresIn(lots), k, candidates, of));
}

/** Of each lot what isn't under a threshold; at least K of all are. */
export function atLeastIn<Row>(lots: readonly Lot<Row>[], threshold: number): readonly Lot<Row>[] {
  return lots.flatMap((lot) => {
    const stay = atLeast(lot.scores, threshold);
    if (stay.length === 0) return [];
    if (stay.length === lot.scores.length) return [lot];
    const scores = new Float64Array(stay.length);
    for (let i = 0; i < stay.length; i++) scores[i] = lot.scores[stay[i]];
    return [{ ...lot, passing: narrow(lot.passing, stay), scores }];
  });
}

export function scoresIn<Row>(lots: readonly Lot<Row>[]): Float64Array {
  const all = new Float64Array(sizeOf(lots));
  let at = 0;
  for (const { scores } of lots) {
    all.set(scores, at);
    at += scores.length;
  }
  return all;
}

export function sizeOf<Row>(lots: readonly Lot<Row>[]): number {
  return lots.reduce((total, { passing }) => total + passing.rows.length, 0);
}
