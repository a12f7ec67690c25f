import type { Block } from '../../../data/blocks/index.js';

/** A call of a model that waits for its answer. Its rows may go in several batches. */
export class BatchedCall {
  readonly rows: number;
  /** Rows that have gone. */
  sent = 0;
  private answered = 0;
  isOver = false;
  /** The batches that its rows went in. */
  readonly batches: Batch[] = [];
  /** Called when there is an answer, or won't be any. */
  over = (): void => {};
  /** Called with the number of its rows before a retry. */
  onRetry: ((rows: number) => void) | undefined;
  /** Which time its rows are asked about: calls of other times have other answers. */
  ask = 0;

  /** @param since when it came, in milliseconds */
  constructor(
    readonly blocks: readonly Block[],
    private readonly out: Float64Array,
    private readonly width: number,
    readonly since: number,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {
    this.rows = blocks[0].rows;
  }

  /** Whether its rows can share a batch with another call's. */
  joins({ blocks, ask }: BatchedCall): boolean {
    return (
      ask === this.ask &&
      blocks.length === this.blocks.length &&
      blocks.every(({ kind, columns }, b) => {
        const own = this.blocks[b];
        return own.kind === kind && own.columns === columns;
      })
    );
  }

  /** Rows `from` … `to` - 1 have their scores: those from `at` on. */
  answer({ from, to }: CallPiece, scores: Float64Array, at: number): void {
    if (this.isOver) return;
    const { out, width } = this;
    // A loop beats set(subarray()) on the few numbers of most calls.
    for (let i = from * width, end = to * width, j = at; i < end; i++, j++) out[i] = scores[j];
    this.answered += to - from;
    if (this.answered < this.rows) return;
    this.isOver = true;
    this.over();
    this.resolve();
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over();
    this.reject(error);
  }
}

/** Rows `from` … `to` - 1 of a call. */
export interface CallPiece {
  readonly call: BatchedCall;
  readonly from: number;
  readonly to: number;
}

/** Rows that a model is given together. */
export interface Batch {
  readonly pieces: readonly CallPiece[];
  readonly rows: number;
  /** Aborted when none of its calls wants an answer any more. */
  readonly stop: AbortController;
}
