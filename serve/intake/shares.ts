/** A user alone may fill a limit to two thirds: its own limit is `GREED` times what is still free, times its weight. */
const GREED = 2;

/**
 * A limit that users share. What each may hold falls as the whole fills, so that none fills it for others.
 *
 * @see Choudhury & Hahne, "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Transactions on
 * Networking 6(2), 1998
 */
export class SharedLimit {
  held = 0;

  constructor(readonly limit: number) {}

  /** Whether a user who holds `own` has room for more, which is held then. */
  take(more: number, own: number, weight: number): boolean {
    const free = this.limit - this.held;
    if (more > free || own + more > GREED * weight * free) return false;
    this.held += more;
    return true;
  }

  give(held: number): void {
    this.held -= held;
  }
}
