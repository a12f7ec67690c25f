/** Of so many trees, one is grown alone and one shared out, to see which is quicker now. */
const CYCLE = 16;
/** Less than this share of the time must be left: a smaller gain isn't worth a core, and may be chance. */
const GAIN = 0.9;

/**
 * Tells from how long trees take whether to share them out. On a busy machine threads wait for each other, longer than they
 * work; which thread does what changes no bit, so that this may change from tree to tree.
 */
export class Pace {
  private trees = 0;
  /** Milliseconds of a tree grown alone and of one shared out, the latest ones weighing most. */
  private readonly took = [Number.NaN, Number.NaN];

  /** Whether the next tree is shared out. */
  isShared(): boolean {
    const turn = this.trees % CYCLE;
    // Alone first: workers are still starting then.
    return turn < 2 ? turn === 1 : this.took[1] < GAIN * this.took[0];
  }

  /** Tells how long that tree took. */
  note(milliseconds: number): void {
    const way = Number(this.isShared());
    const before = this.took[way];
    this.took[way] = Number.isNaN(before) ? milliseconds : (before + milliseconds) / 2;
    this.trees++;
  }
}
