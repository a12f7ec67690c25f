import { ServerError } from '../../errors.js';
import { type Closable, closable } from '../../util/closable.js';
import { systemTimer, type Timer } from '../../util/timer.js';
import {
  type InferResponse,
  JSON_LENGTH,
  type ModelMetadata,
  type ModelState,
  type ModelStatistics,
  RequestError,
  readIndex,
  readInferResponse,
  readModelMetadata,
  readServerMetadata,
  readStatistics,
  type ServerMetadata,
  writeInferRequest,
} from '../messages/index.js';
import type { CallOptions, InferCall, InferenceClient, ModelCall } from './calls.js';
import { type CascadeAnswer, cascadeAnswerOf } from './cascadeAnswer.js';
import { inputTensors } from './inputs.js';
import { CLIENT_LIMITS } from './limits.js';
import { checkCall, checkClient, type InferenceClientOptions } from './options.js';
import { type ClientRequest, Transport } from './transport.js';

/** The extension that servers with binary tensors announce. */
const BINARY = 'binary_tensor_data';

/**
 * A client of a server that speaks the Open Inference Protocol, version 2, over HTTP: spillway's own, Triton, KServe,
 * MLServer. It works in browsers and in Node.
 *
 * A call is tried again, after a wait with full jitter or as long as the server's `Retry-After` says, where the
 * server can't be reached, cuts the connection or is busy (429, 502, 503, 504), as long as retries don't exceed a
 * tenth of the answers, plus ten. Any other status is an error at once.
 *
 * @param url of the server, without `/v2`
 * @throws OptionError for an option that is unknown or out of its range; from calls ServerError, whose `reason` is
 *   why there is no usable answer, and the signal's reason where a call is aborted
 *
 * @example
 * const client = inferenceClient('http://127.0.0.1:8000', { key: process.env.KEY });
 * const { labels, verdict } = await client.predict({
 *   model: 'mail',
 *   inputs: [{ name: 'text', data: ['Win a prize', 'Lunch at one?'] }],
 *   deadlineMs: 50,
 * });
 */
export function inferenceClient(url: string, options: InferenceClientOptions = {}): InferenceClient {
  return new HttpClient(url, options);
}

const CALL = ['timeoutMs', 'signal'];
const MODEL_CALL = [...CALL, 'model', 'version'];
const INFER_CALL = [...MODEL_CALL, 'inputs', 'outputs', 'parameters', 'id', 'deadlineMs', 'onRetry'];

/** The client over `fetch`. */
export class HttpClient implements InferenceClient {
  private readonly base: string;
  private readonly transport: Transport;
  private readonly timer: Timer;
  private readonly timeoutMs: number;
  /** Whether the server reads binary tensors: one request finds it out for all calls. */
  private binary: Promise<boolean> | undefined;
  private readonly closing: Closable;

  /** @param label a model's name in errors, in place of the one at the server */
  constructor(
    url: string,
    options: InferenceClientOptions,
    private readonly label?: string,
  ) {
    checkClient(url, options);
    const { key, headers, timeoutMs = 10_000, retries = 2, random = Math.random, binary } = options;
    this.base = `${url.replace(/\/+$/, '')}/v2`;
    this.timer = options.timer ?? systemTimer;
    this.timeoutMs = timeoutMs;
    this.transport = new Transport({
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      fetch: options.fetch ?? fetch,
      timer: this.timer,
      timeoutMs,
      retries,
      random,
    });
    this.binary = binary === undefined ? undefined : Promise.resolve(binary);
    this.closing = closable(async () => this.transport.close());
  }

  async live(options: CallOptions = {}): Promise<boolean> {
    checkCall(options, CALL);
    return this.holds('/health/live', '', options);
  }

  async ready(call: CallOptions | ModelCall = {}): Promise<boolean> {
    checkCall(call, MODEL_CALL);
    if (!('model' in call)) return this.holds('/health/ready', '', call);
    return this.holds(`${pathOf(call)}/ready`, call.model, call);
  }

  async server(options: CallOptions = {}): Promise<ServerMetadata> {
    checkCall(options, CALL);
    return this.get('', '', options, readServerMetadata);
  }

  async metadata(call: ModelCall): Promise<ModelMetadata> {
    checkModel(call, MODEL_CALL);
    return this.get(pathOf(call), call.model, call, readModelMetadata);
  }

  async infer(call: InferCall): Promise<InferResponse> {
    checkModel(call, INFER_CALL);
    const { model, deadlineMs, timeoutMs = this.timeoutMs, signal, onRetry, id, parameters } = call;
    const inputs = inputTensors(call.inputs);
    const outputs = call.outputs?.map((output) => (typeof output === 'string' ? { name: output } : output));
    const request = {
      inputs,
      ...(outputs === undefined ? {} : { outputs }),
      ...(id === undefined ? {} : { id }),
    };
    const limitMs = Math.min(timeoutMs, deadlineMs ?? timeoutMs);
    const { url, headers, bytes } = await this.send(`${pathOf(call)}/infer`, model, {
      timeoutMs: limitMs,
      signal,
      onRetry,
      content: async (leftMs) => {
        const binary = await this.readsBinary({}, 0);
        // At least 1: 0 would allow any time.
        const timeout = Math.max(1, Math.floor(leftMs * 1000));
        const own = deadlineMs === undefined ? parameters : { ...parameters, timeout };
        return writeInferRequest(own === undefined ? request : { ...request, parameters: own }, binary);
      },
    });
    const context = { jsonLength: headers.get(JSON_LENGTH), limits: CLIENT_LIMITS };
    return this.read(url, model, () => readInferResponse(bytes, context));
  }

  async predict(call: InferCall): Promise<CascadeAnswer> {
    const answer = await this.infer(call);
    return this.read(`${this.base}${pathOf(call)}/infer`, call.model, () => cascadeAnswerOf(answer));
  }

  async statistics(call: CallOptions | ModelCall = {}): Promise<readonly ModelStatistics[]> {
    checkCall(call, MODEL_CALL);
    if (!('model' in call)) return this.get('/models/stats', '', call, readStatistics);
    return this.get(`${pathOf(call)}/stats`, call.model, call, readStatistics);
  }

  async index(options: CallOptions = {}): Promise<readonly ModelState[]> {
    checkCall(options, CALL);
    const { url, bytes } = await this.send('/repository/index', '', { ...options, content: () => EMPTY });
    return this.read(url, '', () => readIndex(bytes, CLIENT_LIMITS));
  }

  load(call: ModelCall): Promise<void> {
    return this.change('load', call);
  }

  unload(call: ModelCall): Promise<void> {
    return this.change('unload', call);
  }

  close(): Promise<void> {
    return this.closing.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closing.close();
  }

  /**
   * Whether tensors go as octets: as the options say, or as the server announces. A server that refuses to say has no
   * extensions.
   *
   * @param retries tries after the first
   * @throws ServerError where the server can't be reached
   */
  readsBinary(options: CallOptions = {}, retries?: number): Promise<boolean> {
    this.binary ??= this.get('', '', { ...options, retries }, readServerMetadata).then(
      ({ extensions }) => extensions.includes(BINARY),
      (error: unknown) => {
        if (error instanceof ServerError && (error.reason === 'refused' || error.reason === 'malformed')) {
          return false;
        }
        // Another call may find it out.
        this.binary = undefined;
        throw error;
      },
    );
    return this.binary;
  }

  private async change(what: 'load' | 'unload', call: ModelCall): Promise<void> {
    checkModel(call, MODEL_CALL);
    const { model, timeoutMs, signal } = call;
    const path = `/repository/models/${encodeURIComponent(model)}/${what}`;
    await this.send(path, model, { timeoutMs, signal, retries: 0, content: () => EMPTY });
  }

  /** Whether the server answers with success. Statuses that it refuses with aren't tried again: they are the answer. */
  private async holds(path: string, model: string, { timeoutMs, signal }: CallOptions): Promise<boolean> {
    try {
      await this.send(path, model, { timeoutMs, signal, retries: 0 });
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.status !== undefined) return false;
      throw error;
    }
  }

  private async get<T>(
    path: string,
    model: string,
    { timeoutMs, signal, retries }: CallOptions & { readonly retries?: number | undefined },
    read: (bytes: Uint8Array) => T,
  ): Promise<T> {
    const { url, bytes } = await this.send(path, model, { timeoutMs, signal, retries });
    return this.read(url, model, () => read(bytes));
  }

  private async send(path: string, model: string, request: Omit<ClientRequest, 'url' | 'model'>) {
    const url = this.base + path;
    const reply = await this.transport.send({ ...request, url, model: this.named(model) });
    return { ...reply, url };
  }

  private read<T>(url: string, model: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const message = `${url} answered with what can't be read: ${error.message}`;
      throw new ServerError(this.named(model), 'malformed', message, undefined, { cause: error });
    }
  }

  private named(model: string): string {
    return model === '' ? '' : (this.label ?? model);
  }
}

const EMPTY = { headers: { 'content-type': 'application/json' }, body: '{}' };

/** @throws OptionError, also for a call without a model */
function checkModel(call: ModelCall, known: readonly string[]): void {
  checkCall(typeof call === 'object' && call !== null ? { ...call, model: call.model } : call, known);
}

function pathOf({ model, version }: ModelCall): string {
  const path = `/models/${encodeURIComponent(model)}`;
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
}
