import type { Timer } from '../lib/util/timer.js';

/** How a server goes: it says so, is there for a while, and then ends what it had begun, the last first. */
export class Shutdown {
  private readonly ends: (() => void | Promise<void>)[] = [];
  private done: Promise<void> | undefined;
  /** Of the wait: when it is over, and what ends it. */
  private until = Number.POSITIVE_INFINITY;
  private callOff = () => {};
  private go = () => {};

  constructor(private readonly timer: Timer) {}

  /** Something was begun, and is to be ended. */
  add(end: () => void | Promise<void>): void {
    this.ends.push(end);
  }

  /**
   * @param delayMs from now on; a later call may end the wait sooner, and never later
   * @param announce says that it goes
   * @returns the same promise for every call
   */
  begin(delayMs: number, announce: () => void): Promise<void> {
    this.done ??= this.run(delayMs, announce);
    this.wait(delayMs);
    return this.done;
  }

  private async run(delayMs: number, announce: () => void): Promise<void> {
    announce();
    if (delayMs > 0) {
      await new Promise<void>((resolve) => {
        this.go = resolve;
      });
    }
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  private wait(delayMs: number): void {
    const at = this.timer.now() + delayMs;
    if (at >= this.until) return;
    this.until = at;
    this.callOff();
    if (delayMs > 0) this.callOff = this.timer.after(delayMs, this.go);
    else this.go();
  }
}
