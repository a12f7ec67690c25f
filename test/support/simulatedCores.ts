import type { Timer } from '../../lib/util/timer.js';
import type { Executor, Running, Slice, SliceAnswer } from '../../serve/executor.js';
import type { ModelJob, ScheduledMode, ScheduledModel } from '../../serve/scheduling/index.js';
import type { Named } from './namedScheduler.js';

/** What a slice takes: milliseconds on its core, and then elsewhere. */
export interface Takes {
  readonly busyMs: number;
  readonly waitMs?: number;
  /** The slice fails with it. */
  readonly error?: unknown;
  /** Whether all its rows are degraded. */
  readonly isDegraded?: boolean;
}

/** Cores on a timer's time. A row's answer is its value plus the mode; its score is twice its value. */
export class SimulatedCores implements Executor {
  readonly started: { readonly slice: Slice; readonly at: number }[] = [];
  busy = 0;
  /** The most slices that were on cores at once. */
  mostBusy = 0;
  /** Milliseconds of all cores that slices took. */
  busyMs = 0;

  constructor(
    private readonly timer: Timer,
    public cores: number,
    private readonly takes: (slice: Slice) => Takes,
  ) {}

  run(slice: Slice): Running {
    this.started.push({ slice, at: this.timer.now() });
    this.busy++;
    this.mostBusy = Math.max(this.mostBusy, this.busy);
    const { busyMs, waitMs = 0, error, isDegraded = false } = this.takes(slice);
    this.busyMs += busyMs;
    let leave = (): void => {};
    const yielded = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const answer = new Promise<SliceAnswer>((resolve, reject) => {
      const end = () => (error === undefined ? resolve(answerTo(slice, busyMs, isDegraded)) : reject(error));
      this.timer.after(busyMs, () => {
        this.busy--;
        leave();
        if (waitMs > 0) this.timer.after(waitMs, end);
        else end();
      });
    });
    return { answer, yielded };
  }
}

/** A row’s answer is its value plus the mode; its score is twice its value. */
export function answerTo(
  { rows, inputs, mode, scores }: Slice,
  busyMs: number,
  isDegraded: boolean,
): SliceAnswer {
  const { elements } = inputs.x;
  if (!(elements instanceof Float64Array) || elements.length !== rows) throw new Error('not the rows of x');
  return {
    answers: elements.map((value) => value + mode / 1024),
    scores: scores ? elements.map((value) => 2 * value) : new Float64Array(0),
    exits: new Uint8Array(rows).fill(mode),
    degraded: new Uint8Array(rows).fill(Number(isDegraded)),
    verdict: isDegraded ? 'degraded' : 'certified',
    busyMs,
  };
}

/** @param modes microseconds of a call, a row, and waiting elsewhere; from conservative to aggressive */
export function loadedModel(
  key: string,
  ...modes: readonly [readonly [number, number, number?], ...(readonly [number, number, number?])[]]
): ScheduledModel {
  const [own, ...others] = modes;
  const mode = ([call, row, wait = 0]: readonly [number, number, number?]): ScheduledMode => ({
    verdict: 'certified',
    cost: { call, row, wait },
  });
  return {
    key,
    kind: 'value',
    width: 1,
    modes: [mode(own), ...others.map(mode)],
  };
}

/** A slice's cost as its model's modes promise it. */
export function costOf(models: readonly ScheduledModel[], { model, mode, rows }: Slice): number {
  const loaded = models.find(({ key }) => key === model);
  if (loaded === undefined) throw new Error(`no model ${model}`);
  const { call, row } = loaded.modes[mode].cost;
  return (call + rows * row) / 1000;
}

/** A job of rows `first`, `first` + 1, ... */
export function jobOf(
  model: string,
  rows: number,
  given: Partial<ModelJob> = {},
  first = 0,
): Named<ModelJob> {
  return {
    model,
    tenant: 'anonymous',
    rows,
    inputs: { x: { elements: Float64Array.from({ length: rows }, (_, i) => first + i), rowShape: [] } },
    scores: false,
    arrived: 0,
    deadline: undefined,
    ...given,
  };
}
