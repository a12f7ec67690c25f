import { DeadlineError, ModelError } from '../../errors.js';
import { RowView } from '../../features/define/index.js';
import {
  type Decision,
  decideAll,
  type ExitRule,
  type ExitThresholds,
  exits,
} from '../../learn/exits/index.js';
import type { Model } from '../../learn/learners/index.js';
import { systemTimer, type Timer } from '../../util/timer.js';
import type { CallMessage, Tally } from '../telemetry/index.js';
import { type ActiveRows, addBlocks, allActive, beginAhead, narrow } from './activeRows.js';
import type { NamedFeature } from './compute.js';
import { Interrupt } from './interrupt.js';
import { overlap } from './overlap.js';
import type { RowFailure } from './rowFailures.js';
import { score } from './scoring.js';
import type { Work } from './syncAsync.js';
import { tellComing } from './tellComing.js';
import { withRow } from './withRow.js';

/** A stage: model, feature indices, exit rule, thresholds. */
export interface Stage {
  /** Positions in `Engine.features`, in the order of the model's blocks; none for a model of rows. */
  readonly reads: readonly number[];
  readonly model: Model;
  readonly rule: ExitRule;
  readonly thresholds: ExitThresholds;
  /**
   * Positions of features of later stages that are started with this one, for a single row that
   * can't wait.
   */
  readonly ahead?: readonly number[];
  readonly tally?: Tally;
}

/**
 * A cascade ready to run. Stages come cheapest first; rows that none of them answers go to `full`.
 */
export interface Engine<in Row> {
  readonly features: readonly NamedFeature<Row>[];
  readonly stages: readonly Stage[];
  readonly full: Pick<Stage, 'reads' | 'model' | 'tally'>;
  /**
   * Scores a row, as of a model: one a class; for regression 1, the error that the stage expects (0 from the full
   * model).
   */
  readonly classes: number;
  readonly decision: Decision;
}

/** Answers, row by row in the order of the rows. */
export interface Answered {
  /** The class, or for regression the number. */
  readonly answers: Float64Array;
  /** rows x classes, row-major: the probabilities by the stage that answered; for regression its expected error. */
  readonly scores: Float64Array;
  /** The stage at which each row was answered; the number of stages stands for the full model. */
  readonly exits: Uint8Array;
  /** 1 where a later stage or the full model was needed but failed, and the best stage available answered. */
  readonly degraded: Uint8Array;
  /** Failures that degraded rows. */
  readonly faults: Fault[];
}

/** A feature or model that failed or came too late, and the rows that needed it. */
export interface Fault {
  /** A feature's name, or a model's. */
  readonly missing: string;
  readonly error: unknown;
  /** Positions among the rows that were given. */
  readonly rows: Int32Array;
}

export interface RunOptions {
  /** The policy for rows that needed a feature or model that failed or would come too late. */
  readonly onFault: 'throw' | 'degrade';
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which nothing is awaited any more, and no stage but the first is started.
   */
  readonly deadlineMs?: number | undefined;
  readonly timer?: Timer | undefined;
  /** Whether stages may start features that later ones read: `Stage.ahead`. */
  readonly ahead?: boolean | undefined;
  /** The call is synchronous: features that can compute at once do. */
  readonly atOnce?: boolean | undefined;
  /** `false`: features' caches are passed by. @defaultValue true */
  readonly cached?: boolean | undefined;
  /** Which time models are asked about these rows on purpose: see `ScoreContext.ask`. @defaultValue 0 */
  readonly ask?: number | undefined;
  /** Whether the first row leaves at no stage: the full model answers it, after all that rows may need. */
  readonly probe?: boolean | undefined;
  /** This call, where a channel has listeners. */
  readonly call?: CallMessage | undefined;
}

/** Rows that go through the stages together: large enough to share per-batch costs, small enough to stay in cache. */
const BATCH = 1024;

/**
 * Batches in flight at once: while some wait for a remote model or feature, others go through their
 * stages.
 */
const UNDER_WAY = 4;

export function* serveRows<Row>(
  engine: Engine<Row>,
  rows: readonly Row[],
  options: RunOptions,
): Work<Answered> {
  const answered = unanswered(rows.length, engine.classes);
  const {
    onFault,
    signal,
    deadlineMs,
    timer = systemTimer,
    ahead = false,
    atOnce = false,
    cached,
    ask,
    probe,
    call,
  } = options;
  signal?.throwIfAborted();
  const interrupt =
    signal === undefined && deadlineMs === undefined ? undefined : new Interrupt(timer, deadlineMs, signal);
  try {
    const serving = { degrades: onFault === 'degrade', interrupt, ahead, atOnce, cached, ask, probe, call };
    // Who has a deadline can't wait for a round.
    if (rows.length > 1 && deadlineMs === undefined && readsAhead(engine)) {
      yield* serveInRounds(engine, rows, answered, serving);
    } else yield* overlap(batches(engine, rows, answered, serving), UNDER_WAY);
  } finally {
    interrupt?.close();
  }
  return answered;
}

/** Allocates answers for `rows` rows. */
function unanswered(rows: number, classes: number): Answered {
  return {
    answers: new Float64Array(rows).fill(Number.NaN),
    scores: new Float64Array(rows * classes),
    exits: new Uint8Array(rows),
    degraded: new Uint8Array(rows),
    faults: [],
  };
}

interface Serving {
  readonly degrades: boolean;
  readonly interrupt: Interrupt | undefined;
  /** Whether a single row starts features that it may need later. */
  readonly ahead: boolean;
  readonly atOnce: boolean;
  readonly cached: boolean | undefined;
  readonly ask: number | undefined;
  readonly probe: boolean | undefined;
  readonly call: CallMessage | undefined;
}

function* batches<Row>(
  engine: Engine<Row>,
  rows: readonly Row[],
  answered: Answered,
  serving: Serving,
): Generator<Work<void>> {
  for (const activeBatch of activeBatches(rows)) yield serveBatch(engine, activeBatch, answered, serving);
}

/** A batch that goes through the stages. */
interface ActiveBatch<Row> {
  readonly batch: RowView<Row>;
  /** The position of its first row. */
  readonly first: number;
  /** Its rows that no stage has answered so far. */
  active: ActiveRows;
}

function* activeBatches<Row>(rows: readonly Row[]): Generator<ActiveBatch<Row>> {
  for (let first = 0; first < rows.length; first += BATCH) {
    const batch = RowView.of(rows.slice(first, first + BATCH));
    yield { batch, first, active: allActive(batch.length) };
  }
}

/** Whether a model wants to be told all rows that come to it. */
function readsAhead<Row>({ stages, full }: Engine<Row>): boolean {
  return full.model.readAhead !== undefined || stages.some(({ model }) => model.readAhead !== undefined);
}

/** Takes all batches up to a stage before any goes further: its model is told all rows that come to it. */
function* serveInRounds<Row>(
  engine: Engine<Row>,
  rows: readonly Row[],
  answered: Answered,
  serving: Serving,
): Work<void> {
  const models = [...engine.stages, engine.full].map(({ model }) => model);
  const all = [...activeBatches(rows)];
  let from = 0;
  const upTo = (until: number) => {
    const begin = from;
    from = until;
    return overlap(
      all.map((activeBatch) => serveBatch(engine, activeBatch, answered, serving, begin, until)),
      UNDER_WAY,
    );
  };
  for (const [stop, model] of models.entries()) {
    if (model.readAhead === undefined) continue;
    yield* upTo(stop);
    const coming = all.map(({ batch, first, active }) => ({
      rows: batch.select(active.rows).rows(),
      positions: active.rows.map((row) => first + row),
    }));
    yield* tellComing(model, coming, serving);
  }
  yield* upTo(models.length);
}

/** @param from the stage to begin with, and `until` the one to stop before. @defaultValue all stages and the full model */
function* serveBatch<Row>(
  engine: Engine<Row>,
  activeBatch: ActiveBatch<Row>,
  answered: Answered,
  serving: Serving,
  from = 0,
  until = engine.stages.length + 1,
): Work<void> {
  const { stages, full } = engine;
  const { degrades, interrupt, atOnce, cached, probe, call } = serving;
  const { batch, first } = activeBatch;
  const ahead = serving.ahead && batch.length === 1;
  let { active } = activeBatch;
  for (let s = from; s < until && active.rows.length > 0; s++) {
    interrupt?.throwIfAborted();
    const stage = s < stages.length ? stages[s] : undefined;
    const { reads, model, tally } = stage ?? full;
    try {
      if (s > 0 && interrupt?.isLate) {
        const wanted = reads.filter((feature) => !active.blocks.has(feature));
        throw new DeadlineError(
          interrupt.deadlineMs ?? 0,
          wanted.map((feature) => engine.features[feature].name),
        );
      }
      const losses: RowFailure[] = [];
      const computing = {
        origin: (row: number) => first + row,
        interrupt,
        lose: degrades ? (loss: RowFailure) => losses.push(loss) : undefined,
        atOnce,
        cached,
        call,
      };
      if (ahead && stage?.ahead) beginAhead(engine.features, stage.ahead, batch, active, computing);
      yield* addBlocks(engine.features, reads, batch, active, computing);
      if (losses.length > 0) {
        for (const loss of losses) degrade(engine, answered, loss, active.rows, first);
        active = narrow(active, withoutRows(losses, active.rows.length));
        activeBatch.active = active;
        if (active.rows.length === 0) return;
      }
      const scores = yield* score(model, reads, batch, active, serving, tally);
      const decided = stage
        ? decideStage(stage.rule, scores, model.classes)
        : decideFull(engine, scores, model.classes);
      const by = { stage: s, thresholds: stage?.thresholds, provisional: degrades, probe };
      const before = active.rows.length;
      forgetUnread(active, engine, s + 1);
      active = narrow(active, recordExits(engine, decided, by, active.rows, first, answered));
      activeBatch.active = active;
      if (tally !== undefined) tally.answered += before - active.rows.length;
      if (s === stages.length && active.rows.length > 0) throw unscored(engine, 0);
    } catch (thrown) {
      interrupt?.throwIfAborted();
      const error =
        thrown instanceof DeadlineError && thrown.waitingFor.length === 0
          ? new DeadlineError(thrown.deadlineMs, [model.name])
          : withRow(thrown, (row) => first + active.rows[row]);
      if (!degrades) throw error;
      const rows = Array.from(identity(active.rows.length));
      const missed = error instanceof DeadlineError ? error.waitingFor : [model.name];
      for (const missing of missed) degrade(engine, answered, { missing, error, rows }, active.rows, first);
      activeBatch.active = narrow(active, new Int32Array(0));
      return;
    }
  }
}

/** Blocks that nothing later reads, as those of a cheaper version of a feature, aren't cut to the rows that go on. */
function forgetUnread<Row>({ blocks }: ActiveRows, { stages, full }: Engine<Row>, next: number): void {
  for (const feature of blocks.keys()) {
    let isRead = full.reads.includes(feature);
    for (let s = next; s < stages.length && !isRead; s++) isRead = stages[s].reads.includes(feature);
    if (!isRead) blocks.delete(feature);
  }
}

/** The full model has no answer to a row. @param row its position among those that the model was given */
export function unscored<Row>({ full, decision }: Engine<Row>, row: number): ModelError {
  const expected = decision.kind === 'value' ? 'a finite number' : 'probabilities';
  const { name, unscored } = full.model;
  const why = unscored === undefined ? '' : ` (${unscored})`;
  return new ModelError(name, `gave NaN; expected ${expected}${why}`, { row });
}

/** The rows keep their best answer so far. @throws the error if there is none. */
function degrade<Row>(
  { stages }: Engine<Row>,
  answered: Answered,
  { missing, error, rows }: RowFailure,
  active: Int32Array,
  first: number,
): void {
  const lost = Int32Array.from(rows, (row) => first + active[row]);
  for (const row of lost) {
    if (Number.isNaN(answered.answers[row])) throw error;
    if (answered.degraded[row] === 1) continue;
    answered.degraded[row] = 1;
    const { tally } = stages[answered.exits[row]];
    if (tally === undefined) continue;
    tally.answered++;
    tally.degraded++;
  }
  answered.faults.push({ missing, error, rows: lost });
}

/** Positions of the rows that lost nothing. */
function withoutRows(losses: readonly RowFailure[], count: number): Int32Array {
  const lost = new Uint8Array(count);
  for (const { rows } of losses) for (const row of rows) lost[row] = 1;
  return identity(count).filter((row) => lost[row] === 0);
}

/** Scores and decisions of a stage or the full model for the active rows. */
interface Decided {
  /** rows x width. */
  readonly scores: Float64Array;
  readonly width: number;
  readonly answers: Float64Array;
  /** Confidence of each answer; absent from the full model. */
  readonly confidence: Float64Array | undefined;
}

function decideStage(rule: ExitRule, scores: Float64Array, width: number): Decided {
  const answers = new Float64Array(scores.length / width);
  const confidence = new Float64Array(answers.length);
  rule.decide(scores, width, answers, confidence);
  return { scores, width, answers, confidence };
}

function decideFull<Row>({ decision }: Engine<Row>, scores: Float64Array, width: number): Decided {
  return { scores, width, answers: decideAll(decision, scores, width), confidence: undefined };
}

/** By whom answers are given, and to which rows. */
interface By {
  readonly stage: number;
  /** Without thresholds every row exits but one without an answer. */
  readonly thresholds: ExitThresholds | undefined;
  /** Whether rows that don't exit get this answer too, until a later stage gives a better one. */
  readonly provisional: boolean;
  /** See {@link RunOptions}. */
  readonly probe: boolean | undefined;
}

/** Writes the answers of the rows that exit and returns the positions, in `rows`, of those that don't. */
function recordExits<Row>(
  { classes, decision }: Engine<Row>,
  { scores, width, answers, confidence }: Decided,
  { stage, thresholds, provisional, probe }: By,
  rows: Int32Array,
  first: number,
  answered: Answered,
): Int32Array {
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const answer = answers[i];
    const sure = confidence === undefined ? Number.NaN : confidence[i];
    const row = first + rows[i];
    const stays = probe === true && row === 0;
    const leaves =
      thresholds === undefined ? !Number.isNaN(answer) : !stays && exits(answer, sure, thresholds);
    if (!leaves) kept[count++] = i;
    // Without a confidence of at least 0 a stage has no provisional answer.
    if (!leaves && !(provisional && sure >= 0)) continue;
    answered.answers[row] = answer;
    answered.exits[row] = stage;
    if (decision.kind === 'value') answered.scores[row] = width > 1 ? scores[i * width + 1] : 0;
    else for (let c = 0; c < classes; c++) answered.scores[row * classes + c] = scores[i * width + c];
  }
  return kept.subarray(0, count);
}

function identity(length: number): Int32Array {
  const rows = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}
