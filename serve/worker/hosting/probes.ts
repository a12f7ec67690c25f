import { RefusedRow } from '../../../lib/errors.js';
import type { ModelAnswer } from './hostedModel.js';

/** Probes that may fail in a minute, where nothing else is said. */
export const PROBES = 6;
const MINUTE_MS = 60_000;
/** After these milliseconds a probe is one that fails, until it ends: one that hangs keeps others from theirs no longer. */
const SLOW_MS = 1_000;

/**
 * Rows that the full model answers so that a spell ends: of a spell the next row that comes, whoever sends it, so
 * that nothing in rows chooses them (docs/decisions/166). One at a time. Those that fail are limited, since each keeps
 * its caller waiting for what may be down.
 */
export class Probes {
  /** Those of the last minute that have failed, oldest first. */
  private failures: Probe[] = [];
  private underWay: Probe | undefined;

  /**
   * @param perMinute how many may fail; 0: none is made
   * @param now milliseconds
   */
  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Whether one may begin. */
  get isDue(): boolean {
    const now = this.now();
    const slow = this.underWay;
    if (slow !== undefined && now - slow.at >= SLOW_MS) this.fails(slow);
    while (this.failures.length > 0 && this.failures[0].at <= now - MINUTE_MS) this.failures.shift();
    return this.underWay === undefined && this.failures.length < this.perMinute;
  }

  /**
   * Runs one.
   *
   * @param work answers rows, of which the first is the probe
   * @param full the exit of the full model's answers
   */
  run(work: () => ModelAnswer | Promise<ModelAnswer>, full: number): ModelAnswer | Promise<ModelAnswer> {
    const probe: Probe = { at: this.now() };
    this.underWay = probe;
    const answered = (answer: ModelAnswer) => {
      this.end(probe, answer.exits[0] === full && !answer.degraded.includes(1));
      return answer;
    };
    const failed = (error: unknown): never => {
      // Rows that are refused by themselves say nothing.
      this.end(probe, error instanceof RefusedRow);
      throw error;
    };
    try {
      const answer = work();
      return answer instanceof Promise ? answer.then(answered, failed) : answered(answer);
    } catch (error) {
      return failed(error);
    }
  }

  private end(probe: Probe, isWell: boolean): void {
    this.failures = this.failures.filter((each) => each !== probe);
    if (!isWell) this.fails(probe);
    else if (this.underWay === probe) this.underWay = undefined;
  }

  private fails(probe: Probe): void {
    if (this.underWay === probe) this.underWay = undefined;
    probe.at = this.now();
    this.failures.push(probe);
  }
}

/** When it began, or failed. */
interface Probe {
  at: number;
}
