import type { Certificate } from '../cascades/index.js';
import {
  type InferRequest,
  type InferResponse,
  type ModelMetadata,
  RequestError,
  type TensorMetadata,
} from '../lib/protocol/messages/index.js';
import type { Timer } from '../lib/util/timer.js';
import { AuditFiles, type ModeAlarm, type ModelAuditState } from './audit/index.js';
import type {
  Announced,
  AnnouncedRequest,
  Backend,
  Call,
  Duration,
  FoundModel,
  ModelState,
  ModelStatistics,
} from './backend.js';
import { ModelRecords, type VersionCounts } from './counts/index.js';
import { type Lane, ModelEndpoint } from './endpoints/index.js';
import type { LoadedModel, ModelFiles } from './executor.js';
import {
  type HeldMemory,
  heldBy,
  type IndexedVersion,
  type Live,
  type LoadedVersion,
  type ModelLoader,
  Repository,
  type RepositoryEvent,
  type RepositoryOptions,
} from './repository/index.js';
import type { LoadCounts, ModelLoad } from './scheduling/index.js';

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
  /** What the scheduler knows: of its own answers, and of the full model's in its stead after an alarm. */
  readonly loads: readonly Load[];
  /** What its version has counted since the server was started. */
  readonly counts: VersionCounts;
  /** What the last answer said. */
  readonly lastVerdict: string | undefined;
  /** What is promised of all answers together, where no mode's promise is about its own. */
  readonly together: Certificate | undefined;
  /** Whether its certificate is void: by an alarm of an audit of the same rows, or since it was loaded. */
  readonly isVoid: boolean;
  /** Whether the state of its audit can't be written: an end of the process would forget an alarm. */
  readonly isUnsaved: boolean;
  readonly audit:
    | {
        readonly alarms: readonly ModeAlarm[];
        readonly state: ModelAuditState;
      }
    | undefined;
}

/** Where models are computed: on workers, and for those with `inline` on this thread. */
export interface Lanes {
  readonly workers: Lane;
  readonly inline: Lane;
}

/** Options of a server's models, all given. */
export interface ServerOptions extends RepositoryOptions {
  readonly directory: string;
  readonly lanes: Lanes;
  readonly timer: Timer;
  /** Milliseconds since the epoch. */
  readonly epoch: () => number;
  /** Where states of audits are kept; undefined: nowhere. */
  readonly stateDir: string | undefined;
  /** Whether states are written as well as read. @defaultValue true */
  readonly keepsStates?: boolean;
  onEvent(event: ServingEvent): void;
  /** Of what can't be kept, and of audits that fail. */
  onFault(error: unknown): void;
}

/** The models of a directory behind the protocol. */
export class ModelServer implements Backend {
  private readonly repository: Repository<ModelEndpoint>;
  private readonly auditFiles: AuditFiles;
  private readonly hosts: Hosts;
  private readonly records = new ModelRecords();
  /** The rows, by number, whose promise an alarm has voided, by model: as long as the process lives. */
  private readonly voided = new Map<string, Set<number>>();

  constructor(private readonly options: ServerOptions) {
    const { directory, lanes, timer, stateDir, keepsStates, onEvent, onFault } = options;
    this.auditFiles = new AuditFiles(stateDir, timer, onFault, keepsStates);
    this.hosts = new Hosts(lanes);
    const ports = {
      host: this.hosts,
      open: (loaded: LoadedVersion, previous: ModelEndpoint | undefined) => this.open(loaded, previous),
      close: (endpoint: ModelEndpoint) =>
        endpoint.close().finally(() => this.records.closed(endpoint.record)),
      onEvent: (event: RepositoryEvent) => {
        this.records.heard(event);
        onEvent(this.told(event));
      },
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
    const { endpoint, loaded } = this.repository.find(name, version);
    const { platform, inputs, outputs, model } = endpoint;
    const described = { name, versions: this.repository.versionsOf(name), platform, inputs, outputs };
    // A ranker's rows are the candidates of one query.
    if (model.kind === 'ranker') return described;
    return { ...described, maxBatchSize: loaded.settings.maxBatchRows };
  }

  statistics(name: string | undefined, version: string | undefined): readonly ModelStatistics[] {
    if (name === undefined) return this.repository.live.map((live) => this.statisticsOf(live));
    if (version !== undefined) return [this.statisticsOf(this.repository.find(name, version))];
    // Throws where there is no such model.
    const versions = this.repository.versionsOf(name);
    return versions.map((each) => this.statisticsOf(this.repository.find(name, each)));
  }

  index(): readonly ModelState[] {
    return this.repository.index().map(stateOf);
  }

  screen(request: AnnouncedRequest): FoundModel {
    const found = this.find(request.model, request.version);
    found.screen(request);
    return found;
  }

  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    return this.find(request.model, request.version).infer(request, call);
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
  models(): readonly ServedModel<ModelLoad>[] {
    const served = this.repository
      .index()
      .flatMap((each) => (each.live === undefined ? [] : [{ ...stateOf(each), live: each.live }]));
    const memory = heldBy(served.map(({ live }) => live.loaded.model));
    return served.map(({ live, ...state }, i) => {
      const { endpoint, loaded } = live;
      return {
        ...state,
        platform: endpoint.platform,
        model: loaded.model,
        memory: memory[i],
        loads: endpoint.loads,
        counts: endpoint.record.counts,
        lastVerdict: endpoint.lastVerdict,
        together: endpoint.together,
        isVoid: endpoint.isVoid,
        isUnsaved: endpoint.isUnsaved,
        audit: endpoint.audit && { alarms: endpoint.alarms, state: endpoint.audit.state },
      };
    });
  }

  /** Counts of versions that were served, or couldn't be loaded, and don't answer now. */
  past(): readonly VersionCounts[] {
    return this.records.past;
  }

  /** Answers what was accepted, lets go of all models and ends what computes them. */
  async close(): Promise<void> {
    // One that hangs would keep the process.
    this.hosts.callOff();
    await this.repository.close();
    await this.auditFiles.close();
    await this.hosts.close();
  }

  private find(name: string, version: string | undefined): FoundModel {
    return new Found(this.repository, name, version);
  }

  private async open(loaded: LoadedVersion, before: ModelEndpoint | undefined): Promise<ModelEndpoint> {
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
    const { timer, onEvent, onFault } = this.options;
    const endpoint = new ModelEndpoint(
      loaded,
      model,
      {
        scheduler: this.hosts.laneOf(settings.inline).scheduler,
        timer,
        auditFiles: this.auditFiles,
        voided,
        record: this.records.of(name, version),
        onAlarm: ({ name, version }, alarm) => onEvent({ what: 'alarm', name, version, alarm }),
        onFault,
      },
      own,
      [...states.values()],
    );
    // Without an audit nobody else keeps its state.
    if (isOver && endpoint.audit !== undefined) before.replaced(before.loaded.version === version);
    return endpoint;
  }

  /** A version that is loaded, with the reason for which its answers may promise nothing. */
  private told(event: RepositoryEvent): RepositoryEvent {
    if (event.what !== 'loaded') return event;
    return { ...event, reason: this.repository.find(event.name, event.version).endpoint.reason };
  }

  private statisticsOf({ loaded: { name, version }, endpoint }: Live<ModelEndpoint>): ModelStatistics {
    const { timer, epoch } = this.options;
    const { loads } = endpoint.record.counts;
    const sum = (count: (load: LoadCounts) => number) =>
      loads.reduce((total, load) => total + count(load), 0);
    const duration = (of: (load: LoadCounts) => Duration): Duration => ({
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

/** A version that answers, with the reason for which its answers may promise nothing. */
function stateOf({ live, ...state }: IndexedVersion<ModelEndpoint>): ModelState {
  const reason = [state.reason, live?.endpoint.reason].filter(Boolean).join('; ');
  return { ...state, reason };
}

/**
 * A version, looked up again only where it has been replaced meanwhile. One that was loaded beside it, and is preferred
 * from now on, answers the requests that come after.
 */
class Found implements FoundModel {
  private live: Live<ModelEndpoint>;

  /** @throws RequestError `not-found`, or `unavailable` with the reason */
  constructor(
    private readonly repository: Repository<ModelEndpoint>,
    private readonly name: string,
    private readonly version: string | undefined,
  ) {
    this.live = repository.find(name, version);
  }

  get inputs(): readonly TensorMetadata[] {
    return this.current.endpoint.inputs;
  }

  get mostOctets(): number {
    return this.current.endpoint.mostOctets;
  }

  get mostText(): number {
    return this.current.endpoint.mostText;
  }

  screen(announced: Announced): void {
    this.current.endpoint.screen(announced);
  }

  infer(request: InferRequest, call: Call): InferResponse | Promise<InferResponse> {
    const live = this.current;
    live.begin();
    let response: InferResponse | Promise<InferResponse> | undefined;
    try {
      response = live.endpoint.infer(request, call);
    } finally {
      if (!(response instanceof Promise)) live.end();
    }
    return response instanceof Promise ? response.finally(() => live.end()) : response;
  }

  private get current(): Live<ModelEndpoint> {
    if (this.live.isRetired) this.live = this.repository.find(this.name, this.version);
    return this.live;
  }
}

/** Both places where models are computed, as one. */
class Hosts implements ModelLoader {
  private readonly places = new Map<string, Lane>();
  private readonly leaving = new AbortController();

  constructor(private readonly lanes: Lanes) {}

  /** Gives up what is being loaded, now and from now on. */
  callOff(): void {
    this.leaving.abort(new RequestError('unavailable', 'the server is closing'));
  }

  laneOf(isInline: boolean): Lane {
    return isInline ? this.lanes.inline : this.lanes.workers;
  }

  async load(files: ModelFiles, inline: boolean): Promise<LoadedModel> {
    const lane = this.laneOf(inline);
    const model = await lane.host.load(files, { signal: this.leaving.signal });
    this.places.set(model.key, lane);
    return model;
  }

  async unload(key: string): Promise<void> {
    const lane = this.places.get(key);
    this.places.delete(key);
    await lane?.host.unload(key);
  }

  async close(): Promise<void> {
    const lanes = [this.lanes.workers, this.lanes.inline];
    for (const { scheduler } of lanes) scheduler.close();
    await Promise.all(lanes.map(({ host }) => host.close()));
  }
}
