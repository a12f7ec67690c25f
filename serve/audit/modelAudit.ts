import type { AuditAlarm, AuditState, Certificate, Label } from '../../cascades/index.js';
import { Audit, evidenceOf, type ServedAnswers } from '../../cascades/monitoring/index.js';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/timer.js';
import type { LoadedModel } from '../executor.js';
import type { AuditSettings } from '../repository/index.js';
import type { RequestRows, RowAnswers } from '../requests/index.js';
import {
  type AnswerAgain,
  AuditedCall,
  AuditedCascade,
  type AuditedRow,
  labelsOf,
} from './auditedCascade.js';

/** The audit of a model as far as it has got: plain data, safe in JSON. */
export interface ModelAuditState {
  /** Whether an alarm has voided the certificate of these rows. */
  readonly isVoid: boolean;
  readonly evidence: number;
  /** Of each mode, the model's own plan first. */
  readonly modes: readonly AuditState[];
}

/** An alarm, and the mode that raised it. */
export interface ModeAlarm {
  /** Its position, 0 the model's own plan. */
  readonly mode: number;
  readonly alarm: AuditAlarm;
}

/** Answers with the modes that gave them. */
export interface ModeAnswers extends RowAnswers {
  readonly degraded: Uint8Array;
  readonly verdict: string;
  readonly mode: number;
  /** A row; undefined: all by `mode`. */
  readonly modes: Uint8Array | undefined;
}

/** @property modes how many of the model's modes may answer, from the first on */
export interface ModelAuditSettings extends AuditSettings {
  readonly modes: number;
}

export interface ModelAuditPorts {
  /** Has rows answered again, as work of the audit's own. */
  again(mode: number, ...request: Parameters<AnswerAgain>): Promise<ModeAnswers>;
  onAlarm(alarm: ModeAlarm): void;
  /** Called when the state has changed. */
  onChange(): void;
  readonly timer: Timer;
  /** Evidence that alarms have voided, of this audit and of others of the model, whenever they come. */
  readonly voided: Set<number>;
}

/** A request that takes part: it has its place in the order since it began. */
export interface AuditTicket {
  readonly request: RequestRows;
  readonly began: number;
  /** Undefined while it isn't over; null: it failed. */
  outcome: ModeAnswers | null | undefined;
}

/** Requests that may wait for one that isn't over, and for how long: beyond it, that one counts as failed. */
const MOST_HELD = 1_000;
const MOST_HELD_MS = 600_000;

/** A number for the rows behind a model's certificate. */
export function evidenceFor({ restsOn }: Pick<LoadedModel, 'restsOn'>): number {
  return evidenceOf([Float64Array.of(restsOn)]);
}

/**
 * The audits of a served model: one for each of its certified modes, with an equal share of alpha. Requests are answered first and
 * audited after, in the order in which they began, so that how long an answer takes has no influence on what is counted when. What
 * an alarm refutes is that rows are like the certification rows; so it voids the promises of all modes.
 */
export class ModelAudit {
  private readonly audits: readonly Audit<AuditedRow>[];
  private readonly tickets = new Set<AuditTicket>();
  private readonly pending = new Set<Promise<void>>();
  private readonly evidence: number;

  /**
   * @param previous states of earlier audits: the tests go on from the first with the same certificate and settings
   * @throws OptionError for what can't be audited
   */
  constructor(
    private readonly model: LoadedModel,
    private readonly settings: ModelAuditSettings,
    private readonly ports: ModelAuditPorts,
    previous: readonly ModelAuditState[],
  ) {
    this.evidence = evidenceFor(model);
    this.audits = model.modes.slice(0, settings.modes).map((_, mode) =>
      this.auditOf(
        mode,
        previous.flatMap(({ modes }) => modes[mode] ?? []),
      ),
    );
  }

  /** Whether an alarm has voided what rests on these rows. Alarms of exits, and of rows by themselves, void nothing. */
  get isVoid(): boolean {
    return (
      this.ports.voided.has(this.evidence) || this.audits.some(({ uncertified }) => uncertified !== null)
    );
  }

  /** Whether the full model answers everything: nothing is drawn any more. */
  get isFullModelOnly(): boolean {
    return this.settings.afterAlarm === 'full-model' && this.isVoid;
  }

  get state(): ModelAuditState {
    return {
      isVoid: this.isVoid,
      evidence: this.evidence,
      modes: this.audits.map(({ state }) => state),
    };
  }

  /** A request begins: before anything is known about its answers. */
  begin(request: RequestRows): AuditTicket {
    const ticket: AuditTicket = { request, began: this.ports.timer.now(), outcome: undefined };
    if (!this.isFullModelOnly) this.tickets.add(ticket);
    return ticket;
  }

  /** @param outcome the answers; null: it failed, and was neither refused before any work nor answered */
  end(ticket: AuditTicket, outcome: ModeAnswers | null): void {
    if (ticket.outcome !== undefined) return;
    ticket.outcome = outcome;
    this.count();
  }

  /** A request that was refused before any work, by load alone: it is as if it hadn't come. */
  withdraw(ticket: AuditTicket): void {
    this.tickets.delete(ticket);
    this.count();
  }

  /** Fulfilled once what has been answered is counted. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** Counts what is over, from the first on. */
  private count(): void {
    for (const ticket of this.tickets) {
      if (ticket.outcome === undefined) {
        const isOverdue =
          this.tickets.size > MOST_HELD || this.ports.timer.now() - ticket.began > MOST_HELD_MS;
        if (!isOverdue) return;
        ticket.outcome = null;
      }
      this.tickets.delete(ticket);
      if (this.isFullModelOnly) continue;
      for (const [mode, call] of callsOf(ticket, this.model, this.audits.length)) this.audit(mode, call);
    }
  }

  private audit(mode: number, call: AuditedCall): void {
    const rows = call.positions.map((row) => ({ call, row }));
    // It takes its place and draws before it first waits.
    const counted = this.audits[mode]
      .predict(rows)
      // A call that failed has been counted as that.
      .then(undefined, () => undefined)
      .then(() => {
        this.pending.delete(counted);
        this.ports.onChange();
      });
    this.pending.add(counted);
  }

  private auditOf(mode: number, previous: readonly AuditState[]): Audit<AuditedRow> {
    const { certificate, plan } = this.model.modes[mode];
    if (this.model.kind === 'ranker' || plan === undefined || 'bands' in certificate)
      throw new OptionError('audit', 'rankers have no audit; leave it out of model.json');
    this.checkLoss(certificate);
    const again: AnswerAgain = async (by, rows) => this.served(await this.ports.again(mode, by, rows));
    const cascade = new AuditedCascade(certificate, plan, again);
    const { rate, alpha, disagreement } = this.settings;
    const options = {
      rate,
      alpha: alpha / Math.min(this.settings.modes, this.model.modes.length),
      ...(disagreement !== undefined && { disagreement }),
      afterAlarm: 'keep' as const,
      onAlarm: (alarm: AuditAlarm) => {
        if (this.isVoid) this.ports.voided.add(this.evidence);
        this.ports.onAlarm({ mode, alarm });
      },
    };
    const used = [Float64Array.of(this.model.restsOn)];
    for (const state of previous) {
      try {
        return new Audit(cascade, { ...options, state }, used, this.ports.timer);
      } catch (error) {
        // Another certificate, other settings, or a state that was damaged where it was kept.
        if (!(error instanceof OptionError)) throw error;
      }
    }
    return new Audit(cascade, options, used, this.ports.timer);
  }

  /** Requests bring no labels, so a loss that needs them is never known where the answers differ. */
  private checkLoss({ all, ...own }: Certificate): void {
    if (this.settings.disagreement !== undefined) return;
    const needy = (all ?? [own]).find(({ loss }) => loss === 'accuracy' || loss === 'harm');
    if (needy === undefined) return;
    throw new OptionError(
      'audit.disagreement',
      `the certificate promises ${needy.loss}, which needs labels, and requests bring none; set a limit on the share of answers that differ`,
    );
  }

  private served({ answers, ...rest }: ModeAnswers): ServedAnswers<Label> {
    return servedAnswers(this.model, answers, rest);
  }
}

function servedAnswers(
  model: LoadedModel,
  answers: Float64Array,
  { scores, exits, degraded, verdict }: Omit<ModeAnswers, 'answers'>,
): ServedAnswers<Label> {
  return {
    labels: labelsOf(model, answers),
    scores,
    exits,
    degraded,
    faults: [],
    verdict: verdict === 'degraded' ? 'degraded' : 'certified',
  };
}

/**
 * A request's rows by the mode that answered them. One that failed counts in every mode: which would have answered it isn't known.
 *
 * @param audited the number of modes that are audited
 */
function* callsOf(
  { request, outcome }: AuditTicket,
  model: LoadedModel,
  audited: number,
): Generator<[number, AuditedCall]> {
  const all = Array.from({ length: request.rows }, (_, row) => row);
  if (outcome === undefined || outcome === null) {
    for (let mode = 0; mode < audited; mode++) yield [mode, new AuditedCall(request, all, null)];
    return;
  }
  const { answers, exits, degraded, modes } = outcome;
  if (modes === undefined) {
    yield [outcome.mode, new AuditedCall(request, all, servedAnswers(model, answers, outcome))];
    return;
  }
  for (let mode = 0; mode < audited; mode++) {
    const positions = all.filter((row) => modes[row] === mode);
    if (positions.length === 0) continue;
    const at = (values: Float64Array | Uint8Array) => positions.map((row) => values[row]);
    const part = {
      ...outcome,
      scores: new Float64Array(),
      exits: Uint8Array.from(at(exits)),
      degraded: Uint8Array.from(at(degraded)),
    };
    yield [
      mode,
      new AuditedCall(request, positions, servedAnswers(model, Float64Array.from(at(answers)), part)),
    ];
  }
}
