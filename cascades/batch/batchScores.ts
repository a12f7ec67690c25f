import { Rows } from '../../lib/data/rows/index.js';
import { exitStage, type StageEvidence, type Thresholds } from '../chain/index.js';
import type { CascadeParts } from '../plan/index.js';
import { scoresOf, stageEvidence } from '../scoring/index.js';
import type { Label, ServedStage } from '../types/index.js';
import type { Seen } from './batchPath.js';
import { scoredBy } from './steps.js';
import { type LeavingRows, lettingOut } from './walk.js';

/**
 * What the stages of a chain say of a batch. Stages over features score all rows at once. A model that reads the rows, such as a
 * cheaper language model, is asked late: about the sample, and about the rows that reach it under the plan that is served.
 */
export class BatchScores<Row> {
  /** Of a late stage NaN for rows that it wasn't asked about, which never exit there. */
  readonly stages: readonly StageEvidence[];
  readonly scores: readonly Float64Array[];
  private readonly late: readonly number[];
  private readonly isAsked: readonly Uint8Array[];

  private constructor(
    private readonly chain: readonly ServedStage[],
    private readonly rows: readonly Row[],
    private readonly signal: AbortSignal | undefined,
    of: (s: number) => { readonly stage: StageEvidence; readonly scores: Float64Array },
  ) {
    const each = chain.map((_, s) => of(s));
    this.stages = each.map(({ stage }) => stage);
    this.scores = each.map(({ scores }) => scores);
    this.late = [...chain.keys()].filter((s) => isLate(chain[s]));
    this.isAsked = chain.map(() => new Uint8Array(rows.length));
  }

  /** Scores all rows by the stages that aren't late. */
  static async of<Row, L extends Label, Name extends string>(
    parts: CascadeParts<Row, L, Name>,
    chain: readonly ServedStage[],
    rows: readonly Row[],
    signal: AbortSignal | undefined,
  ): Promise<BatchScores<Row>> {
    const early = [...chain.keys()].filter((s) => !isLate(chain[s]));
    const known = await scoredBy(
      parts,
      early.map((s) => chain[s]),
      rows,
      signal,
    );
    return new BatchScores(chain, rows, signal, (s) => {
      const place = early.indexOf(s);
      if (place >= 0) return { stage: known.stages[place], scores: known.scores[place] };
      const unknown = () => new Float64Array(rows.length).fill(Number.NaN);
      return {
        stage: { answers: unknown(), confidence: unknown(), loss: unknown() },
        scores: new Float64Array(rows.length * chain[s].model.classes),
      };
    });
  }

  /**
   * The rows that plans may let out: of those that use a late stage any row. A sample of all rows takes no more of the full
   * model than one of those that leave, at the same share of these: it answers the others in any case.
   */
  lettingOut(path: readonly Thresholds[], seen: Seen): LeavingRows & { readonly opens: Int32Array } {
    const known = lettingOut(this.stages, path, this.rows.length);
    const first = path.findIndex((at) => this.late.some((s) => at[s].some(Number.isFinite)));
    if (first < 0) return known;
    const all = this.rows.length;
    return {
      opens: known.opens.map((j) => Math.min(j, first)),
      open: known.open.map((count, j) => (j < first ? count : all)),
      // What is expected to leave, by the rows that plans were observed on.
      leaving: known.leaving.map((count, j) =>
        j < first ? count : Math.max(count, Math.round(all * shareSeen(seen, j))),
      ),
    };
  }

  /** Has late stages score the rows that reach them under a plan, one stage after the other. */
  async reach(at: Thresholds, positions: Int32Array): Promise<void> {
    for (const s of this.late) {
      if (!at[s].some(Number.isFinite)) continue;
      const before = this.stages.slice(0, s);
      await this.ask(
        s,
        positions.filter((row) => exitStage(before, at, row) === s),
      );
    }
  }

  /** Has all late stages score rows. */
  async all(positions: Int32Array): Promise<void> {
    for (const s of this.late) await this.ask(s, positions);
  }

  private async ask(s: number, positions: Int32Array): Promise<void> {
    const { model, rule } = this.chain[s];
    const isAsked = this.isAsked[s];
    const fresh = positions.filter((row) => isAsked[row] === 0);
    if (fresh.length === 0) return;
    const rows = Rows.of(this.rows).select(fresh);
    const [scores] = await scoresOf([], [{ model, reads: [] }], rows, { signal: this.signal });
    const own = stageEvidence(() => 0, rule, scores, model.classes);
    const { answers, confidence, loss } = this.stages[s];
    fresh.forEach((row, i) => {
      isAsked[row] = 1;
      answers[row] = own.answers[i];
      confidence[row] = own.confidence[i];
      loss[row] = own.loss[i];
      this.scores[s].set(scores.subarray(i * model.classes, (i + 1) * model.classes), row * model.classes);
    });
  }
}

function isLate({ model }: ServedStage): boolean {
  return model.readsRows === true;
}

function shareSeen({ rows, opened }: Seen, j: number): number {
  return opened === undefined ? 1 : opened[j] / Math.max(1, rows);
}
