import type { Certificate } from '../../cascades/index.js';
import { anyChoice, noAnyChoice } from '../../cascades/internal.js';
import { OptionError } from '../../lib/errors.js';
import {
  type InferRequest,
  type InferResponse,
  RequestError,
  type TensorMetadata,
} from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import {
  type AnswerAgain,
  type AuditFiles,
  type AuditTicket,
  evidenceFor,
  type ModeAlarm,
  type ModeAnswers,
  ModelAudit,
  type ModelAuditState,
  type StateWriter,
} from '../audit/index.js';
import type { Announced, Call } from '../backend.js';
import type { ModelRecord } from '../counts/index.js';
import { type LoadedModel, RefusedRows } from '../executor.js';
import type { LoadedVersion } from '../repository/index.js';
import {
  checkRowSizes,
  groupOf,
  kOf,
  mostOctets,
  Outputs,
  requestDeadline,
  rowsOf,
} from '../requests/index.js';
import type { ModelJob, ModelLoad, ModelQueue, Scheduler } from '../scheduling/index.js';
import { Lost } from './lost.js';
import { ModelQueues } from './modelQueues.js';

/** Milliseconds that the end of a model waits for its audit. */
const SETTLE_MS = 5_000;

/** A request to a model that was checked. */
interface Prepared {
  readonly job: ModelJob;
  readonly queue: ModelQueue;
  /** The request begins: before anything is known about its answer. */
  begin(): void;
  finish(answer: ModeAnswers): InferResponse;
  /** It has begun, and won't be answered. */
  fail(error: unknown): void;
}

export interface EndpointPorts {
  readonly scheduler: Scheduler;
  readonly timer: Timer;
  readonly auditFiles: AuditFiles;
  /** Evidence of the model's certificates that alarms have voided, whenever they come. */
  readonly voided: Set<number>;
  /** What the version has counted so far. */
  readonly record: ModelRecord;
  onAlarm(model: LoadedVersion, alarm: ModeAlarm): void;
  /** Of what was kept and can't be used. */
  onFault?(error: unknown): void;
}

/**
 * What holds of a verdict now: all that tells of a model reads this.
 *
 * @param verdict of a certificate or an answer
 */
export function verdictNow(
  { isVoid, isUnsaved }: Pick<ModelEndpoint, 'isVoid' | 'isUnsaved'>,
  verdict: string,
): string {
  if (isVoid) return 'void';
  return isUnsaved && verdict === 'certified' ? 'unsaved' : verdict;
}

/** A cascade or a ranker that answers requests by the scheduler, under audit where `model.json` has one. */
export class ModelEndpoint {
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Octets that a message to it can need. */
  readonly mostOctets: number;
  /** Octets of a text that it takes, or infinity. */
  readonly mostText: number;
  readonly audit: ModelAudit | undefined;
  /** Alarms since it was loaded. */
  readonly alarms: ModeAlarm[] = [];
  /** What the last answer said. */
  lastVerdict: string | undefined;
  private readonly tensors: Outputs;
  private readonly lost: Lost;
  private readonly queues: ModelQueues;
  private readonly writer: StateWriter | undefined;
  private readonly evidence: number;
  /** What is promised of all answers together, where no mode's promise is about its own. */
  readonly together: Certificate | undefined;

  /**
   * Jobs can be answered from now on.
   *
   * @param previous states of audits that have ended: the first that fits goes on
   * @param others states of further audits of the model
   * @throws OptionError for settings that don't fit the model
   */
  constructor(
    readonly loaded: LoadedVersion,
    readonly model: LoadedModel,
    private readonly ports: EndpointPorts,
    previous: readonly ModelAuditState[],
    others: readonly ModelAuditState[] = [],
  ) {
    const { settings, name, version } = loaded;
    this.evidence = evidenceFor(model);
    for (const { isVoid, evidence } of [...previous, ...others]) if (isVoid) ports.voided.add(evidence);
    this.platform = model.kind === 'ranker' ? 'spillway_ranker' : 'spillway_cascade';
    this.inputs = model.inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape }));
    this.mostOctets = mostOctets(this.inputs, settings.maxBatchRows);
    const areAllTexts = model.inputs.every(({ as }) => as === 'text');
    this.mostText = areAllTexts ? settings.maxTextOctets : Number.POSITIVE_INFINITY;
    this.tensors = new Outputs(model);
    this.lost = new Lost(model);
    this.outputs = this.tensors.declared;
    const { audit, timeoutMicroseconds, p99Ms, overload, reserve } = settings;
    const modes = overload === 'refuse' ? 1 : model.modes.length;
    this.together = modes > 1 && settings.callers === 'differ' ? togetherOf(model) : undefined;
    if (audit !== undefined) {
      const { together } = this;
      const terms = { ...audit, modes, together };
      this.audit = new ModelAudit(model, terms, this.auditPorts(), previous, others);
    }
    this.queues = new ModelQueues(
      ports.scheduler,
      model,
      {
        ...(timeoutMicroseconds !== undefined && { timeoutMs: timeoutMicroseconds / 1_000 }),
        ...(p99Ms !== undefined && { p99Ms }),
        ...(reserve !== undefined && reserve.cores > 0 && { reserve: { cores: reserve.cores } }),
        overload,
      },
      audit !== undefined,
      ports.record,
    );
    const own = this.audit;
    this.writer = own && ports.auditFiles.writer(name, version, () => own.state);
    if (own !== undefined) this.writer?.begun(own.state.requests.begun);
    // At once: what is kept is an earlier audit's.
    this.writer?.changed(true);
    ports.record.open(model);
    ports.record.audit.follow(own);
  }

  /** Whether its certificate is void: by an alarm of an audit of the same rows, or since it was loaded. */
  get isVoid(): boolean {
    return this.isAlarmed || this.model.modes[0].verdict === 'void';
  }

  /** Whether the state of its audit can't be written: an end of the process would forget an alarm. */
  get isUnsaved(): boolean {
    return this.writer?.isUnsaved === true;
  }

  /** Why its answers promise less than its certificate, though it answers; or empty. */
  get reason(): string {
    const [{ verdict, certificate }] = this.model.modes;
    const reasons = [
      ...(this.isAlarmed ? ['an alarm of the audit has voided the certificate'] : []),
      ...(verdict === 'void' ? [`its certificate is void: ${certificate.reason}`] : []),
      ...(this.isUnsaved
        ? ["the state of its audit can't be written: nothing is certified until it is"]
        : []),
    ];
    return reasons.join('; ');
  }

  /** Whether an alarm has voided what rests on its rows: of this audit, or of another of the model. */
  private get isAlarmed(): boolean {
    return this.ports.voided.has(this.evidence) || this.audit?.isVoid === true;
  }

  /** What its version has counted since the server was started. */
  get record(): ModelRecord {
    return this.ports.record;
  }

  /** What the scheduler counts of its requests. */
  get loads(): readonly ModelLoad[] {
    return this.queues.loads;
  }

  /** @throws RequestError for a request that can't be answered, by what is known before its message is read */
  screen(announced: Announced): void {
    this.ports.scheduler.screen(this.answering, announced);
  }

  /** At once where nothing waits. @throws RequestError, also at once */
  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    const prepared = this.prepare(request, call);
    const { job } = prepared;
    if (job.rows === 0) return prepared.finish(nothing(this.model));
    prepared.begin();
    const failed = (error: unknown): never => {
      prepared.fail(error);
      throw error;
    };
    try {
      const answer = this.ports.scheduler.soon(prepared.queue, job);
      return answer instanceof Promise ? answer.then(prepared.finish).catch(failed) : prepared.finish(answer);
    } catch (error) {
      return failed(error);
    }
  }

  /** @throws RequestError for a request that doesn't fit the model */
  private prepare(request: InferRequest, call: Call): Prepared {
    try {
      return this.checked(request, call);
    } catch (error) {
      // It never reaches the scheduler, which counts all others.
      if (error instanceof RequestError) this.record.invalid++;
      throw error;
    }
  }

  private checked(request: InferRequest, call: Call): Prepared {
    const { model, tensors, audit } = this;
    const { name, version, settings } = this.loaded;
    const wanted = tensors.wanted(request);
    const group = groupOf(request);
    const given = rowsOf(request, model.inputs, settings.maxBatchRows);
    const { rows, inputs } = given;
    const isRanker = model.kind === 'ranker';
    checkRowSizes(given, model.inputs, settings, isRanker);
    const ranked = isRanker ? { k: kOf(request, rows) } : undefined;
    const deadline = requestDeadline(request, call, settings);
    const watched = this.lost.watch(call.arrived, deadline);
    const job: ModelJob = {
      rows,
      inputs,
      tenant: call.tenant,
      scores: wanted.some((output) => output.name === 'scores'),
      arrived: call.arrived,
      messageOctets: call.octets,
      deadline,
      signal: call.leaving ?? call.signal,
      onStart: watched.started,
      isInSpell: watched.isInSpell,
    };
    let ticket: AuditTicket | undefined;
    const ticketed = audit?.isFullModelOnly ? undefined : audit;
    return {
      job: ranked === undefined ? job : { ...job, ...ranked },
      queue: this.answering,
      begin: () => {
        ticket = ticketed?.begin(given);
      },
      finish: (given) => {
        const answer = watched.answered(given);
        if (ticket !== undefined) audit?.end(ticket, answer);
        const outputs = tensors.tensors(answer, wanted);
        const parameters = this.parameters(answer, rows, group);
        return { model: name, version, id: request.id, parameters, outputs };
      },
      fail: (error) => {
        watched.failed(error);
        if (ticket !== undefined && audit !== undefined) endFailed(audit, ticket, error);
      },
    };
  }

  /** Where requests wait: after an alarm the full model may answer them. */
  private get answering(): ModelQueue {
    return this.queues.ofRequests(this.audit?.isFullModelOnly === true);
  }

  /** Another endpoint has taken its audit over. @param file whether the file of its state as well */
  replaced(file: boolean): void {
    this.audit?.stop();
    if (file) this.writer?.stop();
  }

  /** Called once no request uses it any more. */
  async close(): Promise<void> {
    await this.settled();
    await this.writer?.end();
    this.queues.remove();
    this.record.audit.end(this.audit);
  }

  /** What is being audited is counted, unless that takes too long: then it counts as missed. */
  private settled(): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.ports.timer.after(SETTLE_MS, resolve);
      void (this.audit?.settled() ?? Promise.resolve()).then(() => {
        callOff();
        resolve();
      });
    });
  }

  /** What an answer says of itself, which is counted. */
  private parameters(
    { verdict, mode, exits, degraded }: ModeAnswers,
    given: number,
    group: string | undefined,
  ): InferResponse['parameters'] {
    const stands = verdictNow(this, verdict);
    const { epsilon } = this.together ?? this.model.modes[mode];
    this.lastVerdict = stands;
    this.record.answer(stands, given, exits, this.model.modes[mode].plan?.stages.length, group);
    const parameters: Record<string, string | number | boolean> = { verdict: stands };
    if (this.model.unchecked) parameters.unchecked = true;
    if (stands === 'certified' && epsilon !== null) parameters.epsilon = epsilon;
    if (mode > 0) parameters.mode = mode;
    let rows = 0;
    for (let i = 0; i < degraded.length; i++) rows += degraded[i];
    if (rows > 0) parameters.degraded_rows = rows;
    return parameters;
  }

  private auditPorts() {
    const { timer, voided } = this.ports;
    return {
      timer,
      voided,
      again: (...request: Parameters<AnswerAgain>) => this.queues.again(timer.now(), ...request),
      onAlarm: (alarm: ModeAlarm) => {
        this.alarms.push(alarm);
        this.record.alarms++;
        this.writer?.alarmed();
        this.ports.onAlarm(this.loaded, alarm);
      },
      onAnew: ({ message }: OptionError) => {
        const { name, version } = this.loaded;
        const what = `the audit of ${name}/${version} begins anew, at a smaller alpha: ${message}`;
        this.ports.onFault?.(new OptionError('stateDir', what));
      },
      onChange: () => this.writer?.changed(),
      note: (rows: number) => this.writer?.begun(rows),
    };
  }
}

/**
 * What is refused by load alone, before any work, depends on nothing in the rows: it leaves no gap. Rows that are
 * refused by themselves are none that the promise is about.
 */
function endFailed(audit: ModelAudit, ticket: AuditTicket, error: unknown): void {
  const isLoad = error instanceof RequestError && error.reason === 'overloaded';
  if (isLoad || error instanceof RefusedRows) audit.withdraw(ticket);
  else audit.end(ticket, null);
}

/** @throws OptionError where a loss is promised of each mode alone */
function togetherOf({ modes }: LoadedModel): Certificate | undefined {
  const certificates = modes.flatMap(({ certificate }) => ('bands' in certificate ? [] : [certificate]));
  const together = anyChoice(certificates);
  if (together !== null) return together;
  throw new OptionError(
    'overload',
    `${noAnyChoice(certificates)}; set "callers": "alike" in model.json if the rows of all callers are alike, whatever the load, or "overload": "refuse"`,
  );
}

/** Of no rows. */
function nothing({ modes: [{ verdict }] }: LoadedModel): ModeAnswers {
  const none = { answers: new Float64Array(), scores: new Float64Array() };
  const flags = { exits: new Uint8Array(), degraded: new Uint8Array() };
  return { ...none, ...flags, mode: 0, verdict };
}
