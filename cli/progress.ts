import cliProgress from 'cli-progress';
import type { Progress } from '../index.js';
import type { Io } from './command.js';

/** The stream and clock of a progress bar; tests pass their own. */
export interface Drawing {
  readonly stream: NodeJS.WritableStream;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds between updates of the elapsed time while nothing else happens. */
const TICK = 1_000;
/** Below this share the remaining time can't be estimated. */
const LEAST_SHARE = 0.02;

/**
 * Shows how far `tune` has come, and how long it has taken and will take: a bar a step on a terminal, elsewhere a
 * line when a step is done.
 */
export function progressOf(
  io: Pick<Io, 'err' | 'watched'>,
  { stream, now }: Drawing = { stream: process.stderr, now: () => performance.now() },
): {
  show(progress: Pick<Progress, 'share'> & { step: string }): void;
  end(): void;
} {
  // A step begins where the one before ends: its first news come when some of it is done.
  let begun = now();
  if (!io.watched.err) {
    return {
      show({ step, share }) {
        if (share !== 1) return;
        io.err(`${step}: done in ${duration(now() - begun)}\n`);
        begun = now();
      },
      end() {},
    };
  }
  let step: string | undefined;
  let share = 0;
  let bar: cliProgress.SingleBar | undefined;
  let ticking: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(ticking);
    bar?.stop();
    bar = undefined;
  };
  const draw = () => bar?.update(share, { times: timeSpent(share, now() - begun) });
  return {
    show(progress) {
      if (progress.step !== step) {
        stop();
        step = progress.step;
        bar = new cliProgress.SingleBar(
          { format: `${step.padEnd(12)} {bar} {percentage} %  {times}`, stream, hideCursor: true },
          cliProgress.Presets.shades_classic,
        );
        bar.start(1, 0, { times: timeSpent(0, 0) });
        ticking = setInterval(draw, TICK).unref();
      }
      share = progress.share;
      draw();
      if (share !== 1) return;
      stop();
      begun = now();
    },
    end: stop,
  };
}

/** How long a step has taken, and about how long it still will, at the pace so far. */
export function timeSpent(share: number, elapsed: number): string {
  if (share >= 1) return `in ${duration(elapsed)}`;
  const left = share < LEAST_SHARE ? '' : `, about ${duration((elapsed * (1 - share)) / share)} left`;
  return `${duration(elapsed)}${left}`;
}

/** Milliseconds in readable units. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
