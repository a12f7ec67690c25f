import { RefusedRow } from '../../../lib/errors.js';
import type { ModelAnswer } from './hostedModel.js';

/** Probes that may fail in a minute, where nothing else is said. */
export const PROBES = 6;
const MINUTE_MS = 60_000;

/**
 * Rows that the full model answers so that a spell ends: of a spell the next row that comes, whoever sends it, so
 * that nothing in rows chooses them (docs/decisions/166). One at a time. Those that fail are limited, since each keeps
 * its caller waiting for what may be down.
 */
export class Probes {
  /** When those of the last minute failed, oldest first. */
  private readonly failures: number[] = [];
  private isUnderWay = false;

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
    const since = this.now() - MINUTE_MS;
    while (this.failures.length > 0 && this.failures[0] <= since) this.failures.shift();
    return !this.isUnderWay && this.failures.length < this.perMinute;
  }

  /**
   * Runs one.
   *
   * @param work answers rows, of which the first is the probe
   * @param full the exit of the full model's answers
   */
  run(work: () => ModelAnswer | Promise<ModelAnswer>, full: number): ModelAnswer | Promise<ModelAnswer> {
    this.isUnderWay = true;
    const answered = (answer: ModelAnswer) => {
      this.end(answer.exits[0] === full && !answer.degraded.includes(1));
      return answer;
    };
    const failed = (error: unknown): never => {
      // Rows that are refused by themselves say nothing.
      this.end(error instanceof RefusedRow);
      throw error;
    };
    try {
      const answer = work();
      return answer instanceof Promise ? answer.then(answered, failed) : answered(answer);
    } catch (error) {
      return failed(error);
    }
  }

  private end(isWell: boolean): void {
    this.isUnderWay = false;
    if (!isWell) this.failures.push(this.now());
  }
}
