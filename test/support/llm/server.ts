import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ChatMessage } from '../../../llm/models/index.js';
import { LoopbackServer } from '../loopbackServer.js';
import { type BatchRequest, BatchRoom, type BatchScript } from './batches.js';
import { type Abilities, type CompletionBody, completionOf, promptTokens, tokensIn } from './completion.js';
import { type EmbeddingsBody, embeddingsOf, lettersVector } from './embeddings.js';
import type { Fault } from './faults.js';
import { type RateLimits, RateWindow } from './rateLimits.js';
import { type Speaker, saidBy } from './speaker.js';

/** How a server of language models behaves. */
export interface LlmServerOptions extends Partial<Abilities> {
  readonly speak: Speaker;
  /** The dated name of the model that answers. @defaultValue 'small-2026-01-01' */
  readonly dated?: string | ((n: number) => string);
  /** The key that is demanded. @defaultValue none */
  readonly key?: string;
  readonly limits?: RateLimits;
  /** Whether equal messages get the first answer again, with its id. @defaultValue false */
  readonly caches?: boolean;
  /** Prompts of more tokens are refused. @defaultValue no limit */
  readonly contextTokens?: number;
  readonly batches?: BatchScript;
  /** The vector of a text. @defaultValue how often it has each letter */
  readonly embed?: (text: string, width: number) => number[];
  /** Numbers of a vector where the request doesn't say. @defaultValue 8 */
  readonly width?: number;
}

/** A request that the server has seen. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of JSON; undefined for uploads and requests without one. */
  readonly body: unknown;
}

/**
 * A server that speaks the protocol of OpenAI's under `/v1`: chat completions, embeddings, files and batches. What it says
 * is a function's; what goes wrong is a script's.
 */
export class LlmServer extends LoopbackServer {
  readonly seen: SeenRequest[] = [];
  /** Of the next completions and embeddings, in turn; undefined: none. */
  readonly faults: (Fault | undefined)[] = [];
  /** Of any of these requests, where `faults` has none left. */
  fault: ((request: SeenRequest) => Fault | undefined) | undefined;
  /** Completions that are charged, delivered or not: their messages as JSON, in order. */
  readonly charged: string[] = [];
  readonly room: BatchRoom;
  private readonly window: RateWindow | undefined;
  private readonly times = new Map<string, number>();
  private readonly kept = new Map<string, unknown>();
  private made = 0;

  constructor(private readonly options: LlmServerOptions) {
    super();
    this.window = options.limits && new RateWindow(options.limits);
    this.room = new BatchRoom(options.batches ?? {}, (body) => this.complete(body));
  }

  /** How often messages were charged. */
  timesAsked(messages: readonly ChatMessage[]): number {
    return this.times.get(JSON.stringify(messages)) ?? 0;
  }

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      // The client has ended within its request.
      return;
    }
    const bytes = Buffer.concat(parts);
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '').replace(/\?.*$/, '');
    const isJson = headers['content-type']?.startsWith('application/json') === true;
    const body: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
    const seen = { method, path, headers, body };
    this.seen.push(seen);
    const reply = await this.replyTo(seen, bytes);
    response.on('close', () => {
      if (!response.writableFinished && reply.fault?.kind !== 'cut') this.givenUp++;
    });
    deliver(response, reply);
  }

  private async replyTo(seen: SeenRequest, bytes: Buffer): Promise<ServedReply> {
    const { method, path, headers } = seen;
    const { key } = this.options;
    if (key !== undefined && headers.authorization !== `Bearer ${key}`) {
      return refusal(401, `Incorrect API key provided: ${headers.authorization}`, 'invalid_api_key');
    }
    if (path === '/v1/chat/completions' || path === '/v1/embeddings') return this.answer(seen);
    if (method !== 'POST' || path !== '/v1/files') return this.batchReply(seen);
    const sent = new Response(bytes, { headers: { 'content-type': headers['content-type'] ?? '' } });
    const form = await sent.formData();
    const file = form.get('file');
    if (form.get('purpose') !== 'batch' || file === null || typeof file === 'string') {
      return refusal(400, "expected a file with the purpose 'batch'");
    }
    return { value: this.room.upload(await file.text()) };
  }

  /** Files and batches as they stand. */
  private batchReply({ method, path, body }: SeenRequest): ServedReply {
    const { room } = this;
    const [, kind, id, what] =
      /^\/v1\/(files|batches)(?:\/([^/]+))?(?:\/(content|cancel))?$/.exec(path) ?? [];
    const found = (value: unknown) => (value === undefined ? refusal(404, `unknown: ${path}`) : { value });
    if (kind === 'batches' && id === undefined) {
      if (method === 'GET') return { value: { object: 'list', data: room.batches, has_more: false } };
      return found(room.create(body as BatchRequest)); // Of ours, or a test fails.
    }
    if (kind === 'batches') return found(what === 'cancel' ? room.cancel(id) : room.look(id));
    if (kind === 'files' && method === 'DELETE') return { value: { id, deleted: room.files.delete(id) } };
    return found(kind === 'files' ? room.files.get(id) : undefined);
  }

  private answer(seen: SeenRequest): ServedReply {
    const fault = this.faults.length > 0 ? this.faults.shift() : this.fault?.(seen);
    if (fault?.kind === 'status') {
      return { ...refusal(fault.status, fault.message ?? 'no', fault.code), headers: fault.headers };
    }
    if (fault?.kind === 'html') {
      const headers = { 'content-type': 'text/html' };
      return { value: '<!doctype html><title>Sign in</title>', status: fault.status, headers };
    }
    const isChat = seen.path === '/v1/chat/completions';
    // The protocol's own, of ours: a test fails where it isn't.
    const [chat, embeddings] = [seen.body as CompletionBody, seen.body as EmbeddingsBody];
    const tokens = isChat ? promptTokens(chat.messages) : embeddedTokens(embeddings);
    const { headers, isRefused } = this.window?.take(tokens) ?? { headers: {}, isRefused: false };
    if (isRefused) return { ...refusal(429, 'Rate limit reached', 'rate_limit_exceeded'), headers };
    const { contextTokens = Number.POSITIVE_INFINITY, structured } = this.options;
    if (tokens > contextTokens) {
      const message = `This model's maximum context length is ${contextTokens} tokens, but you gave ${tokens}.`;
      return { ...refusal(400, message, 'context_length_exceeded'), headers };
    }
    if (isChat && structured === 'refused' && chat.response_format !== undefined) {
      return { ...refusal(400, "'response_format' of type 'json_schema' is not supported"), headers };
    }
    const { embed = lettersVector, width = 8 } = this.options;
    const value = isChat
      ? this.complete(chat, fault?.kind === 'says' ? fault : undefined)
      : embeddingsOf(embeddings, embed, width);
    return { value, headers, fault };
  }

  /** A completion that is charged. */
  private complete(
    body: CompletionBody,
    instead?: { readonly text: string | null; readonly finish?: string },
  ): unknown {
    const { speak, dated = 'small-2026-01-01', caches = false } = this.options;
    const { structured = 'yes', logprobs = true, usage = true } = this.options;
    const messages = JSON.stringify(body.messages);
    const n = this.times.get(messages) ?? 0;
    this.times.set(messages, n + 1);
    this.charged.push(messages);
    if (caches && this.kept.has(messages)) return this.kept.get(messages);
    const said = instead === undefined ? saidBy(speak, body.messages, n) : { ...instead, isRaw: true };
    const completion = completionOf(body, said, {
      id: `chatcmpl-${++this.made}`,
      model: typeof dated === 'string' ? dated : dated(this.made - 1),
      abilities: { structured, logprobs, usage },
    });
    this.kept.set(messages, completion);
    return completion;
  }
}

/** What the server replies, and what becomes of it on its way. */
interface ServedReply {
  /** A text as it is, anything else as JSON. */
  readonly value: unknown;
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fault?: Fault | undefined;
}

function refusal(status: number, message: string, code?: string): ServedReply {
  return { value: { error: { message, type: 'invalid_request_error', code: code ?? null } }, status };
}

function deliver(response: ServerResponse, { value, status = 200, headers = {}, fault }: ServedReply): void {
  if (fault?.kind === 'hang') return;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const all = { 'content-type': 'application/json', ...headers };
  if (fault?.kind !== 'cut') response.writeHead(status, all).end(text);
  else if (fault.at === 'before') response.destroy();
  else {
    response.writeHead(status, { ...all, 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, 20), () => response.destroy());
  }
}

function embeddedTokens({ input }: EmbeddingsBody): number {
  return [input].flat().reduce((sum, text) => sum + tokensIn(text), 0);
}
