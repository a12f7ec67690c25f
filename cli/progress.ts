import { duration, type PrintedProgress, ProgressLine, type ProgressStream } from '../lib/report/index.js';
import type { Io } from './command.js';

/** The stream and clock of progress; tests pass their own. */
export interface Drawing {
  readonly stream: ProgressStream;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds between updates of the elapsed time while nothing else happens. */
const TICK = 1_000;

/**
 * Shows how far `tune` has come, and how long it has taken and will take: a bar a step on a terminal, elsewhere a
 * line when a step is done.
 */
export function progressOf(
  io: Pick<Io, 'err' | 'watched'>,
  { stream, now }: Drawing = { stream: process.stderr, now: () => performance.now() },
): {
  show(progress: Extract<PrintedProgress, { share: number }>): void;
  end(): void;
} {
  if (io.watched.err) {
    const line = new ProgressLine(stream, now);
    const ticking = setInterval(() => line.draw(), TICK).unref();
    return {
      show: (progress) => line.show(progress),
      end() {
        clearInterval(ticking);
        line.end();
      },
    };
  }
  let begun = now();
  return {
    show({ step, share }) {
      if (share !== 1) return;
      io.err(`${step}: done in ${duration(now() - begun)}\n`);
      begun = now();
    },
    end() {},
  };
}
