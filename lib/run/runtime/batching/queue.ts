import type { BatchedCall, CallPiece } from './call.js';

/** Waiting calls in order of arrival. */
export class Queue {
  private readonly calls: BatchedCall[] = [];
  /** Rows that wait. */
  rows = 0;

  get first(): BatchedCall | undefined {
    return this.calls.at(0);
  }

  add(call: BatchedCall): void {
    this.calls.push(call);
    this.rows += call.rows;
  }

  /** Takes a call out, if it is still here. */
  remove(call: BatchedCall): void {
    const at = this.calls.indexOf(call);
    if (at < 0) return;
    this.calls.splice(at, 1);
    this.rows -= call.rows - call.sent;
  }

  /**
   * The next batch: the first call, and those after it whose rows fit below its own, up to `limit` rows. Only a call of
   * more than `most` is cut up.
   */
  take(limit: number, most: number): CallPiece[] {
    const pieces: CallPiece[] = [];
    let [rows, gone] = [0, 0];
    for (const call of this.calls) {
      const rest = call.rows - call.sent;
      if (pieces.length > 0 && (rows + rest > limit || !call.joins(pieces[0].call))) break;
      const count = Math.min(rest, most);
      pieces.push({ call, from: call.sent, to: call.sent + count });
      call.sent += count;
      rows += count;
      if (call.sent < call.rows) break;
      gone++;
    }
    this.calls.splice(0, gone);
    this.rows -= rows;
    return pieces;
  }
}
