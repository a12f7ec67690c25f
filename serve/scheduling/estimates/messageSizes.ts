/** The share of the largest row and message that is forgotten with each message. */
const FORGETTING = 1 / 256;
/** Rows are expected to be larger than those so far, by so much. */
const MARGIN = 1.25;
/**
 * Milliseconds between two messages that are taken for small ones: what is learnt from them may be that sizes have
 * changed.
 */
const TRIAL_MS = 100;

/**
 * Octets that a model's rows take in messages, learnt from messages that were read. They give the fewest rows of a
 * message that isn't read yet.
 */
export class MessageSizes {
  /** Octets of the largest rows of late, and rows of the longest messages. */
  private octets = 0;
  private rows = 1;
  private triedAt = Number.NEGATIVE_INFINITY;

  /** A message was read. */
  observe(octets: number, rows: number): void {
    this.octets = recentMost(this.octets, octets / Math.max(1, rows));
    this.rows = recentMost(this.rows, rows);
  }

  /** Rows that a message probably has at least: 1 or more, and no more than messages had of late. */
  leastRows(octets: number, now: number): number {
    if (this.octets === 0) return 1;
    const rows = Math.min(this.rows, Math.floor(octets / (MARGIN * this.octets)));
    if (rows <= 1) return 1;
    if (now - this.triedAt < TRIAL_MS) return rows;
    this.triedAt = now;
    return 1;
  }
}

function recentMost(most: number, value: number): number {
  return Math.max(value, most + FORGETTING * (value - most));
}
