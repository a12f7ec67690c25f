import { show } from '../../check.js';
import { OptionError } from '../../errors.js';

/** An event of `onProgress`: of `tune` and `tuneTopK`, or of `trainDetector`. */
export type PrintedProgress =
  | {
      readonly step: string;
      readonly share: number;
      readonly remaining?: number;
      readonly note?: string;
    }
  | {
      readonly step: string;
      readonly stage: number;
      readonly stages: number;
      readonly secondsLeft: number | undefined;
    };

/** Where progress is printed: a terminal, such as `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How far a step is, as it is drawn. */
interface Step {
  readonly name: string;
  readonly share: number;
  /** Seconds left of the whole call. */
  readonly left: number | undefined;
  /** What is said before it. */
  readonly note?: string | undefined;
}

/** Shares of a detector's stage that are done when these steps begin. */
const OF_STAGE: Readonly<Record<string, number>> = { negatives: 0, features: 0.3, boosting: 0.5, stage: 1 };
/** Milliseconds between two drawings of a step: events may come by the thousand. */
const LEAST_MS = 100;
/** Below this share of a step the time left can't be estimated. */
const LEAST_SHARE = 0.02;

/**
 * Prints how far a call is, a line a step: the share that is done, the time that it took, and about the time left.
 * For `onProgress` of `tune`, `tuneTopK` and `trainDetector`. Where the stream is no terminal, such as a pipe or a
 * file, or a `dumb` one, it is a line at the beginning and the end of each step, and each minute.
 *
 * @param stream where to. @defaultValue process.stderr
 * @returns a function for one call's events
 * @throws OptionError for what is no stream
 * @example
 * const cascade = await tune({ features, rows, labels, full, bound, onProgress: printProgress() });
 */
export function printProgress(stream: ProgressStream = process.stderr): (progress: PrintedProgress) => void {
  if (typeof stream?.write !== 'function') {
    const hint = '; for onProgress call it: onProgress: printProgress()';
    throw new OptionError('stream', `expected one such as process.stderr, got ${show(stream)}${hint}`);
  }
  const draws = stream.isTTY === true && process.env.TERM !== 'dumb';
  const line = draws ? new ProgressLine(stream) : new ProgressLog(stream);
  return (progress) => line.show(progress);
}

/** Milliseconds between two lines of a step, where lines stay. */
const A_MINUTE = 60_000;

/** Lines that stay: as a step begins and ends, and each minute. */
export class ProgressLog {
  private step: Step | undefined;
  private begun: number;
  private written = 0;

  /** @param now milliseconds */
  constructor(
    private readonly stream: ProgressStream,
    private readonly now = () => performance.now(),
  ) {
    this.begun = now();
  }

  show(progress: PrintedProgress): void {
    const next = stepOf(progress);
    if (next.note !== undefined) this.stream.write(`${next.note}\n`);
    const isSame = next.name === this.step?.name;
    const isDone = next.share >= 1;
    if (isSame && this.step !== undefined && this.step.share >= 1) return;
    const now = this.now();
    this.step = next;
    if (isSame && !isDone && now - this.written < A_MINUTE) return;
    this.written = now;
    const times = timeSpent(next.share, now - this.begun, next.left);
    this.stream.write(`${next.name}: ${Math.floor(next.share * 100)} %, ${times}\n`);
    if (isDone) this.begun = now;
  }
}

/** The line of a step, drawn anew until the step is done. */
export class ProgressLine {
  private step: Step | undefined;
  private begun: number;
  private heard = 0;
  private drawn = 0;
  private isOpen = false;
  /** Whether the line above the cursor is this step's. */
  private isAbove = false;

  /** @param now milliseconds */
  constructor(
    private readonly stream: ProgressStream,
    private readonly now = () => performance.now(),
  ) {
    // A step begins where the one before ends: its first news come when some of it is done.
    this.begun = now();
  }

  show(progress: PrintedProgress): void {
    const next = stepOf(progress);
    const isSame = next.name === this.step?.name;
    if (isSame && !this.isOpen) return;
    if (!isSame || next.note !== undefined) this.end();
    if (next.note !== undefined) this.stream.write(`${next.note}\n`);
    this.step = next;
    this.isOpen = true;
    this.heard = this.now();
    if (!isSame || next.share >= 1 || this.heard - this.drawn >= LEAST_MS) this.draw();
    if (next.share < 1) return;
    this.end();
    this.begun = this.now();
  }

  /** Draws the step with the time that has passed since. */
  draw(): void {
    if (!this.isOpen || this.step === undefined) return;
    const { name, share, left } = this.step;
    // A terminal of unknown width says 0.
    const columns = this.stream.columns || 80;
    const width = Math.max(0, Math.min(30, columns - 65));
    const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
    const since = (this.now() - this.heard) / 1_000;
    const times = timeSpent(share, this.now() - this.begun, left && Math.max(0, left - since));
    const text = `${name.padEnd(14)} ${bar} ${`${Math.floor(share * 100)}`.padStart(3)} %  ${times}`;
    this.drawn = this.now();
    // The cursor rests on the next line: whatever ends the call, its message has a line of its own.
    this.stream.write(`${this.isAbove ? '\u001b[1A\r' : ''}${text.slice(0, columns - 1)}\u001b[K\n`);
    this.isAbove = true;
  }

  /** Leaves the line as it is. */
  end(): void {
    this.isOpen = false;
    this.isAbove = false;
  }
}

function stepOf(progress: PrintedProgress): Step {
  if ('share' in progress) {
    return {
      name: progress.step,
      share: Math.min(1, Math.max(0, progress.share || 0)),
      left: progress.remaining,
      note: progress.note,
    };
  }
  const { step, stage, stages, secondsLeft } = progress;
  return { name: `stage ${stage} of ${stages}`, share: OF_STAGE[step] ?? 0, left: secondsLeft };
}

/**
 * How long a step has taken, and about how long the call still will.
 *
 * @param elapsed milliseconds
 * @param left seconds of the call; without them the time left of the step, at the pace so far
 */
export function timeSpent(share: number, elapsed: number, left?: number): string {
  if (share >= 1) return `in ${duration(elapsed)}`;
  if (left !== undefined) return `${duration(elapsed)}, about ${duration(left * 1_000)} left in all`;
  const rest = share < LEAST_SHARE ? '' : `, about ${duration((elapsed * (1 - share)) / share)} left`;
  return `${duration(elapsed)}${rest}`;
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
