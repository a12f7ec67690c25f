import { checkKeys, show } from '../../lib/check.js';
import { AsyncError, DataError } from '../../lib/errors.js';
import { systemTimer } from '../../lib/runtime/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import type { Certificate, Label, Plan } from '../terms/index.js';
import { alarmsBetween } from './alarm.js';
import type {
  AuditedAnswer,
  AuditedAnswers,
  AuditPredictOptions,
  DrawnRow,
  Served,
  ServedAnswers,
} from './answers.js';
import { type Audited, counted, found, leftEarly, settled } from './counting.js';
import { drawAmong } from './draws.js';
import { type AuditOptions, type Settings, settingsOf } from './options.js';
import { dropOldest, type PendingRow } from './pending.js';
import { type Fallback, fallbackOf } from './safer.js';
import { startOf } from './start.js';
import { type AuditState, evidenceOf, isVoid, type Standing } from './state.js';

/**
 * A cascade in service and a test of what it promises, on a random few of the rows that it answers, for as long as one
 * likes: while the loss is at most what was promised, the chance that the alarm is ever raised is at most alpha.
 * `cascade.audit` makes one.
 *
 * Each row is drawn with the same probability before anything is known of it. The full model answers a drawn row that
 * left early, too; one that went through to it costs nothing more, and has lost nothing against it.
 *
 * @example
 * const audit = cascade.audit({ rate: 0.01, alpha: 0.01, onAlarm: (alarm) => log(alarm) });
 * const { labels } = await audit.predict(rows);
 */
export class Audit<Row, L extends Label = Label> {
  private readonly settings: Settings<L>;
  private readonly random: Random;
  private readonly audited: Audited<L>;
  private readonly fallback: Fallback<Row, L> | null;
  private readonly pending: Map<number, PendingRow<L>>;
  private at: Standing;

  /** @param used digests of the rows that made and tested the cascade */
  constructor(
    private readonly cascade: Served<Row, L>,
    options: AuditOptions<L>,
    used: readonly Float64Array[],
  ) {
    const { certificate, plan } = cascade;
    const evidence = evidenceOf(used);
    this.settings = settingsOf(options, certificate, plan, evidence);
    this.random = random(this.settings.seed).fork('audit');
    this.audited = { classes: plan.classes, stages: plan.stages.length, losses: this.settings.losses };
    this.fallback = fallbackOf(cascade, this.settings.afterAlarm);
    const { pending, ...at } = startOf(certificate, evidence, plan, this.settings, this.random);
    this.pending = new Map(pending.map((row) => [row.id, row]));
    this.at = at;
  }

  /** How far the tests have got: plain data, that `cascade.audit({ …, state })` goes on from. */
  get state(): AuditState<L> {
    return { ...this.at, pending: [...this.pending.values()] };
  }

  /** `drift` once an alarm has voided the certificate, as answers have it; null until then. */
  get uncertified(): 'drift' | null {
    return isVoid(this.at) ? 'drift' : null;
  }

  /** What is promised now: the cascade's certificate until an alarm. */
  get certificate(): Certificate {
    const { certificate } = this.cascade;
    return isVoid(this.at)
      ? { ...certificate, verdict: 'void', reason: 'drift: the audit in service has raised an alarm' }
      : certificate;
  }

  /** The plan that is served now, of which `exits` tells the stages. Where all is left to the full model, the cascade's. */
  get plan(): Plan<L> {
    return this.instead?.plan ?? this.cascade.plan;
  }

  /**
   * Answers a batch as the cascade does. A call with a drawn exit waits for the full model, as for a row that goes
   * through to it.
   *
   * @param rows to be answered
   * @throws what the cascade's `predict` throws (OptionError, DataError, FeatureError, ModelError). A drawn exit that the full model fails to answer is only counted.
   * @throws DataError for a loss of the user's outside [0, 1]
   */
  async predict(rows: readonly Row[], options: AuditPredictOptions = {}): Promise<AuditedAnswers<L>> {
    check(rows, options);
    if (this.instead) return this.marked(await this.instead.predict(rows, options), []);
    const { positions, first, after } = this.draw(rows.length);
    // At once: calls that overlap draw rows of their own.
    this.at = after;
    const began = systemTimer.now();
    const answers = await this.cascade.predict(rows, options);
    const asking = left(options, systemTimer.now() - began);
    const early = this.early(rows, answers, positions);
    let full: readonly L[] = [];
    try {
      if (early.length > 0) full = (await this.cascade.full.predict(early, asking)).labels;
    } catch {
      // An audit must not cost the answers that there are, unless the call was to end.
      options.signal?.throwIfAborted();
    }
    return this.count(this.at, answers, found(answers, positions, first, full, this.audited));
  }

  /**
   * Answers a batch at once, and draws and counts as {@link predict} does. A call that throws leaves the audit as it was:
   * `predict`, asked next, draws the same rows.
   *
   * @param rows to be answered
   * @throws AsyncError where a feature or model that is needed answers with a promise, and be it for a drawn exit.
   * @throws what {@link predict} does.
   */
  predictSync(rows: readonly Row[], options: AuditPredictOptions = {}): AuditedAnswers<L> {
    check(rows, options);
    if (this.instead) return this.marked(this.instead.predictSync(rows, options), []);
    const { positions, first, after } = this.draw(rows.length);
    const answers = this.cascade.predictSync(rows, options);
    const early = this.early(rows, answers, positions);
    let full: readonly L[] = [];
    try {
      if (early.length > 0) full = this.cascade.full.predictSync(early, left(options)).labels;
    } catch (error) {
      if (error instanceof AsyncError) throw error;
      options.signal?.throwIfAborted();
    }
    return this.count(after, answers, found(answers, positions, first, full, this.audited));
  }

  /**
   * The point query: answers one row, and draws and counts as {@link predict} does.
   *
   * @param row to be answered
   * @throws what {@link predict} does.
   */
  async predictOne(row: Row, options: AuditPredictOptions = {}): Promise<AuditedAnswer<L>> {
    const { labels, scores, exits, degraded, faults, verdict, uncertified, drawn } = await this.predict(
      [row],
      options,
    );
    return {
      label: labels[0],
      scores,
      exit: exits[0],
      degraded: degraded[0] === 1,
      faults,
      verdict,
      uncertified,
      drawn: drawn[0] ?? null,
    };
  }

  /**
   * The label of a drawn row, when it has come. Only rows with `awaitsLabel` wait for one: what others have lost doesn't
   * depend on it. Which labels come, and when, must not depend on who was right.
   *
   * @param id of {@link AuditedAnswers.drawn}
   * @param label the truth: a class of the full model, or for regression a finite number
   * @returns whether it was waited for
   * @throws DataError for a label or an id that there isn't, or a loss of the user's outside [0, 1]
   */
  label(id: number, label: L): boolean {
    const { classes } = this.audited;
    // Regression has no classes; what numbers lose is told from any number.
    if (classes.length === 0 ? !Number.isFinite(label) : !classes.includes(label)) {
      throw new DataError(
        `label ${show(label)} of drawn row ${id}: expected ${classes.length === 0 ? 'a finite number' : `one of ${classes.join(', ')}`}`,
      );
    }
    if (!(Number.isInteger(id) && id >= 0 && id < this.at.draws.drawn)) {
      throw new DataError(`no row ${id} was drawn; ids are those of 'drawn' in the answers`);
    }
    const row = this.pending.get(id);
    if (row === undefined) return false;
    const promises = settled(this.at.promises, row, label, this.audited);
    this.pending.delete(id);
    this.advance({ ...this.at, promises });
    return true;
  }

  /** What answers instead of the cascade: nothing until an alarm. */
  private get instead(): Fallback<Row, L> | null {
    return isVoid(this.at) ? this.fallback : null;
  }

  /** Positions of the drawn ones among so many rows, the id of the first, and where the audit then stands. */
  private draw(count: number) {
    const { draws: before, rows } = this.at;
    const { positions, draws } = drawAmong(before, count, this.random, this.settings.rate);
    return { positions, first: before.drawn, after: { ...this.at, draws, rows: rows + count } };
  }

  /** The drawn rows that the full model is to be asked about. */
  private early(rows: readonly Row[], answers: ServedAnswers<L>, positions: readonly number[]): Row[] {
    return positions.flatMap((row) => (leftEarly(answers, row, this.audited.stages) ? [rows[row]] : []));
  }

  /** Feeds the tests with what a call has found. */
  private count(
    before: Standing,
    answers: ServedAnswers<L>,
    drawn: readonly DrawnRow<L>[],
  ): AuditedAnswers<L> {
    const { at, waiting } = counted(before, answers, drawn, this.audited);
    for (const row of waiting) this.pending.set(row.id, row);
    const dropped = at.dropped + dropOldest(this.pending, this.settings.pending);
    this.advance({ ...at, dropped });
    return this.marked(answers, drawn);
  }

  /** All tests have moved on before anybody hears of an alarm. */
  private advance(after: Standing): void {
    const before = this.at;
    this.at = after;
    for (const alarm of alarmsBetween(before, after, this.settings.losses)) this.settings.onAlarm(alarm);
  }

  private marked(answers: ServedAnswers<L>, drawn: readonly DrawnRow<L>[]): AuditedAnswers<L> {
    const { uncertified } = this;
    return { ...answers, verdict: uncertified ? 'void' : answers.verdict, uncertified, drawn };
  }
}

function check(rows: unknown, options: AuditPredictOptions): void {
  if (!Array.isArray(rows)) throw new DataError(`expected an array of rows, got ${show(rows)}`);
  checkKeys(options, ['onFault', 'deadlineMs', 'signal']);
}

/** The full model is asked within what is left of the deadline. */
function left({ deadlineMs, signal }: AuditPredictOptions, elapsedMs = 0): AuditPredictOptions {
  return {
    ...(deadlineMs === undefined ? {} : { deadlineMs: Math.max(0, deadlineMs - elapsedMs) }),
    ...(signal === undefined ? {} : { signal }),
  };
}
