import type { Certificate } from '../cascades/index.js';
import {
  type InferRequest,
  type InferResponse,
  type ModelMetadata,
  RequestError,
} from '../lib/protocol/messages/index.js';
import type { Timer } from '../lib/util/timer.js';
import { AuditFiles, type ModeAlarm, type ModelAuditState } from './audit/index.js';
import type { AnnouncedRequest, Backend, Call, Duration, ModelState, ModelStatistics } from './backend.js';
import { ModelEndpoint } from './endpoints/index.js';
import type { LoadedModel, ModelFiles } from './executor.js';
import type { Lane } from './lane.js';
import {
  type HeldMemory,
  heldBy,
  type Live,
  type LoadedVersion,
  type ModelLoader,
  Repository,
  type RepositoryEvent,
  type RepositoryOptions,
} from './repository/index.js';

/** What a scheduler counts of a model, as far as the protocol's statistics need it. */
export interface Counts extends Omit<ModelStatistics, 'name' | 'version' | 'lastInference'> {
  /** Milliseconds of the scheduler's timer. */
  readonly lastMs: number | undefined;
}

/** What happens while models are served. */
export type ServingEvent =
  | RepositoryEvent
  | {
      readonly what: 'alarm';
      readonly name: string;
      readonly version: string;
      readonly alarm: ModeAlarm;
    };

/** What a model is and does, beyond what the protocol says. */
export interface ServedModel<Load> {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState['state'];
  readonly reason: string;
  readonly platform: string;
  readonly model: LoadedModel;
  readonly memory: HeldMemory;
  /** What the scheduler counts: of its own answers, and of the full model's in its stead after an alarm. */
  readonly loads: readonly Load[];
  /** Requests that don't fit the model, and reached no scheduler. */
  readonly invalid: number;
  /** Rows by what their answers said, and what the last answer said. */
  readonly verdicts: ReadonlyMap<string, number>;
  readonly lastVerdict: string | undefined;
  /** What is promised of all answers together, where no mode's promise is about its own. */
  readonly together: Certificate | undefined;
  /** Whether an alarm has voided its certificate: of its audit, or of one before that rested on the same rows. */
  readonly isVoid: boolean;
  readonly audit:
    | {
        readonly alarms: readonly ModeAlarm[];
        readonly state: ModelAuditState;
      }
    | undefined;
}

/** Options of a server's models, all given. */
export interface ServerOptions<Load> extends RepositoryOptions {
  readonly directory: string;
  /** Where models are computed: on workers, and for those with `inline` on this thread. */
  readonly lanes: { readonly workers: Lane<Load>; readonly inline: Lane<Load> };
  readonly timer: Timer;
  /** Milliseconds since the epoch. */
  readonly epoch: () => number;
  /** Where states of audits are kept; undefined: nowhere. */
  readonly stateDir: string | undefined;
  onEvent(event: ServingEvent): void;
  /** Of what can't be kept, and of audits that fail. */
  onFault(error: unknown): void;
}

/** The models of a directory behind the protocol. */
export class ModelServer<Load extends Counts> implements Backend {
  private readonly repository: Repository<ModelEndpoint<Load>>;
  private readonly auditFiles: AuditFiles;
  private readonly hosts: Hosts<Load>;
  /** The rows, by number, whose promise an alarm has voided, by model: as long as the process lives. */
  private readonly voided = new Map<string, Set<number>>();

  constructor(private readonly options: ServerOptions<Load>) {
    const { directory, lanes, timer, stateDir, onEvent, onFault } = options;
    this.auditFiles = new AuditFiles(stateDir, timer, onFault);
    this.hosts = new Hosts(lanes);
    const ports = {
      host: this.hosts,
      open: (loaded: LoadedVersion, previous: ModelEndpoint<Load> | undefined) => this.open(loaded, previous),
      close: (endpoint: ModelEndpoint<Load>) => endpoint.close(),
      onEvent,
    };
    this.repository = new Repository(directory, ports, options);
  }

  get isReady(): boolean {
    return this.repository.isReady;
  }

  isModelReady(name: string, version: string | undefined): boolean {
    try {
      this.repository.find(name, version);
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.reason === 'unavailable') return false;
      throw error;
    }
  }

  metadata(name: string, version: string | undefined): ModelMetadata {
    const { endpoint } = this.repository.find(name, version);
    const { platform, inputs, outputs } = endpoint;
    return { name, versions: this.repository.versionsOf(name), platform, inputs, outputs };
  }

  statistics(name: string | undefined, version: string | undefined): readonly ModelStatistics[] {
    if (name === undefined) return this.repository.live.map((live) => this.statisticsOf(live));
    if (version !== undefined) return [this.statisticsOf(this.repository.find(name, version))];
    // Throws where there is no such model.
    const versions = this.repository.versionsOf(name);
    return versions.map((each) => this.statisticsOf(this.repository.find(name, each)));
  }

  index(): readonly ModelState[] {
    const reasons = new Map(
      this.repository.live.map(({ loaded, endpoint }) => [
        `${loaded.name}/${loaded.version}`,
        endpoint.reason,
      ]),
    );
    return this.repository.index().map((state) => {
      const reason = [state.reason, reasons.get(`${state.name}/${state.version}`)].filter(Boolean).join('; ');
      return { ...state, reason };
    });
  }

  screen(request: AnnouncedRequest): void {
    this.repository.find(request.model, request.version).endpoint.screen(request);
  }

  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    const live = this.repository.find(request.model, request.version);
    live.begin();
    let response: InferResponse | Promise<InferResponse> | undefined;
    try {
      response = live.endpoint.infer(request, call);
    } finally {
      if (!(response instanceof Promise)) live.end();
    }
    return response instanceof Promise ? response.finally(() => live.end()) : response;
  }

  load(name: string): Promise<void> {
    return this.repository.load(name);
  }

  unload(name: string): Promise<void> {
    return this.repository.unload(name);
  }

  /** Reads the directory again: see {@link Repository.refresh}. */
  refresh(retry?: boolean): Promise<void> {
    return this.repository.refresh(retry);
  }

  /** A model that ended threads so often that it isn't computed any more. */
  strikeOut(key: string, reason: string): void {
    this.repository.strikeOut(key, reason);
  }

  /** What is served now, for status pages and metrics. */
  models(): readonly ServedModel<Load>[] {
    const { live } = this.repository;
    const memory = heldBy(live.map(({ loaded: { model } }) => model));
    const states = new Map(this.index().map((state) => [`${state.name}/${state.version}`, state]));
    return live.map(({ loaded: { name, version, model }, endpoint }, i) => {
      const { state = 'READY', reason = '' } = states.get(`${name}/${version}`) ?? {};
      return {
        name,
        version,
        state,
        reason,
        platform: endpoint.platform,
        model,
        memory: memory[i],
        loads: endpoint.loads,
        invalid: endpoint.invalid,
        verdicts: endpoint.verdicts,
        lastVerdict: endpoint.lastVerdict,
        together: endpoint.together,
        isVoid: endpoint.isVoid,
        audit: endpoint.audit && { alarms: endpoint.alarms, state: endpoint.audit.state },
      };
    });
  }

  /** Answers what was accepted, lets go of all models and ends what computes them. */
  async close(): Promise<void> {
    await this.repository.close();
    await this.auditFiles.flush();
    await this.hosts.close();
  }

  private async open(
    loaded: LoadedVersion,
    before: ModelEndpoint<Load> | undefined,
  ): Promise<ModelEndpoint<Load>> {
    const { name, version, model, settings } = loaded;
    const states = new Map(await this.auditFiles.read(name));
    // What stays beside the new version goes on by itself.
    const isOver =
      before !== undefined && (before.loaded.version === version || settings.versions === 'latest');
    const own = [...(isOver ? [before.loaded.version] : []), version].flatMap((each) => {
      const state = states.get(each);
      states.delete(each);
      return state ?? [];
    });
    const voided = this.voided.get(name) ?? new Set();
    this.voided.set(name, voided);
    const { timer, onEvent } = this.options;
    const endpoint = new ModelEndpoint<Load>(
      loaded,
      model,
      {
        lane: this.hosts.laneOf(settings.inline),
        timer,
        auditFiles: this.auditFiles,
        voided,
        onAlarm: ({ name, version }, alarm) => onEvent({ what: 'alarm', name, version, alarm }),
      },
      own,
      [...states.values()],
    );
    // Without an audit nobody else keeps its state.
    if (isOver && endpoint.audit !== undefined) before.replaced(before.loaded.version === version);
    return endpoint;
  }

  private statisticsOf({
    loaded: { name, version },
    endpoint: { loads },
  }: Live<ModelEndpoint<Load>>): ModelStatistics {
    const { timer, epoch } = this.options;
    const sum = (count: (load: Counts) => number) => loads.reduce((total, load) => total + count(load), 0);
    const duration = (of: (load: Counts) => Duration): Duration => ({
      count: sum((load) => of(load).count),
      nanoseconds: sum((load) => of(load).nanoseconds),
    });
    const last = loads.flatMap(({ lastMs }) => (lastMs === undefined ? [] : [lastMs]));
    return {
      name,
      version,
      lastInference: last.length === 0 ? 0 : Math.round(epoch() - (timer.now() - Math.max(...last))),
      rows: sum(({ rows }) => rows),
      executions: sum(({ executions }) => executions),
      success: duration(({ success }) => success),
      fail: duration(({ fail }) => fail),
      queue: duration(({ queue }) => queue),
      compute: duration(({ compute }) => compute),
    };
  }
}

/** Both places where models are computed, as one. */
class Hosts<Load> implements ModelLoader {
  private readonly places = new Map<string, Lane<Load>>();

  constructor(private readonly lanes: { readonly workers: Lane<Load>; readonly inline: Lane<Load> }) {}

  laneOf(isInline: boolean): Lane<Load> {
    return isInline ? this.lanes.inline : this.lanes.workers;
  }

  async load(files: ModelFiles, inline: boolean): Promise<LoadedModel> {
    const lane = this.laneOf(inline);
    const model = await lane.host.load(files);
    this.places.set(model.key, lane);
    return model;
  }

  async unload(key: string): Promise<void> {
    const lane = this.places.get(key);
    this.places.delete(key);
    await lane?.host.unload(key);
  }

  async close(): Promise<void> {
    await Promise.all([this.lanes.workers.close(), this.lanes.inline.close()]);
  }
}
