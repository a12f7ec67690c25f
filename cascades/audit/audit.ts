import { checkKeys, show } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import { driftStep, type Random, random } from '../../lib/stats/index.js';
import { lossOn } from '../promise/index.js';
import type { Certificate, Label } from '../terms/index.js';
import { type AuditAlarm, exitsAlarm, lossAlarm } from './alarm.js';
import type { AuditedAnswers, AuditPredictOptions, DrawnRow, Served, ServedAnswers } from './answers.js';
import { drawAmong } from './draws.js';
import { type AuditOptions, type Settings, settingsOf } from './options.js';
import { exitsStep } from './shares.js';
import { startOf } from './start.js';
import { type AuditState, enter, evidenceOf, isVoid, type PendingRow } from './state.js';

/**
 * A cascade in service and a test of what it promises, on a random few of the rows that it answers, for as long as one
 * likes: while the loss is at most what was promised, the chance that the alarm is ever raised is at most alpha.
 * `cascade.audit` makes one.
 *
 * Each row is drawn with the same probability before anything is known of it. The full model answers a drawn row that
 * left early, too; one that went through to it has lost nothing, and costs nothing more.
 */
export class Audit<Row, L extends Label = Label> {
  private readonly settings: Settings<L>;
  private readonly random: Random;
  private readonly pending: Map<number, PendingRow<L>>;
  private at: Omit<AuditState<L>, 'pending'>;

  /** @param used digests of the rows that made and tested the cascade */
  constructor(
    private readonly cascade: Served<Row, L>,
    options: AuditOptions<L>,
    used: Float64Array,
  ) {
    const { certificate, plan } = cascade;
    const evidence = evidenceOf(used);
    this.settings = settingsOf(options, certificate, evidence);
    this.random = random(this.settings.seed).fork('audit');
    const { pending, ...at } = startOf(certificate, evidence, plan, this.settings, this.random);
    this.pending = new Map(pending.map((row) => [row.id, row]));
    this.at = at;
  }

  /** How far the tests have got: plain data, that `cascade.audit({ …, state })` goes on from. */
  get state(): AuditState<L> {
    return { ...this.at, pending: [...this.pending.values()] };
  }

  /** What is promised now: the cascade's certificate until an alarm. */
  get certificate(): Certificate {
    const { certificate } = this.cascade;
    return isVoid(this.at)
      ? { ...certificate, verdict: 'void', reason: 'drift: the audit in service has raised an alarm' }
      : certificate;
  }

  /**
   * Answers a batch as the cascade does. A call with a drawn exit waits for the full model, as for a row that goes
   * through to it.
   *
   * @throws what the cascade's `predict` throws. A drawn exit that the full model fails to answer is only counted.
   */
  async predict(rows: readonly Row[], options: AuditPredictOptions = {}): Promise<AuditedAnswers<L>> {
    if (!Array.isArray(rows)) throw new DataError(`expected an array of rows, got ${show(rows)}`);
    checkKeys(options, ['onFault', 'signal']);
    if (isVoid(this.at) && this.settings.afterAlarm === 'full-model') {
      return this.marked(await this.cascade.full.predict(rows, options), []);
    }
    const first = this.at.draws.drawn;
    const positions = this.draw(rows.length);
    const answers = await this.cascade.predict(rows, options);
    const early = positions.filter((row) => this.leftEarly(answers, row));
    const full = await this.ask(
      early.map((row) => rows[row]),
      options.signal,
    );
    const drawn = this.found(answers, positions, first, full);
    this.record(answers, drawn);
    return this.marked(answers, drawn);
  }

  /**
   * The label of a drawn row, when it has come. Only rows with `awaitsLabel` wait for one: of the others nothing is
   * lost, whatever it is. Which labels come, and when, must not depend on who was right.
   *
   * @param id of {@link AuditedAnswers.drawn}
   * @returns whether it was waited for
   * @throws DataError for a label or an id that there isn't
   */
  label(id: number, label: L): boolean {
    const { classes } = this.cascade.plan;
    if (!classes.includes(label)) {
      throw new DataError(`label ${show(label)} of drawn row ${id}: expected one of ${classes.join(', ')}`);
    }
    if (!(Number.isInteger(id) && id >= 0 && id < this.at.draws.drawn)) {
      throw new DataError(`no row ${id} was drawn; ids are those of 'drawn' in the answers`);
    }
    const row = this.pending.get(id);
    if (row === undefined) return false;
    this.pending.delete(id);
    const [full, labels] = [row.full, label].map((one) => Float64Array.of(classes.indexOf(one)));
    const lost = lossOn(this.settings.loss, { full, labels }).lost(classes.indexOf(row.answer), 0);
    this.advance({ promise: enter(this.at.promise, row.run, lost) });
    return true;
  }

  private draw(count: number): number[] {
    const { rate } = this.settings;
    const { positions, draws } = drawAmong(this.at.draws, count, this.random, rate);
    this.at = { ...this.at, draws, rows: this.at.rows + count };
    return positions;
  }

  /** A degraded answer is outside the promise: what the row would have lost without the fault isn't known. */
  private leftEarly({ exits, degraded }: ServedAnswers<L>, row: number): boolean {
    return exits[row] < this.cascade.plan.stages.length && degraded[row] === 0;
  }

  /** The full model's answers; none where it fails, since an audit must not cost the answers that there are. */
  private async ask(rows: readonly Row[], signal: AbortSignal | undefined): Promise<readonly L[]> {
    if (rows.length === 0) return [];
    try {
      return (await this.cascade.full.predict(rows, signal ? { signal } : {})).labels;
    } catch {
      signal?.throwIfAborted();
      return [];
    }
  }

  /** @param full what the full model says of the drawn exits; none where it failed */
  private found(
    answers: ServedAnswers<L>,
    positions: readonly number[],
    first: number,
    full: readonly L[],
  ): DrawnRow<L>[] {
    let asked = 0;
    return positions.map((row, i) => {
      const id = first + i;
      const { labels, degraded } = answers;
      if (!this.leftEarly(answers, row)) {
        return { id, row, full: degraded[row] === 1 ? null : labels[row], awaitsLabel: false };
      }
      if (full.length === 0) return { id, row, full: null, awaitsLabel: false };
      const said = full[asked++];
      return {
        id,
        row,
        full: said,
        awaitsLabel: said !== labels[row] && this.settings.loss !== 'disagreement',
      };
    });
  }

  /** Feeds the tests with what a call has found. */
  private record(answers: ServedAnswers<L>, drawn: readonly DrawnRow<L>[]): void {
    let { promise, disagreement, asked, differed, missed, run, dropped } = this.at;
    for (const { id, row, full, awaitsLabel } of drawn) {
      const early = this.leftEarly(answers, row);
      if (early && full === null) {
        missed++;
        continue;
      }
      const differs = early && full !== answers.labels[row];
      if (early) asked++;
      if (differs) differed++;
      if (this.settings.loss === 'disagreement') promise = driftStep(promise, Number(differs));
      else if (disagreement !== null) disagreement = driftStep(disagreement, Number(differs));
      if (awaitsLabel && full !== null) {
        this.pending.set(id, { id, answer: answers.labels[row], full, run });
        run = 0;
        dropped += this.dropOldest();
      } else run++;
    }
    const exits = this.at.exits && exitsStep(this.at.exits, this.exitsOf(answers));
    this.advance({ promise, disagreement, exits, asked, differed, missed, run, dropped });
  }

  /** @returns how many there were too many */
  private dropOldest(): number {
    const excess = Math.max(0, this.pending.size - this.settings.pending);
    let left = excess;
    for (const id of this.pending.keys()) {
      if (left-- === 0) break;
      this.pending.delete(id);
    }
    return excess;
  }

  /** How many rows left at each stage, the full model last. Degraded ones didn't leave: they were to go on. */
  private exitsOf({ exits, degraded }: ServedAnswers<L>): number[] {
    const last = this.cascade.plan.stages.length;
    const counts = new Array<number>(last + 1).fill(0);
    for (let row = 0; row < exits.length; row++) counts[degraded[row] === 1 ? last : exits[row]]++;
    return counts;
  }

  /** All tests have moved on before anybody hears of an alarm. */
  private advance(changes: Partial<Omit<AuditState<L>, 'pending'>>): void {
    const [before, after] = [this.at, { ...this.at, ...changes }];
    this.at = after;
    const alarms: AuditAlarm[] = [];
    if (after.promise.alarm && !before.promise.alarm)
      alarms.push(lossAlarm('promise', this.settings.loss, after.promise));
    if (after.disagreement?.alarm && !before.disagreement?.alarm)
      alarms.push(lossAlarm('disagreement', 'disagreement', after.disagreement));
    if (after.exits?.alarm && !before.exits?.alarm) alarms.push(exitsAlarm(after.exits));
    for (const alarm of alarms) this.settings.onAlarm(alarm);
  }

  private marked(answers: ServedAnswers<L>, drawn: readonly DrawnRow<L>[]): AuditedAnswers<L> {
    const drift = isVoid(this.at);
    return {
      ...answers,
      verdict: drift ? 'void' : answers.verdict,
      uncertified: drift ? 'drift' : null,
      drawn,
    };
  }
}
