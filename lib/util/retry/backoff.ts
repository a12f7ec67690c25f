/** Milliseconds: the upper limit of the first wait, and of any. */
const [FIRST_WAIT, LONGEST_WAIT] = [50, 5_000];

/**
 * Milliseconds to wait before a retry, uniform between 0 and a limit that doubles with each attempt: clients that
 * failed together don't come back together.
 *
 * @param attempt attempts so far, from 1 on
 * @param random uniform in [0, 1)
 * @see Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: full jitter
 */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
}

/**
 * Keeps retries from multiplying the load on a server that is down. A client starts with ten; each reply earns a
 * tenth of one. Who pays for each answer, and needs them all, has more.
 *
 * @see gRFC A6, "gRPC Retry Design": retry throttling
 */
export class RetryBudget {
  private spare: number;

  /** @param most retries that are saved up, and that a client starts with. @param earned by a reply */
  constructor(
    private readonly most = 10,
    private readonly earned = 0.1,
  ) {
    this.spare = most;
  }

  earn(): void {
    this.spare = Math.min(this.most, this.spare + this.earned);
  }

  take(): boolean {
    if (this.spare < 1) return false;
    this.spare--;
    return true;
  }
}
