import type { Timer } from '../../lib/timer.js';
import type { Executor, Running, Slice, SliceAnswer } from '../../serve/executor.js';
import type { SimulatedCores } from './simulatedCores.js';

/** One simulated core on a thread of its own: this thread hears late that a slice has left it. */
export class SeenLate implements Executor {
  readonly cores = 1;
  private readonly sent: (() => void)[] = [];
  private isBusy = false;
  /** Slices that haven't left the core, as far as this thread knows. */
  private known = 0;

  /** @param lagMs from a slice's end until this thread hears of it */
  constructor(
    private readonly timer: Timer,
    private readonly core: SimulatedCores,
    private readonly lagMs: number,
    private readonly takesAhead: boolean,
  ) {}

  get ahead(): number | undefined {
    return this.takesAhead ? Math.max(0, this.known - 1) : undefined;
  }

  run(slice: Slice): Running {
    let leave = (): void => {};
    const yielded = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.known++;
    const answer = new Promise<SliceAnswer>((resolve, reject) => {
      this.sent.push(() => {
        const running = this.core.run(slice);
        running.yielded.then(() => {
          this.isBusy = false;
          this.begin();
          this.timer.after(this.lagMs, () => {
            this.known--;
            leave();
            running.answer.then(resolve, reject);
          });
        });
      });
    });
    this.begin();
    return { answer, yielded };
  }

  private begin(): void {
    if (this.isBusy) return;
    const next = this.sent.shift();
    this.isBusy = next !== undefined;
    next?.();
  }
}
