import type { Clock } from '../../lib/costs/index.js';
import type { Step, StepTime } from '../types/index.js';

/** How long each step takes, as a share of all: about the mean of mail's and two tables' shares. */
const SHARES: readonly (readonly [Step, number])[] = [
  ['features', 0.2],
  ['full model', 0.2],
  ['profile', 0.15],
  ['stages', 0.25],
  ['search', 0.15],
  ['certify', 0.05],
];
/** Before this share of all is done, the time left is anybody's guess. */
const KNOWN = 0.03;
/** From this share of a step on its own pace says how long it takes; before, what was expected of it does in part. */
const BY_PACE = 0.25;

/**
 * Follows the steps of a run: none of them goes backwards. The time left may rise: it is a guess by the pace so far.
 */
export class ProgressMeter {
  private readonly times = new Map<Step, number>();
  private last: number;
  /** Milliseconds since the run began. */
  private passed = 0;
  private expected: Readonly<Partial<Record<Step, number>>> | undefined;
  private current: Step = 'features';
  private share = 0;

  /** @param started when the run began, by the clock */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    started = clock.now(),
  ) {
    this.last = started;
  }

  /**
   * Takes in that a step is so far. @returns the share of it that is done, and the seconds left;
   * undefined for what would go backwards
   */
  report(step: Step, share: number): { share: number; remaining: number | undefined } | undefined {
    const [at, before] = [step, this.current].map((name) => SHARES.findIndex(([other]) => other === name));
    if (at < before || (at === before && share < this.share)) return undefined;
    this.settle();
    this.current = step;
    this.share = share;
    const done = SHARES.slice(0, at).reduce((sum, [, part]) => sum + part, 0) + share * SHARES[at][1];
    const known = this.expected && this.left(this.expected, at, share);
    if (known !== undefined) return { share, remaining: known };
    if (done < KNOWN) return { share, remaining: undefined };
    const seconds = this.passed / 1000;
    return { share, remaining: Math.max(0, (seconds * (1 - done)) / done) };
  }

  /** What steps that aren't done take, in seconds, as it is known now: the time left follows these. */
  expect(seconds: Readonly<Partial<Record<Step, number>>>): void {
    this.expected = { ...this.expected, ...seconds };
  }

  /** Seconds that are left by what is expected, and of the step under way by its pace too. */
  private left(expected: Readonly<Partial<Record<Step, number>>>, at: number, share: number): number {
    const later = SHARES.slice(at + 1).reduce((sum, [step]) => sum + (expected[step] ?? 0), 0);
    const spent = (this.times.get(this.current) ?? 0) / 1_000;
    const weight = Math.min(1, share / BY_PACE);
    const guess = Math.max(spent, expected[this.current] ?? 0);
    const whole = share > 0 ? (1 - weight) * guess + (weight * spent) / share : guess;
    return later + (1 - share) * whole;
  }

  /** Seconds since the run began: where the clock is set back, the time until then stays. */
  elapsed(): number {
    this.settle();
    return this.passed / 1000;
  }

  /** What each step took so far. */
  spent(): StepTime[] {
    this.settle();
    return SHARES.flatMap(([step]) => {
      const time = this.times.get(step);
      return time === undefined ? [] : [{ step, seconds: time / 1000 }];
    });
  }

  /** Counts the time since the last report to the step under way. */
  private settle(): void {
    const now = this.clock.now();
    // A clock may be set back.
    const passed = Math.max(0, now - this.last);
    this.times.set(this.current, (this.times.get(this.current) ?? 0) + passed);
    this.passed += passed;
    this.last = now;
  }
}
