import type { OwnCounts } from '../../lib/features/define/index.js';
import {
  type Answered,
  type AnsweredOne,
  type Engine,
  PointEngine,
  type RunOptions,
  runSoon,
  runSync,
  serveRows,
  untilSteady,
  warmParts,
} from '../../lib/run/runtime/index.js';
import {
  beginCall,
  endCall,
  type FeatureStatistics,
  type Statistics,
  since,
  stageStatistics,
  workStatistics,
} from '../../lib/run/telemetry/index.js';
import type { PredictOptions } from './answers.js';
import { Health, longestWait, type Watch, type WatchedAnswer } from './health.js';
import type { RowCheck } from './rowCheck.js';

type CallOptions = Omit<PredictOptions, 'mode'> & Pick<RunOptions, 'probe'>;

/** Runs a cascade's engine, or that of its whole pipeline, and reports to listeners. */
export class Service<Row> {
  private readonly points: PointEngine<Row>;
  /** Features' own counts before they served here, for example in tuning or while warming up. */
  private before: readonly OwnCounts[];

  constructor(
    private readonly engine: Engine<Row>,
    private readonly watch: Watch = new Health(engine.stages.length),
    private readonly check?: RowCheck<Row>,
  ) {
    this.points = new PointEngine(engine);
    this.before = this.counted();
  }

  async run(rows: readonly Row[], call: CallOptions): Promise<WatchedAnswer<Answered>> {
    return this.soon(rows, call);
  }

  /** The same, at once where nothing waits. */
  soon(rows: readonly Row[], call: CallOptions): WatchedAnswer<Answered> | Promise<WatchedAnswer<Answered>> {
    this.check?.all(rows);
    const patience = longestWait(call.deadlineMs, false);
    const begun = this.watch.begin(patience);
    const options = optionsOf(call, rows.length);
    const end = (answered: Answered) => ended(options, answered, this.watch.ended(begun, patience, answered));
    return this.settled(() => runSoon(serveRows(this.engine, rows.slice(), options)), end, options, patience);
  }

  runSync(rows: readonly Row[], call: CallOptions): WatchedAnswer<Answered> {
    this.check?.all(rows);
    const patience = longestWait(call.deadlineMs, true);
    const begun = this.watch.begin(patience);
    const options = optionsOf(call, rows.length, true);
    try {
      const answered = runSync(serveRows(this.engine, rows, options), WAITS);
      return ended(options, answered, this.watch.ended(begun, patience, answered));
    } catch (error) {
      throw this.failed(options, patience, error);
    }
  }

  async one(row: Row, call: CallOptions): Promise<WatchedAnswer<AnsweredOne>> {
    return this.oneSoon(row, call);
  }

  /** The same, at once where nothing waits. */
  oneSoon(row: Row, call: CallOptions): WatchedAnswer<AnsweredOne> | Promise<WatchedAnswer<AnsweredOne>> {
    this.check?.one(row);
    const patience = longestWait(call.deadlineMs, false);
    const begun = this.watch.begin(patience);
    const options = optionsOf(call, 1);
    const end = (answered: AnsweredOne) =>
      endedOne(options, answered, this.watch.endedOne(begun, patience, answered));
    return this.settled(() => this.points.run(row, options), end, options, patience);
  }

  oneSync(row: Row, call: CallOptions): WatchedAnswer<AnsweredOne> {
    this.check?.one(row);
    const patience = longestWait(call.deadlineMs, true);
    const begun = this.watch.begin(patience);
    const options = optionsOf(call, 1, true);
    try {
      const answered = this.points.runSync(row, options);
      return endedOne(options, answered, this.watch.endedOne(begun, patience, answered));
    } catch (error) {
      throw this.failed(options, patience, error);
    }
  }

  /** The outcome of work that may wait. */
  private settled<A>(
    work: () => A | Promise<A>,
    end: (answered: A) => WatchedAnswer<A>,
    options: RunOptions,
    patience: number,
  ): WatchedAnswer<A> | Promise<WatchedAnswer<A>> {
    try {
      const running = work();
      if (!(running instanceof Promise)) return end(running);
      return running.then(end).catch((error: unknown) => {
        throw this.failed(options, patience, error);
      });
    } catch (error) {
      throw this.failed(options, patience, error);
    }
  }

  /** An aborted call is no evidence on the parts that its rows needed. */
  private failed({ call, signal }: RunOptions, patience: number, error: unknown): unknown {
    if (!signal?.aborted) this.watch.failed(patience, error);
    endCall(call, 0, false, error);
    return error;
  }

  /**
   * Prepares features and models, and then repeats each work until it gets no quicker. None of it
   * is counted.
   */
  async warm(works: readonly (() => Promise<void>)[], maxMs: number): Promise<void> {
    const begun = performance.now();
    await this.uncounted(async () => {
      await warmParts(this.engine);
      for (const work of works) await untilSteady(work, maxMs / works.length);
    });
    const last = works.at(-1);
    if (last === undefined) return;
    // Turns of the event loop, and counting, displace data from the processor's caches: the last
    // work runs once more at the end.
    for (let time = 0; time < LAST && performance.now() - begun < maxMs; time++) {
      await this.uncounted(last);
    }
  }

  /** Runs something on the engine. It isn't counted. */
  prepare(work: (engine: Engine<Row>) => Promise<void>): Promise<void> {
    return this.uncounted(() => work(this.engine));
  }

  private async uncounted(work: () => Promise<void>): Promise<void> {
    const { features, stages, full } = this.engine;
    const resume = [...[...features, ...stages, full].map(({ tally }) => tally?.pause()), this.watch.pause()];
    const counted = this.counted();
    try {
      await work();
    } finally {
      for (const each of resume) each?.();
      this.before = this.counted().map((now, f) => since(since(this.before[f], counted[f]), now));
    }
  }

  private counted(): OwnCounts[] {
    return this.engine.features.map(({ fitted }) => fitted.counts?.() ?? {});
  }

  statistics<Name extends string>(): Statistics<Name> {
    const { features, stages, full } = this.engine;
    const byName: Record<string, FeatureStatistics> = {};
    const counted = this.counted();
    features.forEach(({ name, tally }, f) => {
      if (tally !== undefined)
        byName[name] = { ...workStatistics(tally), ...since(this.before[f], counted[f]) };
    });
    return {
      health: this.watch.statistics(),
      features: byName as Record<Name, FeatureStatistics>, // The features' names are the set's.
      stages: [...stages, full].flatMap(({ tally }) => (tally === undefined ? [] : stageStatistics(tally))),
    };
  }
}

const WAITS = 'a feature or model';
/** So often, so that counting is near as well. */
const LAST = 4;

function optionsOf(
  { onFault = 'throw', deadlineMs, speculate = true, signal, cached, ask, probe }: CallOptions,
  rows: number,
  atOnce = false,
): RunOptions {
  const ahead = speculate && rows === 1;
  return { onFault, deadlineMs, signal, ahead, atOnce, cached, ask, probe, call: beginCall(rows) };
}

function ended({ call }: RunOptions, answered: Answered, impaired: boolean): WatchedAnswer<Answered> {
  if (call !== undefined) {
    const degraded = answered.degraded.reduce((sum, flag) => sum + flag, 0);
    endCall(call, degraded, impaired);
  }
  return { answered, impaired };
}

function endedOne(
  { call }: RunOptions,
  answered: AnsweredOne,
  impaired: boolean,
): WatchedAnswer<AnsweredOne> {
  endCall(call, Number(answered.degraded), impaired);
  return { answered, impaired };
}
