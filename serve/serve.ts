import { OptionError } from '../lib/errors.js';
import { openTelemetry } from '../lib/run/telemetry/index.js';
import { unlessAborted } from '../lib/util/abort.js';
import type { Closable } from '../lib/util/closable.js';
import { systemTimer, type Timer } from '../lib/util/timer.js';
import { type AccessOptions, accessOf, checkHost, ReplaceableAccess } from './access/index.js';
import { AccessLog } from './accessLog.js';
import type { Lane } from './endpoints/index.js';
import type { ModelExecutor } from './executor.js';
import { FaultLog, Refusals, warn } from './faults.js';
import { grpcServer } from './grpc/index.js';
import { httpServer } from './http/index.js';
import { Intake } from './intake/index.js';
import type { Listening } from './listening.js';
import { checkServeOptions, type ServedModels, type ServeLimits, type ServeOptions } from './options.js';
import { watchDirectory } from './repository/index.js';
import { Scheduler, Tenants } from './scheduling/index.js';
import { ModelServer, type ServingEvent } from './server.js';
import { Shutdown } from './shutdown.js';
import { LoopLag, statusPages } from './status/index.js';
import { Store } from './store/index.js';
import { TracedBackend } from './traced.js';
import { InlineExecutor, WorkerPool, type WorkerPoolOptions } from './worker/index.js';

/** A directory of models that is served. */
export interface Serving extends Closable {
  /** Where HTTP is answered: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where gRPC is answered: `127.0.0.1:8081`; undefined without `grpcPort`. */
  readonly grpc: string | undefined;
  readonly models: ServedModels;
  /** Loads files that have changed, and those that couldn't be loaded before. */
  reload(): Promise<void>;
  /**
   * Tells callers apart by other keys or tokens from now on; requests that were let in are answered.
   *
   * @throws OptionError where they can't be used, and for a server that was started without any: what held before holds
   */
  changeAccess(access: Pick<ServeOptions, 'keys' | 'jwt'>): Promise<void>;
  /**
   * Says that it isn't ready and still takes requests for `drainDelayMs`; then takes no connection any more, answers
   * what has arrived, and ends the workers. Another call returns the same promise, and may end the wait sooner.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** How a server closes. */
export interface CloseOptions {
  /** Milliseconds from now. @defaultValue that of {@link ServeOptions} */
  readonly drainDelayMs?: number;
}

/**
 * Serves a directory of cascades and rankers by the Open Inference Protocol, version 2: over HTTP, and where
 * `grpcPort` is given over gRPC. It listens at once and says that it is live. Once each model is warm, or has failed to
 * load, it is ready as `ready` says.
 *
 * @returns once all models are warm, or have failed to load: `models.index()` says why
 * @throws OptionError for invalid options; MissingPackage without `@grpc/grpc-js` or `jose`, where they are needed;
 *   ListenError for a port that is taken; the signal's reason
 * @example
 * const serving = await serve({ directory: 'models', port: 8080, watch: true });
 * console.log(serving.url);
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  await checkServeOptions(options);
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
  const lag = new LoopLag();
  const shutdown = new Shutdown(timer);
  shutdown.add(() => lag.close());
  shutdown.add(() => faults.conclude());
  shutdown.add(() => models.close());
  const listening: Listening[] = [];
  const close = ({ drainDelayMs = options.drainDelayMs ?? 0 }: CloseOptions = {}) =>
    shutdown.begin(drainDelayMs, () => {
      for (const each of listening) each.leave();
    });
  try {
    const { host = '127.0.0.1', port = 8080, limits = {}, overloadStatus, pages } = options;
    const common = {
      host,
      intake: intakeOf(limits, tenants, timer),
      timer,
      onFault,
      ...(access !== undefined && { access }),
      ...(options.allowHosts !== undefined && { allowHosts: options.allowHosts }),
      ...(options.onAccess !== undefined && { accessLog: new AccessLog(options.onAccess, timer) }),
      ...(limits.message !== undefined && { message: limits.message }),
    };
    const backend = api === undefined ? models : new TracedBackend(models, api);
    const http = await httpServer(backend, {
      ...common,
      port,
      ...(limits.http !== undefined && { limits: limits.http }),
      ...(overloadStatus !== undefined && { overloadStatus }),
      ...(options.cors !== undefined && { cors: options.cors }),
      onRefusal: refusals.of('http'),
      pages: { ...statusPages({ models, timer, refusals, faults, lag }), ...pages?.(models) },
    });
    listening.push(http);
    shutdown.add(async () => void (await Promise.all(listening.map((each) => each.close()))));
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
    if (options.watch) {
      const refresh = () => models.refresh().catch(onFault);
      shutdown.add(watchDirectory(options.directory, refresh, timer, onFault));
    }
    // A model that hangs in loading isn't waited for.
    await (signal === undefined ? models.refresh() : unlessAborted(models.refresh(), signal));
    signal?.addEventListener('abort', () => void close(), { once: true });
    return {
      url: `http://${addressOf(http)}`,
      grpc: grpc && addressOf(grpc),
      models,
      reload: () => models.refresh(true),
      changeAccess: async (given) => {
        if (access === undefined)
          throw new OptionError(
            'keys',
            'this server was started without any: end it, and start it with keys',
          );
        access.replace(await accessOf(given));
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close({ drainDelayMs: 0 });
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

/** @param options with `answersOwn` a model answers the rows in its file when it is loaded, and nothing is kept */
export function modelsOf(
  options: ServeOptions & { readonly answersOwn?: boolean },
  tenants: Tenants,
  timer: Timer,
  onFault: (error: unknown) => void,
  onEvent: (event: ServingEvent) => void,
): ModelServer {
  const { directory, workers, limits = {}, allowWorse = false, stateDir, ready, program } = options;
  const { answersOwn = false } = options;
  const store = new Store();
  const poolOptions: WorkerPoolOptions = {
    store,
    timer,
    answersOwn,
    onUnavailable: (key, reason) => models.strikeOut(key, reason),
    ...(workers !== undefined && { threads: workers }),
    ...(limits.computeMs !== undefined && { computeMs: limits.computeMs }),
    ...(limits.probes !== undefined && { probes: limits.probes }),
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
      inline: laneOf(new InlineExecutor(store, answersOwn, limits.probes), true),
    },
    timer,
    epoch: Date.now,
    stateDir,
    keepsStates: !answersOwn,
    allowWorse,
    ...(ready !== undefined && { ready }),
    memory: limits.memory ?? Number.POSITIVE_INFINITY,
    onEvent,
    onFault,
  });
  return models;
}

async function accessOr({ keys, jwt }: ServeOptions) {
  if (keys === undefined && jwt === undefined) return undefined;
  const given: AccessOptions = { ...(keys !== undefined && { keys }), ...(jwt !== undefined && { jwt }) };
  return new ReplaceableAccess(await accessOf(given));
}

/** IPv6 addresses stand in brackets. */
function addressOf({ host, port }: Listening): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
