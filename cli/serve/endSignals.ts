import type { Serving } from '../../entries/serve.js';
import type { Io } from '../command.js';
import { ABORTED, DONE, TERMINATED } from '../exitCodes.js';

/**
 * What ends a server: SIGTERM after its drain's delay, an interrupt without. The next signal cuts the delay short, and
 * one after that ends the process. As the first process of a container it has to see to that itself.
 */
export class EndSignals {
  private readonly started = new AbortController();
  private readonly over: Promise<number>;
  private resolve: (code: number) => void = () => {};
  private serving: Serving | undefined;
  private isHurried = false;

  constructor(io: Pick<Io, 'signal'>) {
    this.over = new Promise((resolve) => {
      this.resolve = resolve;
    });
    process.on('SIGTERM', () => this.signalled(DONE, TERMINATED, false));
    process.on('SIGINT', () => this.signalled(ABORTED, ABORTED, true));
    if (io.signal.aborted) this.signalled(ABORTED, ABORTED, true);
  }

  /** Aborted by the first signal: models that are being loaded are given up. */
  get signal(): AbortSignal {
    return this.started.signal;
  }

  /** Fulfilled by the first signal, with the exit code of a server that has ended in order. */
  get asked(): Promise<number> {
    return this.over;
  }

  /** Closes what serves, as the signals say. @returns once it is closed */
  async close(serving: Serving): Promise<void> {
    this.serving = serving;
    await serving.close(this.isHurried ? { drainDelayMs: 0 } : {});
  }

  private signalled(code: number, atOnce: number, hurries: boolean): void {
    if (this.isHurried) process.exit(atOnce);
    this.isHurried = hurries || this.signal.aborted;
    if (!this.signal.aborted) this.started.abort();
    this.resolve(code);
    if (this.isHurried) void this.serving?.close({ drainDelayMs: 0 });
  }
}
