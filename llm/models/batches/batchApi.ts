import { ServerError } from '../../../lib/errors.js';
import { jsonOf } from '../../../lib/util/jsonOf.js';
import { member, textMember } from '../../../lib/util/member.js';
import { COMPLETIONS } from './batchLines.js';

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

/** A server's API, as whoever knows its address and key sends to it. */
export interface BatchEndpoint {
  /**
   * Sends a request, once.
   *
   * @param path from the API's base on, such as `/batches`
   * @param request its body is a form, or sent as JSON
   * @returns the text of a successful response; rejects with a ServerError that shows no key
   */
  send(
    path: string,
    request: { readonly method: 'GET' | 'POST'; readonly body?: unknown },
    signal: AbortSignal,
  ): Promise<{ readonly text: string }>;
}

/** Options of `openAiBatches`. */
export interface OpenAiBatchOptions {
  /** The model's name, for errors. */
  readonly model: string;
  readonly endpoint: BatchEndpoint;
  /** Within which time the server is to answer. @defaultValue '24h' */
  readonly window?: string | undefined;
}

const ENDED = ['completed', 'expired', 'failed', 'cancelled'];
/** Batches that are looked through for a name, page by page. */
const [PAGE, PAGES] = [100, 20];
/** The key of a batch's metadata that holds its name. */
const NAME = 'spillway';

/**
 * The batch API of OpenAI, which others speak too: a file of requests is uploaded, and answered within a day for half the
 * price.
 */
export function openAiBatches({ model, endpoint, window = '24h' }: OpenAiBatchOptions): BatchApi {
  const json = async (
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<object> => {
    const { text } = await endpoint.send(path, { method, ...(body !== undefined && { body }) }, signal);
    const value = jsonOf(text);
    if (typeof value === 'object' && value !== null) return value;
    throw new ServerError(model, 'malformed', `its batch API gave no JSON for ${path.replace(/\?.*/, '')}`);
  };
  const batchOf = (value: unknown): ServerBatch => {
    const [id, status] = [textMember(value, 'id'), textMember(value, 'status')];
    if (id === undefined || status === undefined) {
      throw new ServerError(model, 'malformed', 'its batch API gave a batch without id or status');
    }
    return {
      id,
      state: ENDED.includes(status) ? 'ended' : 'running',
      status,
      output: textMember(value, 'output_file_id'),
      errors: textMember(value, 'error_file_id'),
      why: whyIn(member(value, 'errors')),
    };
  };
  return {
    async upload(jsonl, signal) {
      const body = new FormData();
      body.append('purpose', 'batch');
      body.append('file', new Blob([jsonl], { type: 'application/jsonl' }), 'questions.jsonl');
      const id = textMember(await json('POST', '/files', signal, body), 'id');
      if (id === undefined) throw new ServerError(model, 'malformed', 'its batch API gave a file no id');
      return id;
    },
    async create(file, name, signal) {
      const body = {
        input_file_id: file,
        endpoint: COMPLETIONS,
        completion_window: window,
        metadata: { [NAME]: name },
      };
      return batchOf(await json('POST', '/batches', signal, body));
    },
    look: async (id, signal) => batchOf(await json('GET', `/batches/${encodeURIComponent(id)}`, signal)),
    async find(name, signal) {
      let after = '';
      for (let page = 0; page < PAGES; page++) {
        const listed = await json('GET', `/batches?limit=${PAGE}${after}`, signal);
        const data = member(listed, 'data');
        if (!Array.isArray(data)) {
          throw new ServerError(model, 'malformed', "its batch API doesn't list batches");
        }
        const found = data.find((each: unknown) => member(member(each, 'metadata'), NAME) === name);
        if (found !== undefined) return batchOf(found);
        const last = textMember(data.at(-1), 'id');
        if (member(listed, 'has_more') !== true || last === undefined) return undefined;
        after = `&after=${encodeURIComponent(last)}`;
      }
      throw new ServerError(
        model,
        'malformed',
        `has more than ${PAGE * PAGES} batches, and none so far is ${name}`,
      );
    },
    download: async (file, signal) =>
      (await endpoint.send(`/files/${encodeURIComponent(file)}/content`, { method: 'GET' }, signal)).text,
  };
}

function whyIn(errors: unknown): string | undefined {
  const data = member(errors, 'data');
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  return [textMember(first, 'code'), textMember(first, 'message')].filter(Boolean).join(': ') || undefined;
}
