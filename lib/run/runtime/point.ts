import { type Block, rowBlock } from '../../data/blocks/index.js';
import { AsyncError, DeadlineError } from '../../errors.js';
import { RowView } from '../../features/define/index.js';
import { decide, exits } from '../../learn/exits/index.js';
import { isPrefix, scoreInto } from '../../learn/learners/index.js';
import { systemTimer } from '../../util/timer.js';
import { type Computing, forget, type NamedFeature, type Started, startAll } from './compute.js';
import { type Engine, type Fault, type RunOptions, type Stage, serveRows, unscored } from './engine.js';
import { type RunningSums, resumeEnsemble } from './ensembleState.js';
import { CallContext, Interrupt } from './interrupt.js';
import type { RowFailure } from './rowFailures.js';
import { runSoon, runSync, type Work } from './syncAsync.js';

/** The answer to one row. */
export interface AnsweredOne {
  readonly answer: number;
  readonly scores: Float64Array;
  readonly exit: number;
  readonly degraded: boolean;
  readonly faults: readonly Fault[];
}

/**
 * The engine for single rows. It prepares once what is the same for every row: the features that a
 * stage adds, and buffers for its scores. A row needs no generators, and no maps or arrays of rows;
 * if nothing is asynchronous, it needs no promise. A row that may be degraded and starts features
 * ahead goes through the engine for batches, which keeps their failures apart.
 */
export class PointEngine<Row> {
  private readonly steps: readonly Step<Row>[];
  private readonly addsUp: boolean;
  private readonly startsAhead: boolean;
  private readonly answer = new Float64Array(1);
  private readonly confidence = new Float64Array(1);

  constructor(private readonly engine: Engine<Row>) {
    this.steps = stepsOf(engine);
    this.addsUp = engine.stages.some(({ model }) => isPrefix(model));
    this.startsAhead = this.steps.some(({ ahead }) => ahead.length > 0);
  }

  /** The answer, or a promise of it if something is asynchronous. */
  run(row: Row, options: RunOptions): AnsweredOne | Promise<AnsweredOne> {
    const { onFault, deadlineMs, signal, timer = systemTimer, call, cached, ask } = options;
    const { ahead = false, atOnce = false } = options;
    const degrades = onFault === 'degrade';
    if (degrades && ahead && this.startsAhead) {
      const work = alone(this.engine, row, options);
      return atOnce ? runSync(work, WAITS) : runSoon(work);
    }
    signal?.throwIfAborted();
    const interrupt =
      signal === undefined && deadlineMs === undefined ? undefined : new Interrupt(timer, deadlineMs, signal);
    const losses: RowFailure[] = [];
    let answered: AnsweredOne | Promise<AnsweredOne> | undefined;
    try {
      answered = this.go({
        view: RowView.of([row]),
        computing: {
          origin: itself,
          interrupt,
          lose: degrades ? (loss) => losses.push(loss) : undefined,
          atOnce,
          cached,
          call,
        },
        ask,
        isAhead: ahead,
        losses,
        best: undefined,
        blocks: new Array(this.engine.features.length),
        early: [],
        sums: this.addsUp ? new Map() : undefined,
      });
      if (interrupt === undefined || !(answered instanceof Promise)) return answered;
      return answered.finally(() => interrupt.close());
    } finally {
      if (!(answered instanceof Promise)) interrupt?.close();
    }
  }

  /** The answer at once. @throws AsyncError if something is asynchronous */
  runSync(row: Row, options: RunOptions): AnsweredOne {
    const answered = this.run(row, { ...options, atOnce: true });
    if (!(answered instanceof Promise)) return answered;
    answered.catch(() => {});
    throw new AsyncError(WAITS);
  }

  private go(active: ActiveRow<Row>): AnsweredOne | Promise<AnsweredOne> {
    for (let s = 0; s < this.steps.length; s++) {
      let answered: Answer | Promise<Answer>;
      try {
        answered = this.step(active, s);
      } catch (error) {
        return this.fallBack(active, s, error);
      }
      if (answered instanceof Promise) return this.resume(active, s, answered);
      if (answered !== undefined) return answered;
    }
    throw unscored(this.engine, 0);
  }

  private async resume(active: ActiveRow<Row>, from: number, first: Promise<Answer>): Promise<AnsweredOne> {
    let s = from;
    try {
      let answered = await first;
      while (answered === undefined && ++s < this.steps.length) {
        const next = this.step(active, s);
        answered = next instanceof Promise ? await next : next;
      }
      if (answered !== undefined) return answered;
    } catch (error) {
      return this.fallBack(active, s, error);
    }
    throw unscored(this.engine, 0);
  }

  /** A stage failed: where the call allows that, the best answer so far stands. @throws the error otherwise */
  private fallBack(active: ActiveRow<Row>, s: number, thrown: unknown): AnsweredOne {
    const { model } = this.steps[s];
    const { interrupt, lose } = active.computing;
    interrupt?.throwIfAborted();
    const isUnnamed = thrown instanceof DeadlineError && thrown.waitingFor.length === 0;
    const error = isUnnamed ? new DeadlineError(thrown.deadlineMs, [model.name]) : thrown;
    if (lose === undefined) throw error;
    const missed = error instanceof DeadlineError ? error.waitingFor : [model.name];
    return this.degraded(
      active.best,
      missed.map((missing) => ({ missing, error, rows: [0] })),
    );
  }

  /** @throws the first loss's error where there is no answer yet */
  private degraded(best: AnsweredOne | undefined, losses: readonly RowFailure[]): AnsweredOne {
    if (best === undefined) throw losses[0].error;
    const tally = this.steps[best.exit].tally;
    if (tally !== undefined) {
      tally.answered++;
      tally.degraded++;
    }
    const faults = losses.map(({ missing, error }) => ({ missing, error, rows: Int32Array.of(0) }));
    return { ...best, degraded: true, faults };
  }

  private step(active: ActiveRow<Row>, s: number): Answer | Promise<Answer> {
    const { view, computing, blocks, early } = active;
    const { adds, features, ahead } = this.steps[s];
    const { interrupt } = computing;
    if (interrupt !== undefined) {
      interrupt.throwIfAborted();
      if (s > 0 && interrupt.isLate)
        throw new DeadlineError(
          interrupt.deadlineMs ?? 0,
          features.map(({ name }) => name),
        );
    }
    if (active.isAhead) for (const f of ahead) this.begin(active, f);
    const started = early.length === 0 ? startAll(features, view, computing) : this.startRest(active, s);
    let waits = 0;
    for (let i = 0; i < adds.length; i++) {
      const block = started[i];
      if (block instanceof Promise) waits++;
      else blocks[adds[i]] = block;
    }
    return waits === 0 ? this.scoreStage(active, s) : this.wait(active, s, started, waits);
  }

  /** Starts a feature that a later stage will wait for. A failure affects only that stage. */
  private begin({ view, computing, early }: ActiveRow<Row>, feature: number): void {
    try {
      [early[feature]] = startAll([this.engine.features[feature]], view, computing);
    } catch (error) {
      early[feature] = Promise.reject(error);
    }
    forget(early[feature]);
  }

  private startRest({ view, computing, early }: ActiveRow<Row>, s: number): Started[] {
    const { adds, features } = this.steps[s];
    const rest = startAll(
      features.filter((_, i) => early[adds[i]] === undefined),
      view,
      computing,
    );
    let next = 0;
    return adds.map((feature) => early[feature] ?? rest[next++]);
  }

  private async wait(
    active: ActiveRow<Row>,
    s: number,
    started: readonly Started[],
    waits: number,
  ): Promise<Answer> {
    const { adds } = this.steps[s];
    const all = waits === 1 ? started : await Promise.all(started);
    for (let i = 0; i < adds.length; i++) {
      const block = all[i];
      active.blocks[adds[i]] = block instanceof Promise ? await block : block;
    }
    return this.scoreStage(active, s);
  }

  /** A stage's answer; nothing if its confidence is below the threshold. */
  private scoreStage(active: ActiveRow<Row>, s: number): Answer | Promise<Answer> {
    const { view, computing, blocks, sums, losses, best, ask } = active;
    const { reads, model, tally } = this.steps[s];
    if (losses.length > 0) return this.degraded(best, losses);
    const { interrupt, call } = computing;
    const read: Block[] = new Array(reads.length);
    for (let i = 0; i < reads.length; i++) read[i] = blocks[reads[i]];
    if (model.readsRows) read.push(rowBlock(view.rows()));
    const scores = new Float64Array(model.classes);
    const begun = tally?.now() ?? 0;
    let back = Number.NaN;
    try {
      const waiting =
        sums !== undefined && resumeEnsemble(model, read, sums, scores)
          ? undefined
          : scoreInto(model, read, scores, new CallContext(interrupt, ask));
      back = tally?.now() ?? 0;
      if (waiting !== undefined) {
        return this.scored(active, s, scores, interrupt?.wait(waiting) ?? waiting, begun, back);
      }
    } catch (error) {
      const now = tally?.now() ?? 0;
      tally?.add(1, begun, now, now, call, error);
      throw error;
    }
    tally?.add(1, begun, back, back, call);
    return this.decideStage(active, s, scores);
  }

  private async scored(
    active: ActiveRow<Row>,
    s: number,
    scores: Float64Array,
    waiting: Promise<void>,
    begun: number,
    back: number,
  ): Promise<Answer> {
    const { tally } = this.steps[s];
    const { call } = active.computing;
    try {
      await waiting;
    } catch (error) {
      tally?.add(1, begun, back, tally.now(), call, error);
      throw error;
    }
    tally?.add(1, begun, back, tally.now(), call);
    return this.decideStage(active, s, scores);
  }

  private decideStage(active: ActiveRow<Row>, s: number, scores: Float64Array): Answer {
    const { stage, model, tally } = this.steps[s];
    let answer: number;
    if (stage === undefined) {
      answer = decide(this.engine.decision, scores, 0, model.classes);
      if (Number.isNaN(answer)) throw unscored(this.engine, 0);
    } else {
      stage.rule.decide(scores, model.classes, this.answer, this.confidence);
      answer = this.answer[0];
      const sure = this.confidence[0];
      if (!exits(answer, sure, stage.thresholds)) {
        // Without a confidence of at least 0 a stage has no provisional answer.
        if (active.computing.lose !== undefined && sure >= 0) active.best = this.answerOf(s, answer, scores);
        return undefined;
      }
    }
    if (tally !== undefined) tally.answered++;
    return this.answerOf(s, answer, scores);
  }

  private answerOf(s: number, answer: number, scores: Float64Array): AnsweredOne {
    return { answer, scores: this.shown(scores), exit: s, degraded: false, faults: [] };
  }

  /** The scores that go with an answer: for regression, the error that is expected. */
  private shown(scores: Float64Array): Float64Array {
    if (this.engine.decision.kind !== 'value') return scores;
    return Float64Array.of(scores.length > 1 ? scores[1] : 0);
  }
}

const WAITS = 'a feature or model';

/** A stage's answer, if its confidence is high enough. */
type Answer = AnsweredOne | undefined;

/** A row that no stage has answered yet, and what is known of it so far. */
interface ActiveRow<Row> {
  readonly view: RowView<Row>;
  readonly computing: Computing;
  readonly isAhead: boolean;
  readonly ask: number | undefined;
  /** Computed so far, by feature. */
  readonly blocks: Block[];
  /** Begun before they were needed, by feature. */
  readonly early: Started[];
  readonly sums: RunningSums | undefined;
  /** What it needed and didn't get, where it may be degraded; and the answer that stands then. */
  readonly losses: readonly RowFailure[];
  best: AnsweredOne | undefined;
}

function* alone<Row>(engine: Engine<Row>, row: Row, options: RunOptions): Work<AnsweredOne> {
  const { answers, scores, exits, degraded, faults } = yield* serveRows(engine, [row], options);
  return { answer: answers[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults };
}

/** A stage, or the full model, and the features that it adds to earlier ones. */
interface Step<in Row> extends Pick<Stage, 'reads' | 'model' | 'tally'> {
  readonly stage: Stage | undefined;
  /** Positions of the features that no earlier stage reads, and these. */
  readonly adds: readonly number[];
  readonly features: readonly NamedFeature<Row>[];
  /** Features of later stages that it starts. */
  readonly ahead: readonly number[];
}

function stepsOf<Row>({ stages, full, features }: Engine<Row>): Step<Row>[] {
  const have = new Set<number>();
  const begun = new Set<number>();
  return [...stages, undefined].map((stage) => {
    const { reads, model, tally } = stage ?? full;
    const adds = reads.filter((feature) => !have.has(feature));
    for (const feature of adds) have.add(feature);
    const ahead = (stage?.ahead ?? []).filter((feature) => !have.has(feature) && !begun.has(feature));
    for (const feature of ahead) begun.add(feature);
    const added = adds.map((feature) => features[feature]);
    return { stage, adds, features: added, ahead, reads, model, ...(tally && { tally }) };
  });
}

function itself(row: number): number {
  return row;
}
