import { ServerError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';

/** A batch as its server has it. */
export interface ServerBatch {
  readonly id: string;
  /** `ended` however it did: what was answered is in `output`. */
  readonly state: 'running' | 'ended';
  /** As the server calls it: `completed`, `expired`, `failed`, `cancelled`. */
  readonly status: string;
  /** Files. */
  readonly output: string | undefined;
  readonly errors: string | undefined;
  /** Why it failed as a whole. */
  readonly why: string | undefined;
}

/** An API of batches. All reject with a ServerError; all but `create` may be called again. */
export interface BatchApi {
  upload(jsonl: string, signal: AbortSignal): Promise<string>;
  /** @param name what the batch is found by */
  create(file: string, name: string, signal: AbortSignal): Promise<ServerBatch>;
  look(id: string, signal: AbortSignal): Promise<ServerBatch>;
  /** The batch of a name, if the server has one. */
  find(name: string, signal: AbortSignal): Promise<ServerBatch | undefined>;
  download(file: string, signal: AbortSignal): Promise<string>;
}

/** Options of `openAiBatches`. */
export interface OpenAiBatchOptions {
  /** The model's name, for errors. */
  readonly model: string;
  /**
   * Sends a request with its key. The caller knows where to and as whom.
   *
   * @param path from the base URL on, such as `/batches`
   */
  readonly request: (path: string, init: RequestInit) => Promise<Response>;
  /** Within which time the server is to answer. @defaultValue '24h' */
  readonly window?: string | undefined;
  /** What its lines are requests of. @defaultValue '/v1/chat/completions' */
  readonly endpoint?: string | undefined;
  /** Takes keys out of what a server said: it ends up in errors. @defaultValue nothing is taken out */
  readonly conceal?: ((text: string) => string) | undefined;
}

const ENDED = ['completed', 'expired', 'failed', 'cancelled'];
/** Batches that are looked through for a name, page by page. */
const [PAGE, PAGES] = [100, 20];
/** Statuses whose message may show the key. */
const KEYS = [401, 403];
/** The key of a batch's metadata that holds its name. */
const NAME = 'spillway';

/**
 * The batch API of OpenAI, which others speak too: a file of requests is uploaded, and answered within a day for half the
 * price.
 */
export function openAiBatches({
  model,
  request,
  window = '24h',
  endpoint = '/v1/chat/completions',
  conceal = (text) => text,
}: OpenAiBatchOptions): BatchApi {
  const call = async (path: string, init: RequestInit): Promise<string> => {
    let response: Response;
    let text: string;
    try {
      response = await request(path, init);
      text = await response.text();
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason;
      if (error instanceof ServerError) throw error;
      throw new ServerError(
        model,
        'unreachable',
        `its batch API gave no answer: ${conceal(errorText(error))}`,
      );
    }
    const { status } = response;
    if (response.ok) return text;
    const isBusy = status === 429 || status >= 500;
    const said = KEYS.includes(status) ? 'see the key and its rights' : conceal(messageIn(text));
    const why = `its batch API refused ${path.split('?')[0]} with ${status}: ${said}`;
    throw new ServerError(model, isBusy ? 'busy' : 'refused', why, status);
  };
  const json = async (path: string, init: RequestInit): Promise<Readonly<Record<string, unknown>>> => {
    const text = await call(path, init);
    const value = parsed(text);
    if (isObject(value)) return value;
    const what = `its batch API gave no JSON for ${path.split('?')[0]}: ${conceal(text.slice(0, SHOWN))}`;
    throw new ServerError(model, 'malformed', what);
  };
  const batchOf = (value: unknown): ServerBatch => {
    if (!isObject(value) || typeof value.id !== 'string' || typeof value.status !== 'string') {
      throw new ServerError(model, 'malformed', 'its batch API gave a batch without id or status');
    }
    return {
      id: value.id,
      state: ENDED.includes(value.status) ? 'ended' : 'running',
      status: value.status,
      output: textIn(value, 'output_file_id'),
      errors: textIn(value, 'error_file_id'),
      why: whyIn(value.errors),
    };
  };
  return {
    async upload(jsonl, signal) {
      const body = new FormData();
      body.append('purpose', 'batch');
      body.append('file', new Blob([jsonl], { type: 'application/jsonl' }), 'questions.jsonl');
      const { id } = await json('/files', { method: 'POST', body, signal });
      if (typeof id !== 'string')
        throw new ServerError(model, 'malformed', 'its batch API gave a file no id');
      return id;
    },
    create: async (file, name, signal) =>
      batchOf(
        await json('/batches', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            input_file_id: file,
            endpoint,
            completion_window: window,
            metadata: { [NAME]: name },
          }),
          signal,
        }),
      ),
    look: async (id, signal) =>
      batchOf(await json(`/batches/${encodeURIComponent(id)}`, { method: 'GET', signal })),
    async find(name, signal) {
      let after = '';
      for (let page = 0; page < PAGES; page++) {
        const { data, has_more: hasMore } = await json(`/batches?limit=${PAGE}${after}`, {
          method: 'GET',
          signal,
        });
        if (!Array.isArray(data)) {
          throw new ServerError(model, 'malformed', "its batch API doesn't list batches");
        }
        const found = data.find(
          (each: unknown) => isObject(each) && isObject(each.metadata) && each.metadata[NAME] === name,
        );
        if (found !== undefined) return batchOf(found);
        const last: unknown = data.at(-1);
        if (hasMore !== true || !isObject(last) || typeof last.id !== 'string') return undefined;
        after = `&after=${encodeURIComponent(last.id)}`;
      }
      throw new ServerError(
        model,
        'malformed',
        `has more than ${PAGE * PAGES} batches, and none so far is ${name}`,
      );
    },
    download: (file, signal) => call(`/files/${encodeURIComponent(file)}/content`, { method: 'GET', signal }),
  };
}

const SHOWN = 200;

function messageIn(text: string): string {
  const value = parsed(text);
  const error = isObject(value) ? value.error : undefined;
  const message = isObject(error) ? error.message : undefined;
  return typeof message === 'string' ? message : text.slice(0, SHOWN);
}

function whyIn(errors: unknown): string | undefined {
  const data = isObject(errors) ? errors.data : undefined;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const [first]: unknown[] = data;
  return isObject(first) ? [first.code, first.message].filter(Boolean).join(': ') : undefined;
}

function textIn(value: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const found = value[key];
  return typeof found === 'string' ? found : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
