import type { Block } from '../blocks/index.js';
import { decide, exits } from '../exits/index.js';
import { RowView } from '../features/index.js';
import { isPrefix } from '../learners/index.js';
import type { Tally } from '../telemetry/index.js';
import { type NamedFeature, type Started, startAll } from './compute.js';
import {
  type Answered,
  type Begun,
  type Engine,
  type Passing,
  type ServeOptions,
  type Stage,
  serveBatch,
  unanswered,
  unscored,
} from './engine.js';
import type { Work } from './pending.js';
import { goOn } from './sums.js';

/** What was answered to one row. */
export interface AnsweredOne {
  readonly answer: number;
  readonly scores: Float64Array;
  readonly exit: number;
  readonly degraded: boolean;
}

/**
 * The engine for single rows. What is the same for every row is worked out once: which features a stage adds, and room for
 * what it says. A row that nothing holds up goes through without a generator, and without maps and arrays of rows; from the
 * first thing that has to be waited for, it goes on in the engine that batches go through.
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
    const { engine, steps } = this;
    const { signal, call } = options;
    const view = RowView.of([row]);
    const blocks: Block[] = new Array(engine.features.length);
    const sums: Passing['sums'] = this.addsUp ? new Map() : NONE;
    let best: AnsweredOne | undefined;
    for (let s = 0; s < steps.length; s++) {
      const { stage, isAhead, adds, features, reads, model, tally } = steps[s];
      try {
        signal?.throwIfAborted();
        if (isAhead && options.ahead === true) return this.later(view, s, blocks, [], sums, best, options);
        const started = startAll(features, view, itself, call);
        if (!fill(blocks, adds, started)) return this.later(view, s, blocks, started, sums, best, options);

        const read: Block[] = new Array(reads.length);
        for (let i = 0; i < reads.length; i++) read[i] = blocks[reads[i]];
        const scores = new Float64Array(model.classes);
        const begun = tally?.now() ?? 0;
        const waiting =
          this.addsUp && goOn(model, read, sums, scores)
            ? undefined
            : scoring(model, read, scores, tally, options);
        const back = tally?.now() ?? 0;
        if (waiting !== undefined) {
          const passing = passingOf(blocks, [], [], sums);
          return this.goOn(
            view,
            { stage: s, passing, scoring: { scores, waiting, begun, back } },
            best,
            options,
          );
        }
        tally?.add(1, begun, back, back, call);

        const answer = this.say(stage, scores, model.classes);
        const sure = this.confidence[0];
        const leaves = stage === undefined || exits(answer, sure, stage.thresholds);
        if (stage === undefined && Number.isNaN(answer)) throw unscored(engine, 0);
        if (leaves) {
          if (tally !== undefined) tally.answered++;
          return { answer, scores: this.shown(scores), exit: s, degraded: false };
        }
        if (options.onFault === 'degrade' && sure >= 0) {
          best = { answer, scores: this.shown(scores), exit: s, degraded: true };
        }
      } catch (error) {
        if (best === undefined || signal?.aborted) throw error;
        const by = steps[best.exit].tally;
        if (by !== undefined) {
          by.answered++;
          by.degraded++;
        }
        return best;
      }
    }
    throw unscored(engine, 0);
  }

  /** What a stage, or the full model, answers; how sure it is, is in `confidence`. */
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

  private later(
    view: RowView<Row>,
    stage: number,
    blocks: readonly Block[],
    started: readonly Started[],
    sums: Passing['sums'],
    best: AnsweredOne | undefined,
    options: ServeOptions,
  ): Work<AnsweredOne> {
    const passing = passingOf(blocks, this.steps[stage].adds, started, sums);
    return this.goOn(view, { stage, passing }, best, options);
  }

  private *goOn(
    view: RowView<Row>,
    begun: Begun,
    best: AnsweredOne | undefined,
    options: ServeOptions,
  ): Work<AnsweredOne> {
    const answered: Answered = unanswered(1, this.engine.classes);
    if (best !== undefined) {
      answered.answers[0] = best.answer;
      answered.scores.set(best.scores);
      answered.exits[0] = best.exit;
    }
    yield* serveBatch(this.engine, view, 0, answered, options, begun);
    const { answers, scores, exits: left, degraded } = answered;
    return { answer: answers[0], scores, exit: left[0], degraded: degraded[0] === 1 };
  }
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
  model: Stage['model'],
  read: readonly Block[],
  scores: Float64Array,
  tally: Tally | undefined,
  { signal, call }: ServeOptions,
): Promise<void> | undefined {
  const begun = tally?.now() ?? 0;
  try {
    return model.score(read, scores, signal && { signal }) ?? undefined;
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
  const ahead = new Map<number, Started>();
  started.forEach((block, i) => {
    if (!have.has(places[i])) ahead.set(places[i], block);
  });
  return { rows: Int32Array.of(0), blocks: have, ahead, sums: sums === NONE ? new Map() : sums };
}

const NONE: Passing['sums'] = new Map();

function itself(row: number): number {
  return row;
}
