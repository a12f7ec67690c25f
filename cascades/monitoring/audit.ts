import { checkKeys, show } from '../../lib/check.js';
import { AsyncError, DataError, ModelError, ServerError } from '../../lib/errors.js';
import { REASONS } from '../../lib/report/words/index.js';
import { systemTimer, type Timer } from '../../lib/run/runtime/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { voided } from '../certification/index.js';
import { asksTwice } from '../losses/index.js';
import type { Certificate, Label, Plan } from '../types/index.js';
import { alarmsBetween } from './alarm.js';
import { AnsweredAlone, type Consistency } from './alone.js';
import type {
  AuditableCascade,
  AuditedAnswer,
  AuditedAnswers,
  AuditPredictOptions,
  DrawnRow,
  FullPredictOptions,
  ServedAnswers,
} from './answers.js';
import { Calls, type Ticket } from './calls.js';
import { counted } from './counting.js';
import { drawAmong } from './draws.js';
import { type Fallback, fallbackOf } from './fallback.js';
import { LabelQueue } from './labels.js';
import { type AuditOptions, auditSettings, type Settings } from './options.js';
import {
  type Audited,
  type CallTally,
  callOutcome,
  type LateLabel,
  leftEarly,
  lostWith,
  missedCall,
} from './outcome.js';
import { startOf } from './start.js';
import { type AuditState, evidenceNumber, isVoid, type Standing } from './state.js';

/** A call that has its place in the order, and the positions of its drawn rows. */
interface Begun<L extends Label> {
  readonly ticket: Ticket<L>;
  readonly positions: readonly number[];
}

/**
 * A cascade in service, and a sequential test of its promise on a random few of the rows that it
 * answers, without an end: while the loss is at most the promised one, the chance that the alarm is
 * ever raised is at most alpha. `cascade.audit` makes one.
 *
 * Each row is drawn with the same probability, before anything is known about it. The full model
 * also answers a drawn row that left early. A row that went through to it costs nothing more, and
 * has lost nothing against it.
 *
 * Rows are counted in the order in which they were drawn, in whatever order calls end and labels
 * come. A row whose loss will never be known counts as the least that its test allows: 0, or -1 for
 * `accuracy` and `excessDisagreement`.
 *
 * @example
 * const audit = cascade.audit({ rate: 0.01, alpha: 0.01, onAlarm: (alarm) => log(alarm) });
 * const { labels } = await audit.predict(rows);
 */
export class Audit<Row, L extends Label = Label> {
  private readonly settings: Settings<L>;
  private readonly random: Random;
  private readonly audited: Audited<L>;
  /** The times that the full model is asked about a drawn exit. */
  private readonly asks: readonly number[];
  private readonly fallback: Fallback<Row, L> | null;
  private readonly calls = new Calls<L>();
  private readonly labels: LabelQueue<L>;
  private readonly alone: AnsweredAlone<Row, L>;
  private at: Standing;
  /** The state of the tests when their alarms were last reported. */
  private lastStanding: Standing;
  /** A call that would have had to wait: the next one takes its place, if it has the same rows. */
  private owed: { readonly begun: Begun<L>; readonly rows: readonly Row[] } | null = null;

  /**
   * @param used digests of the rows that made and tested the cascade
   * @param timer measures how long a call has been waited for
   */
  constructor(
    private readonly cascade: AuditableCascade<Row, L>,
    options: AuditOptions<L>,
    used: readonly Float64Array[],
    private readonly timer: Timer = systemTimer,
  ) {
    const { certificate, plan } = cascade;
    const evidence = evidenceNumber(used);
    this.settings = auditSettings(options, certificate, plan, evidence);
    this.random = random(this.settings.seed).fork('audit');
    this.audited = { classes: plan.classes, stages: plan.stages.length, losses: this.settings.losses };
    this.asks = this.settings.losses.some(({ stated }) => asksTwice(stated)) ? [0, 1] : [0];
    this.fallback = fallbackOf(cascade, this.settings.afterAlarm);
    const { calls, pending, run, ...at } = startOf(certificate, evidence, plan, this.settings, this.random);
    this.labels = new LabelQueue(pending, run);
    this.at = at;
    this.alone = new AnsweredAlone(cascade, certificate, this.settings.onAlarm);
    this.lastStanding = at;
    for (const { outcome, ...call } of calls) {
      const ticket = this.calls.begin(call, timer.now());
      if (outcome !== null) this.calls.end(ticket, outcome);
      // The outcome of a call of an earlier process will never be known.
      else this.giveUp(ticket);
    }
    this.fold();
  }

  /**
   * The number of drawn exits that were answered again by themselves, and of answers that differ
   * from those in their batches: one a call, up to 256; none if features are live. `predictSync`
   * has none answered again.
   */
  get consistency(): Consistency {
    return this.alone.consistency;
  }

  /**
   * The state of the tests: plain data, from which `cascade.audit({ …, state })` resumes.
   * Unfinished calls count there as calls that never end.
   */
  get state(): AuditState<L> {
    const { certificate, ...at } = this.at;
    const [calls, pending] = [this.calls.toArray(), this.labels.toArray()];
    // A copy: who changes it changes no test.
    return { certificate, ...structuredClone({ ...at, calls, pending }), run: this.labels.run };
  }

  /** `drift` once an alarm has voided the certificate, as answers have it; null until then. */
  get uncertified(): 'drift' | null {
    return isVoid(this.at) ? 'drift' : null;
  }

  /** The current certificate: the cascade's own until an alarm. */
  get certificate(): Certificate {
    const { certificate } = this.cascade;
    return isVoid(this.at) ? voided(certificate, REASONS.drift) : certificate;
  }

  /**
   * The plan that is served now; `exits` refer to its stages. If the full model answers everything,
   * the cascade's plan.
   */
  get plan(): Plan<L> {
    return this.instead?.plan ?? this.cascade.plan;
  }

  /**
   * Answers a batch as the cascade does. A call with a drawn exit waits for the full model, as for
   * a row that goes through to it. If the call fails or is aborted, its drawn rows count as the
   * least loss.
   *
   * @param rows to answer
   * @throws the errors of the cascade's `predict` (OptionError, DataError, FeatureError,
   * ModelError). A drawn exit that the full model fails to answer is only counted.
   * @throws DataError for a loss of the user's outside [0, 1]
   */
  async predict(rows: readonly Row[], options: AuditPredictOptions = {}): Promise<AuditedAnswers<L>> {
    check(rows, options);
    const begun = this.begin(rows);
    if (begun === null) return this.marked(await this.served.predict(rows, options), []);
    const began = this.timer.now();
    let answers: ServedAnswers<L>;
    // The caller may change its array before the drawn rows are read.
    const own = begun.positions.length > 0 ? rows.slice() : rows;
    try {
      answers = await this.cascade.predict(own, options);
    } catch (error) {
      this.fail(begun);
      throw error;
    }
    const remaining = left(options, this.timer.now() - began);
    const early = this.early(own, answers, begun);
    const full: (readonly (L | null)[])[] = this.asks.map(() => []);
    try {
      for (const ask of early.length > 0 ? this.inTurn(begun) : [])
        full[ask] = await this.fullAnswers(early, this.askedIn(remaining, ask));
    } catch {
      this.throwIfAborted(begun, answers, options);
    }
    const exit = begun.positions.find((row) => leftEarly(answers, row, this.audited.stages));
    const audited = this.count(begun, answers, full);
    await this.alone.compare(own, answers, exit, left(options, this.timer.now() - began));
    return audited;
  }

  /**
   * Answers a batch at once, and draws and counts as {@link predict} does. After an AsyncError the
   * next call, if it is for the same rows (each the same object, or an equal string or number),
   * draws the same of them, and counts in that one's place; if it isn't, that call has failed.
   *
   * @param rows to answer
   * @throws AsyncError if a feature or model that is needed answers with a promise, even if only
   * for a drawn exit.
   * @throws what {@link predict} does.
   */
  predictSync(rows: readonly Row[], options: AuditPredictOptions = {}): AuditedAnswers<L> {
    check(rows, options);
    const begun = this.begin(rows);
    if (begun === null) return this.marked(this.served.predictSync(rows, options), []);
    let answers: ServedAnswers<L>;
    try {
      answers = this.cascade.predictSync(rows, options);
    } catch (error) {
      if (error instanceof AsyncError) this.owed = { begun, rows: [...rows] };
      else this.fail(begun);
      throw error;
    }
    const early = this.early(rows, answers, begun);
    const full: (readonly L[])[] = this.asks.map(() => []);
    try {
      for (const ask of early.length > 0 ? this.inTurn(begun) : [])
        full[ask] = this.cascade.full.predictSync(early, this.askedIn(left(options), ask)).labels;
    } catch (error) {
      if (error instanceof AsyncError) {
        this.owed = { begun, rows: [...rows] };
        throw error;
      }
      this.throwIfAborted(begun, answers, options);
    }
    return this.count(begun, answers, full);
  }

  /**
   * The point query: answers one row, and draws and counts as {@link predict} does.
   *
   * @param row to answer
   * @throws what {@link predict} does.
   */
  async predictOne(row: Row, options: AuditPredictOptions = {}): Promise<AuditedAnswer<L>> {
    const { labels, exits, degraded, drawn, ...others } = await this.predict([row], options);
    return {
      ...others,
      label: labels[0],
      exit: exits[0],
      degraded: degraded[0] === 1,
      drawn: drawn[0] ?? null,
    };
  }

  /**
   * Reports the label of a drawn row; labels may come in any order. Only rows with `awaitsLabel`
   * wait for one: the loss of others doesn't depend on it. A row is counted once all drawn before
   * it are, so report labels that won't come as null.
   *
   * @param id of {@link AuditedAnswers.drawn}
   * @param label the truth: a class of the full model, or for regression a finite number; null: it will never come,
   *   and the row counts as the least loss
   * @returns whether it was waited for
   * @throws DataError for a label or an id that there isn't, or a loss of the user's outside [0, 1]
   */
  label(id: number, label: L | null): boolean {
    const { classes, losses } = this.audited;
    // Regression has no classes, and any number has a loss.
    if (label !== null && (classes.length === 0 ? !Number.isFinite(label) : !classes.includes(label))) {
      throw new DataError(
        `label ${show(label)} of drawn row ${id}: expected ${classes.length === 0 ? 'a finite number' : `one of ${classes.join(', ')}`}, or null`,
      );
    }
    if (!(Number.isInteger(id) && id >= 0 && id < this.at.draws.drawn)) {
      throw new DataError(`no row ${id} was drawn; ids are those of 'drawn' in the answers`);
    }
    const row: LateLabel<L> | null | undefined = this.labels.find(id) ?? this.calls.draw(id)?.late;
    if (!row || row.losses !== null) return false;
    if (label !== null) row.losses = lostWith(id, row, label, this.audited);
    else {
      row.losses = losses.map(({ awaits, least }) => (awaits === 'none' ? null : least));
      this.at = { ...this.at, dropped: this.at.dropped + 1 };
    }
    this.advance();
    return true;
  }

  /** The fallback that replaces the cascade; undefined until an alarm. */
  private get instead(): Fallback<Row, L> | null {
    return isVoid(this.at) ? this.fallback : null;
  }

  /** The service for calls without a drawn row. */
  private get served(): Pick<AuditableCascade<Row, L>, 'predict' | 'predictSync'> {
    return this.instead ?? this.cascade;
  }

  /**
   * A call takes its place in the order, and its rows are drawn, at once, so that overlapping calls
   * draw rows of their own.
   *
   * @returns null where something else answers, and nothing is drawn
   */
  private begin(rows: readonly Row[]): Begun<L> | null {
    this.cascade.check?.(rows);
    const { owed } = this;
    this.owed = null;
    const isOwed = owed !== null && isSame(owed.rows, rows);
    if (owed !== null && (!isOwed || this.instead !== null)) this.fail(owed.begun);
    else if (owed !== null) return owed.begun;
    this.giveUpOverdue();
    if (this.instead !== null) return null;
    const { draws: before, rows: seen } = this.at;
    const { positions, draws } = this.draw(rows);
    this.at = { ...this.at, draws, rows: seen + rows.length };
    const call = { rows: rows.length, first: before.drawn, drawn: positions.length };
    return { ticket: this.calls.begin(call, this.timer.now()), positions };
  }

  private draw(rows: readonly Row[]): ReturnType<typeof drawAmong> {
    const { draws } = this.at;
    const positions = this.cascade.drawn?.(rows);
    if (positions === undefined) return drawAmong(draws, rows.length, this.random, this.settings.rate);
    return { positions, draws: { ...draws, drawn: draws.drawn + positions.length } };
  }

  /** The drawn rows that the full model has to answer. */
  private early(rows: readonly Row[], answers: ServedAnswers<L>, { positions }: Begun<L>): Row[] {
    return positions.flatMap((row) => (leftEarly(answers, row, this.audited.stages) ? [rows[row]] : []));
  }

  /** The order in which the full model is asked: of two answers a coin has either come first. */
  private inTurn({ ticket }: Begun<L>): readonly number[] {
    if (this.asks.length === 1) return this.asks;
    const coin = this.random.fork('asked twice').fork(String(ticket.call.first)).uniform();
    return coin < 0.5 ? this.asks : [...this.asks].reverse();
  }

  /** The full model's answers; null for a row that it has none for, which costs the others of the call nothing. */
  private async fullAnswers(
    rows: readonly Row[],
    options: FullPredictOptions,
  ): Promise<readonly (L | null)[]> {
    const { full } = this.cascade;
    const answers = async (some: readonly Row[]) => (await full.predict(some, options)).labels;
    // A server that is down has no answer to any.
    const isOfRow = (error: unknown) =>
      error instanceof ModelError && !(error instanceof ServerError) && error.row !== undefined;
    try {
      return await answers(rows);
    } catch (error) {
      if (!isOfRow(error)) throw error;
    }
    return Promise.all(
      rows.map(async (row) => {
        try {
          return (await answers([row]))[0];
        } catch (error) {
          if (!isOfRow(error)) throw error;
          return null;
        }
      }),
    );
  }

  private askedIn(options: AuditPredictOptions, ask: number): FullPredictOptions {
    return this.asks.length === 1 ? options : { ...options, ask };
  }

  /**
   * Feeds the tests with the results of a call, unless it was given up meanwhile.
   *
   * @param full the full model's answers to the drawn exits, by the times that it was asked
   */
  private count(
    begun: Begun<L>,
    answers: ServedAnswers<L>,
    [full = [], second]: readonly (readonly (L | null)[])[],
  ): AuditedAnswers<L> {
    const { ticket, positions } = begun;
    const { first } = ticket.call;
    let found: ReturnType<typeof callOutcome<L>>;
    try {
      found = callOutcome(
        answers,
        positions,
        first,
        full,
        this.asks.length === 1 ? undefined : (second ?? []),
        this.audited,
      );
    } catch (error) {
      this.fail(begun);
      throw error;
    }
    const { outcome, drawn, tally } = found;
    const isCounted = this.end(ticket, outcome, tally);
    return this.marked(answers, isCounted ? drawn : drawn.map((each) => ({ ...each, awaitsLabel: false })));
  }

  /** A call that has failed: its drawn rows count as the least loss. */
  private fail({ ticket }: Begun<L>): void {
    const { rows, drawn } = ticket.call;
    const tally = { audited: 0, differed: 0, missed: drawn, faulted: rows };
    this.end(ticket, missedCall(rows, this.audited.stages), tally);
  }

  /** An audit must not cost the answers that there are, unless the call was to end. */
  private throwIfAborted(begun: Begun<L>, answers: ServedAnswers<L>, { signal }: AuditPredictOptions): void {
    if (signal?.aborted !== true) return;
    // Losses that were already observed are counted all the same.
    this.count(begun, answers, []);
    throw signal.reason;
  }

  private end(
    ticket: Ticket<L>,
    outcome: Parameters<Calls<L>['end']>[1],
    { audited, differed, missed, faulted }: CallTally,
  ): boolean {
    const isCounted = this.calls.end(ticket, outcome);
    const { at } = this;
    this.at = isCounted
      ? {
          ...at,
          audited: at.audited + audited,
          differed: at.differed + differed,
          missed: at.missed + missed,
          faulted: at.faulted + faulted,
        }
      : { ...at, faulted: at.faulted + faulted };
    this.advance();
    return isCounted;
  }

  /** A call that isn't waited for any longer. */
  private giveUp(ticket: Ticket<L>): void {
    const { rows, drawn } = ticket.call;
    this.calls.end(ticket, missedCall(rows, this.audited.stages));
    const { at } = this;
    this.at = { ...at, missed: at.missed + drawn, overdue: at.overdue + drawn };
  }

  private giveUpOverdue(): void {
    const { held, heldMs } = this.settings;
    let isOver = true;
    for (;;) {
      const ticket = this.calls.overdue(held, this.timer.now(), heldMs);
      if (ticket === undefined) break;
      isOver = false;
      this.giveUp(ticket);
      this.fold();
    }
    if (!isOver) this.notify();
  }

  private advance(): void {
    this.fold();
    this.notify();
  }

  /** Counts what no earlier row is waited for. */
  private fold(): void {
    const { losses } = this.audited;
    for (let call = this.calls.next(); call !== undefined; call = this.calls.next()) {
      if (call.outcome !== null) this.at = counted(this.at, call, call.outcome, losses, this.labels);
      this.at = { ...this.at, promises: this.labels.count(this.at.promises, losses) };
      while (this.labels.length > this.settings.pending) {
        this.labels.giveUpFirst(losses);
        const promises = this.labels.count(this.at.promises, losses);
        this.at = { ...this.at, promises, dropped: this.at.dropped + 1 };
      }
    }
    this.at = { ...this.at, promises: this.labels.count(this.at.promises, losses) };
  }

  /** All tests have moved on before anybody hears of an alarm. */
  private notify(): void {
    const before = this.lastStanding;
    this.lastStanding = this.at;
    for (const alarm of alarmsBetween(before, this.at, this.settings.losses)) this.settings.onAlarm(alarm);
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

function isSame<Row>(some: readonly Row[], others: readonly Row[]): boolean {
  return some.length === others.length && some.every((row, i) => Object.is(row, others[i]));
}

/** The full model answers within the rest of the deadline. */
function left({ deadlineMs, signal }: AuditPredictOptions, elapsedMs = 0): AuditPredictOptions {
  return {
    ...(deadlineMs === undefined ? {} : { deadlineMs: Math.max(0, deadlineMs - elapsedMs) }),
    ...(signal === undefined ? {} : { signal }),
  };
}
