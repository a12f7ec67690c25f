import type { Block } from '../blocks/index.js';
import { decide, exits } from '../exits/index.js';
import { RowView } from '../features/index.js';
import { isPrefix, type Model } from '../learners/index.js';
import { systemTimer } from '../timer.js';
import { type Computing, type NamedFeature, type Started, startAll } from './compute.js';
import {
  type Begun,
  type Engine,
  type Fault,
  type ServeOptions,
  type Serving,
  type Stage,
  serve,
  serveBatch,
  unanswered,
  unscored,
} from './engine.js';
import { Interrupt } from './interrupt.js';
import type { Ahead, Passing } from './passing.js';
import type { Work } from './pending.js';
import { goOn } from './sums.js';

/** What was answered to one row. */
export interface AnsweredOne {
  readonly answer: number;
  readonly scores: Float64Array;
  readonly exit: number;
  readonly degraded: boolean;
  readonly faults: readonly Fault[];
}

/**
 * The engine for single rows. What is the same for every row is worked out once: which features a stage adds, and room for
 * what it says. A row that nothing holds up goes through without a generator, and without maps and arrays of rows; from the
 * first thing that has to be waited for, it goes on in the engine that batches go through, and so does one that has a deadline
 * or may be degraded.
 */
export class PointEngine<Row> {
  private readonly steps: readonly Step<Row>[];
  private readonly addsUp: boolean;
  private readonly answer = new Float64Array(1);
  private readonly confidence = new Float64Array(1);

  constructor(private readonly engine: Engine<Row>) {
    this.steps = stepsOf(engine);
    this.addsUp = engine.stages.some(({ model }) => isPrefix(model));
  }

  /** The answer, or, where something has to be waited for, the work that is left. */
  run(row: Row, options: ServeOptions): AnsweredOne | Work<AnsweredOne> {
    const { onFault, deadlineMs, signal, timer = systemTimer, call, ahead = false, atOnce = false } = options;
    if (onFault === 'degrade' || deadlineMs !== undefined) return alone(this.engine, row, options);
    signal?.throwIfAborted();
    if (signal === undefined)
      return this.go(row, { degrades: false, interrupt: undefined, ahead, atOnce, call });
    const interrupt = new Interrupt(timer, undefined, signal);
    try {
      const answered = this.go(row, { degrades: false, interrupt, ahead, atOnce, call });
      if ('next' in answered) return closing(answered, interrupt);
      interrupt.close();
      return answered;
    } catch (error) {
      interrupt.close();
      throw error;
    }
  }

  private go(row: Row, serving: Serving): AnsweredOne | Work<AnsweredOne> {
    const { engine, steps } = this;
    const { call, interrupt, atOnce } = serving;
    const view = RowView.of([row]);
    const computing: Computing = { origin: itself, interrupt, atOnce, call };
    const blocks: Block[] = new Array(engine.features.length);
    const sums: Passing['sums'] = this.addsUp ? new Map() : NONE;
    for (let s = 0; s < steps.length; s++) {
      const { stage, isAhead, adds, features, reads, model, tally } = steps[s];
      interrupt?.throwIfAborted();
      if (isAhead && serving.ahead) {
        return this.later(view, { stage: s, passing: passingOf(blocks, adds, [], sums) }, serving);
      }
      const started = startAll(features, view, computing);
      if (!fill(blocks, adds, started)) {
        return this.later(view, { stage: s, passing: passingOf(blocks, adds, started, sums) }, serving);
      }

      const read: Block[] = new Array(reads.length);
      for (let i = 0; i < reads.length; i++) read[i] = blocks[reads[i]];
      const scores = new Float64Array(model.classes);
      const begun = tally?.now() ?? 0;
      const waiting =
        this.addsUp && goOn(model, read, sums, scores)
          ? undefined
          : scoring(model, read, scores, steps[s], serving);
      const back = tally?.now() ?? 0;
      if (waiting !== undefined) {
        const passing = passingOf(blocks, adds, [], sums);
        return this.later(view, { stage: s, passing, scoring: { scores, waiting, begun, back } }, serving);
      }
      tally?.add(1, begun, back, back, call);

      const answer = this.say(stage, scores, model.classes);
      if (stage === undefined && Number.isNaN(answer)) throw unscored(engine, 0);
      if (stage !== undefined && !exits(answer, this.confidence[0], stage.thresholds)) continue;
      if (tally !== undefined) tally.answered++;
      return { answer, scores: this.shown(scores), exit: s, degraded: false, faults: [] };
    }
    throw unscored(engine, 0);
  }

  /** What a stage, or the full model, answers; how sure a stage is of it, is in `confidence`. */
  private say(stage: Stage | undefined, scores: Float64Array, width: number): number {
    if (stage === undefined) return decide(this.engine.decision, scores, 0, width);
    stage.rule.say(scores, width, this.answer, this.confidence);
    return this.answer[0];
  }

  /** The scores that go with an answer: for regression, the error that is expected. */
  private shown(scores: Float64Array): Float64Array {
    if (this.engine.decision.kind !== 'value') return scores;
    return Float64Array.of(scores.length > 1 ? scores[1] : 0);
  }

  private *later(view: RowView<Row>, begun: Begun, serving: Serving): Work<AnsweredOne> {
    const answered = unanswered(1, this.engine.classes);
    yield* serveBatch(this.engine, view, 0, answered, serving, begun);
    return onlyOf(answered);
  }
}

function* alone<Row>(engine: Engine<Row>, row: Row, options: ServeOptions): Work<AnsweredOne> {
  return onlyOf(yield* serve(engine, [row], options));
}

function* closing(work: Work<AnsweredOne>, interrupt: Interrupt): Work<AnsweredOne> {
  try {
    return yield* work;
  } finally {
    interrupt.close();
  }
}

function onlyOf({ answers, scores, exits, degraded, faults }: ReturnType<typeof unanswered>): AnsweredOne {
  return { answer: answers[0], scores, exit: exits[0], degraded: degraded[0] === 1, faults };
}

/** A stage, or the full model, and what it adds to those before it. */
interface Step<in Row> extends Pick<Stage, 'reads' | 'model' | 'tally'> {
  readonly stage: Stage | undefined;
  /** Positions of the features that no earlier stage reads, and these. */
  readonly adds: readonly number[];
  readonly features: readonly NamedFeature<Row>[];
  /** Whether it begins features of later stages. */
  readonly isAhead: boolean;
}

function stepsOf<Row>({ stages, full, features }: Engine<Row>): Step<Row>[] {
  const have = new Set<number>();
  return [...stages, undefined].map((stage) => {
    const { reads, model, tally } = stage ?? full;
    const adds = reads.filter((feature) => !have.has(feature));
    for (const feature of adds) have.add(feature);
    const isAhead = stage?.ahead !== undefined && stage.ahead.length > 0;
    const added = adds.map((feature) => features[feature]);
    return { stage, adds, features: added, isAhead, reads, model, ...(tally && { tally }) };
  });
}

/** Puts blocks in their places; false where one is still to come. */
function fill(blocks: Block[], places: readonly number[], started: readonly Started[]): boolean {
  for (let i = 0; i < places.length; i++) {
    const block = started[i];
    if (block instanceof Promise) return false;
    blocks[places[i]] = block;
  }
  return true;
}

function scoring(
  model: Model,
  read: readonly Block[],
  scores: Float64Array,
  { tally }: Pick<Stage, 'tally'>,
  { interrupt, call }: Serving,
): Promise<void> | undefined {
  const begun = tally?.now() ?? 0;
  try {
    return model.score(read, scores, { signal: interrupt?.signal }) ?? undefined;
  } catch (error) {
    const now = tally?.now() ?? 0;
    tally?.add(1, begun, now, now, call, error);
    throw error;
  }
}

function passingOf(
  blocks: readonly Block[],
  places: readonly number[],
  started: readonly Started[],
  sums: Passing['sums'],
): Passing {
  const have = new Map<number, Block>();
  blocks.forEach((block, feature) => {
    have.set(feature, block);
  });
  const ahead = new Map<number, Ahead>();
  started.forEach((block, i) => {
    if (!have.has(places[i])) ahead.set(places[i], { started: block, losses: [] });
  });
  return { rows: Int32Array.of(0), blocks: have, ahead, sums: sums === NONE ? new Map() : sums };
}

const NONE: Passing['sums'] = new Map();

function itself(row: number): number {
  return row;
}
