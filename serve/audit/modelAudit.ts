import type { AuditAlarm, AuditOptions, AuditState, Certificate, Label } from '../../cascades/index.js';
import { Audit, evidenceNumber, lossName, needsLabels, type ServedAnswers } from '../../cascades/internal.js';
import { OptionError } from '../../lib/errors.js';
import type { Timer } from '../../lib/util/timer.js';
import { type AuditCounts, addedCounts, NO_AUDIT } from '../counts/index.js';
import type { LoadedModel, ServedMode } from '../executor.js';
import type { AuditSettings } from '../repository/index.js';
import type { OutputValues, RequestRows } from '../requests/index.js';
import {
  type AnswerAgain,
  AuditedCall,
  AuditedCascade,
  type AuditedRow,
  labelsOfCodes,
} from './auditedCascade.js';
import { AuditRequests, type AuditTicket, type RequestsState } from './requests.js';

/** The audit of a model as far as it has got: plain data, safe in JSON. */
export interface ModelAuditState {
  /** Whether an alarm has voided the certificate of these rows. */
  readonly isVoid: boolean;
  readonly evidence: number;
  /** Of each mode, the model's own plan first; or one of all answers together. */
  readonly modes: readonly AuditState[];
  /** Undefined where an earlier release has kept it. */
  readonly requests?: RequestsState;
}

/** An alarm, and the mode that raised it. */
export interface ModeAlarm {
  /** Its position, 0 the model's own plan; null: all answers together. */
  readonly mode: number | null;
  readonly alarm: AuditAlarm;
}

/** Answers with the mode that gave them. */
export interface ModeAnswers extends OutputValues {
  readonly degraded: Uint8Array;
  readonly verdict: string;
  readonly mode: number;
}

export interface ModelAuditSettings extends AuditSettings {
  /** How many of the model's modes may answer, from the first on. */
  readonly modes: number;
  /** What is promised of all answers together, where no mode's promise is about its own. */
  readonly together?: Certificate | undefined;
}

export interface ModelAuditPorts {
  /** Has rows answered again, as work of the audit's own. */
  again(...request: Parameters<AnswerAgain>): Promise<ModeAnswers>;
  onAlarm(alarm: ModeAlarm): void;
  /** Hears why the audit of a certificate doesn't go on from a state that was kept of it, and begins anew. */
  onAnew?(reason: OptionError): void;
  /** Called when the state has changed. */
  onChange(): void;
  /** Keeps at once how many rows may have begun: a process that is killed then leaves none out. */
  note(rows: number): void;
  readonly timer: Timer;
  /** Evidence that alarms have voided, of this audit and of others of the model, whenever they come. */
  readonly voided: Set<number>;
}

/** What an audit tests, and the plan that gives the answers. */
type Promised = Pick<ServedMode, 'certificate' | 'plan'>;

/** A number for the rows behind a model's certificate. */
export function evidenceFor({ restsOn }: Pick<LoadedModel, 'restsOn'>): number {
  return evidenceNumber([Float64Array.of(restsOn)]);
}

/**
 * The audits of a served model: one for each of its certified modes, with an equal share of alpha; or one of all
 * answers together, where what is promised is about those. Requests are answered first and audited after, in the
 * order in which they began, so that how long an answer takes has no influence on what is counted when. What an alarm
 * refutes is that rows are like the certification rows; so it voids the promises of all modes.
 */
export class ModelAudit {
  private readonly audits: readonly Audit<AuditedRow>[];
  private readonly requests: AuditRequests;
  private readonly pending = new Set<Promise<void>>();
  private readonly evidence: number;
  /** What earlier processes and versions had counted. */
  private readonly before: AuditCounts;
  private isOver = false;

  /**
   * @param previous states of audits that have ended: it goes on from the first with the same certificates and settings
   * @param others states of further audits of the model. An audit that doesn't go on begins anew after all of these:
   *   the k-th that does tests at alpha / 2^k
   * @throws OptionError for what can't be audited
   */
  constructor(
    private readonly model: LoadedModel,
    private readonly settings: ModelAuditSettings,
    private readonly ports: ModelAuditPorts,
    previous: readonly ModelAuditState[],
    others: readonly ModelAuditState[] = [],
  ) {
    this.evidence = evidenceFor(model);
    const resumed = this.resumed(previous);
    this.before = resumed === undefined ? NO_AUDIT : countsIn(resumed.state);
    this.audits = resumed?.audits ?? this.begun([...previous, ...others].flatMap(({ modes }) => modes));
    const note = (rows: number) => ports.note(rows);
    this.requests = new AuditRequests(settings.rate, ports.timer, note, resumed?.state.requests);
    const lost = this.requests.lost();
    if (lost !== undefined) this.audit(lost);
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

  get state(): Required<ModelAuditState> {
    return {
      isVoid: this.isVoid,
      evidence: this.evidence,
      modes: this.audits.map(({ state }) => state),
      requests: this.requests.state,
    };
  }

  /** What it has counted since it began, or went on from an earlier one. */
  get counts(): AuditCounts {
    const { before, requests, state } = this;
    const own = addedCounts(countsIn(state), before, -1);
    return { ...own, overdue: own.overdue + requests.overdue };
  }

  /** A request begins: before anything is known about its answers. */
  begin(request: RequestRows): AuditTicket {
    return this.requests.begin(request);
  }

  /** @param outcome the answers; null: it failed, and was neither refused before any work nor answered */
  end(ticket: AuditTicket, outcome: ModeAnswers | null): void {
    this.requests.end(ticket, outcome);
    this.count();
  }

  /** A request that was refused before any work, by load or its rows alone: it is as if it hadn't come. */
  withdraw(ticket: AuditTicket): void {
    this.requests.withdraw(ticket);
    this.count();
  }

  /** Fulfilled once what has been answered is counted. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** Another audit goes on from its state: it counts nothing more. */
  stop(): void {
    this.isOver = true;
  }

  /** Counts what is over, from the first on. */
  private count(): void {
    if (this.isOver) return;
    for (let ticket = this.requests.next(); ticket !== undefined; ticket = this.requests.next()) {
      if (!this.isFullModelOnly) this.audit(ticket);
    }
  }

  private audit({ rows, drawn, request, outcome }: AuditTicket): void {
    const places = new Map(drawn.map((row, at) => [row, at]));
    for (const audit of this.auditsOf(outcome)) {
      const call = new AuditedCall(request, outcome?.mode ?? 0, outcome ? this.answered(outcome) : null);
      // It takes its place before it first waits.
      const counted = audit
        .predict(Array.from({ length: rows }, (_, row) => ({ call, at: places.get(row) ?? -1 })))
        // A call that failed has been counted as that.
        .then(undefined, () => undefined)
        .then(() => {
          this.pending.delete(counted);
          this.ports.onChange();
        });
      this.pending.add(counted);
    }
  }

  /** Which mode would have answered a request that failed isn't known: it counts in each. */
  private auditsOf(outcome: AuditTicket['outcome']): readonly Audit<AuditedRow>[] {
    if (!outcome) return this.audits;
    return [this.audits[this.settings.together === undefined ? outcome.mode : 0]];
  }

  private answered(outcome: ModeAnswers): ServedAnswers<Label> {
    const answers = this.served(outcome);
    if (this.settings.together === undefined) return answers;
    // The plans of modes differ in length, and past the last stage is the full model.
    const { modes } = this.model;
    const [own, most] = [modes[outcome.mode].plan, this.audited[0].plan].map(
      (plan) => plan?.stages.length ?? 0,
    );
    return { ...answers, exits: answers.exits.map((exit) => (exit === own ? most : exit)) };
  }

  /** The audits that go on from an earlier state: all modes together, or none. */
  private resumed(states: readonly ModelAuditState[]) {
    const { length } = this.audited;
    for (const state of states) {
      if (state.modes.length !== length) continue;
      try {
        return {
          state,
          audits: this.audited.map((_, a) => this.auditOf(a, { state: state.modes[a] })),
        };
      } catch (error) {
        // Another certificate, other settings, an earlier format, or a state that was damaged where it was kept.
        if (!(error instanceof OptionError)) throw error;
        const isSame =
          state.evidence === this.evidence &&
          state.modes.every(
            ({ certificate }, a) =>
              JSON.stringify(certificate) === JSON.stringify(this.audited[a].certificate),
          );
        if (isSame) this.ports.onAnew?.(error);
      }
    }
    return undefined;
  }

  /** Audits that begin anew, after the one that began anew most often. */
  private begun(states: readonly AuditState[]): Audit<AuditedRow>[] {
    const restarts = ({ promises }: AuditState) => promises[0]?.restarts ?? -1;
    for (const last of [...states].sort((a, b) => restarts(b) - restarts(a))) {
      // What its alarms have voided stays void: here only its level counts.
      const restart = {
        ...last,
        promises: last.promises.map((test) => ({ ...test, alarm: false })),
        disagreement: null,
      };
      try {
        return this.audited.map((_, a) => this.auditOf(a, { restart }));
      } catch (error) {
        // It was damaged where it was kept, or these settings fit no audit, as the last line says.
        if (!(error instanceof OptionError)) throw error;
      }
    }
    return this.audited.map((_, a) => this.auditOf(a, {}));
  }

  private get audited(): readonly Promised[] {
    const { modes, together } = this.settings;
    const own = this.model.modes.slice(0, modes);
    return together === undefined ? own : [{ certificate: together, plan: longest(own) }];
  }

  private auditOf(a: number, after: Pick<AuditOptions<Label>, 'state' | 'restart'>): Audit<AuditedRow> {
    const { certificate, plan } = this.audited[a];
    const mode = this.settings.together === undefined ? a : null;
    if (this.model.kind === 'ranker' || plan === undefined || 'bands' in certificate)
      throw new OptionError('audit', 'rankers have no audit; leave it out of model.json');
    this.checkLoss(certificate);
    const again: AnswerAgain = async (...rows) => this.served(await this.ports.again(...rows));
    const cascade = new AuditedCascade(certificate, plan, again);
    const { rate, alpha, disagreement } = this.settings;
    const options = {
      rate,
      alpha: alpha / this.audited.length,
      // Where rows leave depends on the mode, and how often each answers is no promise.
      ...(mode === null && { exits: false as const }),
      ...(disagreement !== undefined && { disagreement }),
      afterAlarm: 'keep' as const,
      onAlarm: (alarm: AuditAlarm) => {
        if (this.isOver) return;
        if (this.isVoid) this.ports.voided.add(this.evidence);
        this.ports.onAlarm({ mode, alarm });
      },
      ...after,
    };
    return new Audit(cascade, options, [Float64Array.of(this.model.restsOn)], this.ports.timer);
  }

  /** Requests bring no labels, so a loss that needs them is never known where the answers differ. */
  private checkLoss({ all, ...own }: Certificate): void {
    if (this.settings.disagreement !== undefined) return;
    const needy = (all ?? [own]).find(({ loss }) => needsLabels(loss));
    if (needy === undefined) return;
    throw new OptionError(
      'audit.disagreement',
      `the certificate promises ${lossName(needy.loss)}, which needs labels, and requests bring none; set a limit on the share of answers that differ`,
    );
  }

  private served({ answers, scores, exits, degraded, verdict }: ModeAnswers): ServedAnswers<Label> {
    return {
      labels: labelsOfCodes(this.model, answers),
      scores,
      exits,
      degraded,
      faults: [],
      verdict: verdict === 'degraded' ? 'degraded' : 'certified',
    };
  }
}

/** What all audits of a state have counted. */
function countsIn({ modes, requests }: ModelAuditState): AuditCounts {
  const drawn = requests?.draws.drawn ?? 0;
  return modes.reduce<AuditCounts>((sum, mode) => addedCounts(sum, { ...mode, drawn: 0 }), {
    ...NO_AUDIT,
    drawn,
  });
}

/** The plan with the most stages. */
function longest(modes: readonly Promised[]): ServedMode['plan'] {
  const stages = ({ plan }: Promised) => plan?.stages.length ?? 0;
  return modes.reduce((most, mode) => (stages(mode) > stages(most) ? mode : most)).plan;
}
