import { stat } from 'node:fs/promises';
import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkOneOf,
  checkSignal,
  checkWhole,
  show,
} from '../lib/check.js';
import { OptionError } from '../lib/errors.js';
import type { MessageLimits } from '../lib/protocol/messages/index.js';
import { lookAt } from '../lib/util/lookAt.js';
import type { Timer } from '../lib/util/timer.js';
import { hostRule, type JwtOptions, type KeyOptions, originRule } from './access/index.js';
import type { AccessEntry } from './accessLog.js';
import type { Backend } from './backend.js';
import type { GrpcLimits } from './grpc/index.js';
import type { HttpLimits, ServerPage } from './http/index.js';
import type { OverloadedStatus } from './protocol/index.js';
import type { ReadyPolicy } from './repository/index.js';
import type { ModelLoad, TenantsOptions } from './scheduling/index.js';
import type { ServedModel, ServingEvent } from './server.js';

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
  /**
   * While something fails, the full model answers the next row that comes, so that answers are certified again. So
   * many of these rows may fail in a minute, of each model on each thread; 0: no row is chosen. @defaultValue 6
   */
  readonly probes?: number;
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
  /**
   * Names by which a server without keys is called, as by a proxy, beside those of this machine; `*` stands for all.
   * Others are refused, since a web page may have a name that leads to this machine.
   *
   * @defaultValue none
   */
  readonly allowHosts?: readonly string[];
  /**
   * Origins of web pages that may call it over HTTP: `https://shop.example`; `*` stands for all.
   *
   * @defaultValue none: without keys pages of other origins are refused, with keys their browsers keep answers from them
   */
  readonly cors?: readonly string[];
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
  /**
   * Which models must answer, so that the server is ready, once each has been tried: `strict` every model that isn't
   * unloaded, `any` one of them. @defaultValue 'any'
   */
  readonly ready?: ReadyPolicy;
  /**
   * Milliseconds for which a server that closes still takes requests, and says that it isn't ready: until those who
   * choose servers have heard of it. @defaultValue 0
   */
  readonly drainDelayMs?: number;
  /**
   * A folder in which audits keep their states from one start to the next. @defaultValue none: each start
   * begins audits anew with all of alpha, and forgets alarms
   */
  readonly stateDir?: string;
  /** Pages by their paths, beside those of the status: `/`, `/status.json` and `/metrics`. @defaultValue none */
  readonly pages?: (models: ServedModels) => Readonly<Record<string, ServerPage>>;
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
  /** Hears of each request, once it is over. @defaultValue none */
  readonly onAccess?: (entry: AccessEntry) => void;
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

const KNOWN = [
  'directory',
  'host',
  'port',
  'grpcPort',
  'workers',
  'keys',
  'jwt',
  'allowHosts',
  'cors',
  'tenants',
  'limits',
  'watch',
  'overloadStatus',
  'allowWorse',
  'stateDir',
  'ready',
  'drainDelayMs',
  'pages',
  'spans',
  'signal',
  'onEvent',
  'onFault',
  'onAccess',
  'timer',
  'program',
];
const LIMITS = ['memory', 'queuedMs', 'requests', 'computeMs', 'loadMs', 'probes', 'message', 'http', 'grpc'];

/** @throws OptionError */
export async function checkServeOptions(options: ServeOptions): Promise<void> {
  checkKeys(options, KNOWN);
  const { directory, port, grpcPort, workers, limits = {}, watch, allowWorse, stateDir, signal } = options;
  const { ready, drainDelayMs } = options;
  if (typeof directory !== 'string' || directory === '')
    throw new OptionError('directory', `expected the path of a folder with models, got ${show(directory)}`);
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) {
    const instead =
      found === undefined
        ? `there is no folder ${show(directory)}; make it, or name another`
        : `${show(directory)} is a file${await lookAt(directory)}. Expected a folder of models, each ` +
          'NAME/VERSION/model.cascade with its features.js';
    throw new OptionError('directory', instead);
  }
  if (port !== undefined) checkWhole('port', port, 0, 65_535);
  if (grpcPort !== undefined) checkWhole('grpcPort', grpcPort, 0, 65_535);
  if (workers !== undefined) checkWhole('workers', workers, 1);
  checkKeys(limits, LIMITS, 'limits.');
  hostRule(options.allowHosts);
  if (options.cors !== undefined) originRule(options.cors);
  if (limits.memory !== undefined) checkWhole('limits.memory', limits.memory, 1);
  if (limits.probes !== undefined) checkWhole('limits.probes', limits.probes, 0);
  if (limits.requests !== undefined) checkWhole('limits.requests', limits.requests, 1);
  if (watch !== undefined) checkFlag('watch', watch);
  if (options.spans !== undefined) checkFlag('spans', options.spans);
  if (allowWorse !== undefined) checkFlag('allowWorse', allowWorse);
  if (stateDir !== undefined && (typeof stateDir !== 'string' || stateDir === ''))
    throw new OptionError('stateDir', `expected the path of a folder, got ${show(stateDir)}`);
  if (ready !== undefined) checkOneOf('ready', ready, ['any', 'strict']);
  if (drainDelayMs !== undefined) checkWhole('drainDelayMs', drainDelayMs, 0);
  for (const name of ['pages', 'onEvent', 'onFault', 'onAccess'] as const)
    if (options[name] !== undefined) checkFunction(name, options[name]);
  checkSignal(signal);
}
