import { stat } from 'node:fs/promises';
import { checkFlag, checkFunction, checkKeys, checkSignal, checkWhole, show } from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import type { MessageLimits, OverloadedStatus } from '../lib/protocol/messages/index.js';
import { openTelemetry } from '../lib/run/telemetry/index.js';
import { type Closable, closable } from '../lib/util/closable.js';
import { systemTimer, type Timer } from '../lib/util/timer.js';
import { type AccessOptions, accessOf, checkHost, type JwtOptions, type KeyOptions } from './access/index.js';
import type { Backend } from './backend.js';
import type { Lane } from './endpoints/index.js';
import type { ModelExecutor } from './executor.js';
import { FaultLog, Refusals, warn } from './faults.js';
import { type GrpcLimits, grpcServer } from './grpc/index.js';
import { type HttpLimits, httpServer, type Page } from './http/index.js';
import { Intake } from './intake/index.js';
import type { Listening } from './listening.js';
import { watchDirectory } from './repository/index.js';
import { type ModelLoad, Scheduler, Tenants, type TenantsOptions } from './scheduling/index.js';
import { ModelServer, type ServedModel, type ServingEvent } from './server.js';
import { statusPages } from './status/index.js';
import { Store } from './store/index.js';
import { TracedBackend } from './traced.js';
import { InlineExecutor, WorkerPool, type WorkerPoolOptions } from './worker/index.js';

/** Limits of a server. */
export interface ServeLimits {
  /** Octets that models may hold, an old version and its successor together. @defaultValue none */
  readonly memory?: number;
  /** Milliseconds of work that may wait, a core. @defaultValue 10,000 */
  readonly queuedMs?: number;
  /** Requests in flight, of which a tenant alone may have two thirds. @defaultValue 16,384 */
  readonly requests?: number;
  /**
   * Milliseconds that rows may compute at a time before their thread is ended, at least. Waits for a core don't count
   * where the system tells of them, as Linux does. @defaultValue 1000
   */
  readonly computeMs?: number;
  /** Milliseconds that loading a model may take. @defaultValue 60,000 */
  readonly loadMs?: number;
  /** What requests may hold, once they are unpacked. */
  readonly message?: Partial<MessageLimits>;
  readonly http?: Partial<HttpLimits>;
  readonly grpc?: Partial<GrpcLimits>;
}

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The folder with a folder for each model: `NAME/VERSION/{model.cascade, features.js}`. */
  readonly directory: string;
  /** A host that other machines reach needs `keys` or `jwt`. @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** 0: any free one. @defaultValue 8080 */
  readonly port?: number;
  /** Needs `@grpc/grpc-js`. 0: any free one. @defaultValue no gRPC */
  readonly grpcPort?: number;
  /**
   * Threads that answer, beside the one that reads requests. @defaultValue one less than there are cores, 1 at least
   */
  readonly workers?: number;
  /** API keys, each of a tenant. @defaultValue everybody on this machine, with all rights */
  readonly keys?: readonly KeyOptions[];
  /** JSON Web Tokens. Needs `jose`. */
  readonly jwt?: JwtOptions;
  /** Weights and limits of tenants. @defaultValue equal weights, no limits */
  readonly tenants?: TenantsOptions;
  /** Of memory, time, and what requests may hold. @defaultValue those of {@link ServeLimits} */
  readonly limits?: ServeLimits;
  /** Whether changed files are loaded by themselves. @defaultValue false */
  readonly watch?: boolean;
  /**
   * The status of requests that are refused before any work: 429 slows clients down, 503 makes balancers look
   * elsewhere. @defaultValue 429
   */
  readonly overloadStatus?: OverloadedStatus;
  /** Whether a certificate may replace a better one. @defaultValue what `model.json` says */
  readonly allowWorse?: boolean;
  /** A folder in which audits keep their states from one start to the next. @defaultValue none: audits begin anew */
  readonly stateDir?: string;
  /** Pages by their paths, beside those of the status: `/`, `/status.json` and `/metrics`. @defaultValue none */
  readonly pages?: (models: ServedModels) => Readonly<Record<string, Page>>;
  /** Whether each request is a span of OpenTelemetry. Needs `@opentelemetry/api`. @defaultValue false */
  readonly spans?: boolean;
  /** Closes the server. */
  readonly signal?: AbortSignal;
  /** Hears what is loaded, fails and is unloaded, and alarms of audits. */
  readonly onEvent?: (event: ServingEvent) => void;
  /**
   * Hears of failures that are the server's own: of 10 in 10 seconds, and then of how many were left out.
   *
   * @defaultValue a warning of the process
   */
  readonly onFault?: (error: unknown) => void;
  /** Supplies waits and the time. @defaultValue the process's own */
  readonly timer?: Timer;
  /** URL of the workers' program; only tests have a reason to give it. */
  readonly program?: URL;
}

/** The models of a server: what the protocol says of them, and what each holds, does and promises. */
export interface ServedModels extends Backend {
  /** Whatever answers now, by name and version. */
  models(): readonly ServedModel<ModelLoad>[];
}

/** A directory of models that is served. */
export interface Serving extends Closable {
  /** Where HTTP is answered: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where gRPC is answered: `127.0.0.1:8081`; undefined without `grpcPort`. */
  readonly grpc: string | undefined;
  readonly models: ServedModels;
  /** Loads files that have changed, and those that couldn't be loaded before. */
  reload(): Promise<void>;
  /** Takes no connection any more, answers what has arrived, and ends the workers. */
  close(): Promise<void>;
}

const KNOWN = [
  'directory',
  'host',
  'port',
  'grpcPort',
  'workers',
  'keys',
  'jwt',
  'tenants',
  'limits',
  'watch',
  'overloadStatus',
  'allowWorse',
  'stateDir',
  'pages',
  'spans',
  'signal',
  'onEvent',
  'onFault',
  'timer',
  'program',
];
const LIMITS = ['memory', 'queuedMs', 'requests', 'computeMs', 'loadMs', 'message', 'http', 'grpc'];

/**
 * Serves a directory of cascades and rankers by the Open Inference Protocol, version 2: over HTTP, and where
 * `grpcPort` is given over gRPC. It listens at once, says that it is live, and is ready once every model is warm.
 *
 * @returns once all models are warm, or have failed to load: `models.index()` says why
 * @throws OptionError for invalid options; MissingPackage without `@grpc/grpc-js` or `jose`, where they are needed;
 *   what `listen` throws, such as for a port that is taken; the signal's reason
 * @example
 * const serving = await serve({ directory: 'models', port: 8080, watch: true });
 * console.log(serving.url);
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  await check(options);
  const { signal, timer = systemTimer, onEvent = () => {} } = options;
  const faults = new FaultLog(options.onFault ?? warn, timer);
  const onFault = faults.report;
  const refusals = new Refusals();
  signal?.throwIfAborted();
  const access = await accessOr(options);
  checkHost(options.host ?? '127.0.0.1', access !== undefined, "'keys' or 'jwt'");
  const api = options.spans === true ? await openTelemetry() : undefined;
  const tenants = new Tenants(options.tenants);
  const models = modelsOf(options, tenants, timer, onFault, onEvent);
  const closing: (() => Promise<void> | void)[] = [() => faults.conclude(), () => models.close()];
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      // What listens ends first: nothing may come to models that are let go.
      for (const end of closing.splice(0).reverse()) await end();
    })();
    return closed;
  };
  try {
    const { host = '127.0.0.1', port = 8080, limits = {}, overloadStatus, pages } = options;
    const common = {
      host,
      intake: intakeOf(limits, tenants, timer),
      timer,
      onFault,
      ...(access !== undefined && { access }),
      ...(limits.message !== undefined && { message: limits.message }),
    };
    const backend = api === undefined ? models : new TracedBackend(models, api);
    const http = await httpServer(backend, {
      ...common,
      port,
      ...(limits.http !== undefined && { limits: limits.http }),
      ...(overloadStatus !== undefined && { overloadStatus }),
      onRefusal: refusals.of('http'),
      pages: { ...statusPages(models, timer, refusals), ...pages?.(models) },
    });
    const listening: Listening[] = [http];
    closing.push(async () => void (await Promise.all(listening.map((each) => each.close()))));
    let grpc: Listening | undefined;
    if (options.grpcPort !== undefined) {
      const own = {
        ...common,
        port: options.grpcPort,
        onRefusal: refusals.of('grpc'),
        ...(limits.grpc !== undefined && { limits: limits.grpc }),
      };
      grpc = await grpcServer(backend, own);
      listening.push(grpc);
    }
    // From before they are read: nothing is missed between.
    if (options.watch)
      closing.push(watchDirectory(options.directory, () => models.refresh(), timer, onFault));
    await models.refresh();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => void close(), { once: true });
    return {
      url: `http://${addressOf(http)}`,
      grpc: grpc && addressOf(grpc),
      models,
      reload: () => models.refresh(true),
      ...closable(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Requests of both protocols on their way in. */
function intakeOf({ requests, http }: ServeLimits, tenants: Tenants, timer: Timer): Intake {
  const octets = http?.heldOctets;
  return new Intake({
    tenants,
    timer,
    ...(requests !== undefined && { requests }),
    ...(octets !== undefined && { octets }),
  });
}

function modelsOf(
  options: ServeOptions,
  tenants: Tenants,
  timer: Timer,
  onFault: (error: unknown) => void,
  onEvent: (event: ServingEvent) => void,
): ModelServer {
  const { directory, workers, limits = {}, allowWorse = false, stateDir, program } = options;
  const store = new Store();
  const poolOptions: WorkerPoolOptions = {
    store,
    timer,
    onUnavailable: (key, reason) => models.strikeOut(key, reason),
    ...(workers !== undefined && { threads: workers }),
    ...(limits.computeMs !== undefined && { computeMs: limits.computeMs }),
    ...(limits.loadMs !== undefined && { loadMs: limits.loadMs }),
    ...(program !== undefined && { program }),
  };
  const scheduling = {
    tenants,
    timer,
    ...(limits.queuedMs !== undefined && { maxQueuedMs: limits.queuedMs }),
  };
  const laneOf = (host: ModelExecutor, inline: boolean): Lane => {
    return { host, scheduler: new Scheduler(host, { ...scheduling, inline }) };
  };
  const models: ModelServer = new ModelServer({
    directory,
    lanes: {
      workers: laneOf(new WorkerPool(poolOptions), false),
      inline: laneOf(new InlineExecutor(store), true),
    },
    timer,
    epoch: Date.now,
    stateDir,
    allowWorse,
    memory: limits.memory ?? Number.POSITIVE_INFINITY,
    onEvent,
    onFault,
  });
  return models;
}

/** @throws OptionError */
async function check(options: ServeOptions): Promise<void> {
  checkKeys(options, KNOWN);
  const { directory, port, grpcPort, workers, limits = {}, watch, allowWorse, stateDir, signal } = options;
  if (typeof directory !== 'string' || directory === '')
    throw new OptionError('directory', `expected the path of a folder with models, got ${show(directory)}`);
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory())
    throw new OptionError('directory', `there is no folder ${show(directory)}; make it, or name another`);
  if (port !== undefined) checkWhole('port', port, 0, 65_535);
  if (grpcPort !== undefined) checkWhole('grpcPort', grpcPort, 0, 65_535);
  if (workers !== undefined) checkWhole('workers', workers, 1);
  checkKeys(limits, LIMITS, 'limits.');
  if (limits.memory !== undefined) checkWhole('limits.memory', limits.memory, 1);
  if (limits.requests !== undefined) checkWhole('limits.requests', limits.requests, 1);
  if (watch !== undefined) checkFlag('watch', watch);
  if (options.spans !== undefined) checkFlag('spans', options.spans);
  if (allowWorse !== undefined) checkFlag('allowWorse', allowWorse);
  if (stateDir !== undefined && (typeof stateDir !== 'string' || stateDir === ''))
    throw new OptionError('stateDir', `expected the path of a folder, got ${show(stateDir)}`);
  for (const name of ['pages', 'onEvent', 'onFault'] as const)
    if (options[name] !== undefined) checkFunction(name, options[name]);
  checkSignal(signal);
}

async function accessOr({ keys, jwt }: ServeOptions) {
  if (keys === undefined && jwt === undefined) return undefined;
  const given: AccessOptions = { ...(keys !== undefined && { keys }), ...(jwt !== undefined && { jwt }) };
  return accessOf(given);
}

/** IPv6 addresses stand in brackets. */
function addressOf({ host, port }: Listening): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
