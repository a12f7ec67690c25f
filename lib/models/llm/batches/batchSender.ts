import { randomUUID } from 'node:crypto';
import { ServerError } from '../../../errors.js';
import { sleep } from '../../../util/abort.js';
import { Retrier } from '../../../util/retry/index.js';
import { systemTimer, type Timer } from '../../../util/timer.js';
import type {
  AskContext,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
  RequestListener,
} from '../asking/index.js';
import type { BatchApi, ServerBatch } from './batchApi.js';
import { type BatchLine, batchLine, cutIntoBatches, type LineOutcome, lineOutcomes } from './batchLines.js';
import type { BatchDesk, OpenBatch } from './desk.js';

/** Options of `batchSender`. */
export interface BatchSenderOptions {
  /** The model's name, for errors. */
  readonly model: string;
  readonly api: BatchApi;
  readonly desk: BatchDesk;
  /** The body of a request for a question. */
  readonly bodyOf: (question: ChatQuestion) => unknown;
  /** What the body of a response holds. Throws a ServerError for one that is no answer. */
  readonly replyOf: (body: unknown) => ChatReply;
  /** What a line is a request of. @defaultValue '/v1/chat/completions' */
  readonly endpoint?: string | undefined;
  /** Milliseconds between looks at a batch. @defaultValue 30_000 */
  readonly pollMs?: number | undefined;
  /** The most requests of a batch. @defaultValue 50_000 */
  readonly maxRequests?: number | undefined;
  /** The most bytes of a batch. @defaultValue 200_000_000 */
  readonly maxBytes?: number | undefined;
  /** Batches that a question goes in until it has an answer: some expire, or are answered in part. @defaultValue 3 */
  readonly tries?: number | undefined;
  /** Asks one question at once before the first batch: it shows what the server takes. @defaultValue nothing is tried */
  readonly first?: ChatSender | undefined;
  /** Sends at once what batches have left over. @defaultValue it has no answer */
  readonly rest?: ChatSender | undefined;
  readonly timer?: Timer | undefined;
  /** Uniform in [0, 1), for waits before retries. */
  readonly random?: (() => number) | undefined;
}

/** Milliseconds for a request, its retries included, and how many these are. */
const [TIMEOUT, RETRIES] = [600_000, 6];
/** Looks in a row that may fail before a batch is left to the next run. */
const FAILED_LOOKS = 20;

/** Questions of one call of `send`. */
interface Order {
  readonly questions: readonly ChatQuestion[];
  readonly listener: RequestListener;
  readonly context: AskContext;
  readonly resolve: (outcomes: Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A question that waits for its outcome, and who is told of it. */
interface Asked {
  readonly question: ChatQuestion;
  readonly listener: RequestListener;
  outcome: Outcome | undefined;
  /** Batches that it went in. */
  tries: number;
}

/**
 * Sends whole rounds by a batch API. Calls of one turn of the event loop go in one batch; what is too much for one is cut
 * up. A batch is entered at the desk before it is sent, with its server's id as soon as there is one: a process that
 * comes later looks at the same batch, finds by its name one whose id was never heard of, and sends only what no batch
 * holds. Questions that an expired or partly failed batch has left go in the next one.
 *
 * Aborting leaves batches to their server: the answers are paid for, and the next run fetches them.
 *
 * @see OpenAI, "Batch API": up to 50,000 requests and 200 MB; what wasn't answered in time isn't charged
 */
export function batchSender(options: BatchSenderOptions): ChatSender {
  return new BatchSender(options);
}

class BatchSender implements ChatSender {
  private orders: Order[] = [];
  private isTried: boolean;
  private readonly retrier: Retrier;
  private readonly timer: Timer;
  private readonly endpoint: string;
  private readonly pollMs: number;
  /** Batches that are looked at, by name. */
  private readonly watched = new Map<string, Promise<void>>();

  constructor(private readonly options: BatchSenderOptions) {
    this.isTried = options.first === undefined;
    const { timer = systemTimer, endpoint = '/v1/chat/completions', pollMs = 30_000 } = options;
    this.timer = timer;
    this.endpoint = endpoint;
    this.pollMs = pollMs;
    const { random = Math.random } = options;
    this.retrier = new Retrier({ timeoutMs: TIMEOUT, retries: RETRIES, random, timer });
  }

  send(
    questions: readonly ChatQuestion[],
    listener: RequestListener,
    context: AskContext,
  ): Promise<Outcome[]> {
    return new Promise((resolve, reject) => {
      const isFirst = this.orders.length === 0;
      this.orders.push({ questions, listener, context, resolve, reject });
      if (isFirst) this.timer.after(0, () => void this.begin(this.orders.splice(0)));
    });
  }

  private async begin(orders: readonly Order[]): Promise<void> {
    const asked = new Map<string, Asked>();
    const wanted = orders.map(({ questions, listener }) =>
      questions.map((question) => {
        const id = this.options.desk.idOf(question);
        const known = asked.get(id) ?? { question, listener, outcome: undefined, tries: 0 };
        asked.set(id, known);
        return known;
      }),
    );
    const stop = new AbortController();
    let waiting = orders.length;
    const leave = orders.map(({ context: { signal }, reject }) => {
      if (signal === undefined) return () => {};
      const abort = () => {
        reject(signal.reason);
        if (--waiting === 0) stop.abort(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
      return () => signal.removeEventListener('abort', abort);
    });
    try {
      await this.round(asked, stop.signal);
      await Promise.all(orders.map((order, o) => this.deliver(order, wanted[o])));
    } catch (error) {
      for (const { reject } of orders) reject(error);
    } finally {
      for (const each of leave) each();
    }
  }

  private async deliver(order: Order, wanted: readonly Asked[]): Promise<void> {
    const { rest } = this.options;
    const left = wanted.filter(({ outcome }) => outcome?.kind !== 'reply');
    try {
      if (rest !== undefined && left.length > 0) {
        const questions = left.map(({ question }) => question);
        const outcomes = await rest.send(questions, order.listener, order.context);
        left.forEach((each, i) => {
          each.outcome = outcomes[i];
        });
      }
      order.resolve(
        wanted.map(
          ({ outcome, question }) => outcome ?? { kind: 'failed', error: this.unanswered(question) },
        ),
      );
    } catch (error) {
      order.reject(error);
    }
  }

  /** Sends batches until each question has an outcome, or was in as many as it may. */
  private async round(asked: ReadonlyMap<string, Asked>, signal: AbortSignal): Promise<void> {
    const { desk, tries = 3 } = this.options;
    await Promise.all(desk.pending().map((batch) => this.resume(batch, asked, signal)));
    for (;;) {
      for (const [id, own] of asked) {
        const reply = own.outcome === undefined ? desk.answerOf(id) : undefined;
        if (reply !== undefined) own.outcome = { kind: 'reply', reply };
      }
      const left = [...asked].filter(([, { outcome, tries: had }]) => outcome === undefined && had < tries);
      if (left.length === 0) return;
      signal.throwIfAborted();
      if (!this.isTried) {
        const [[, first]] = left;
        await this.tryOne(first, signal);
        continue;
      }
      const lines = left.map(([id, { question }]) =>
        batchLine(id, question, this.endpoint, this.options.bodyOf(question)),
      );
      const { maxRequests: requests = 50_000, maxBytes: bytes = 200_000_000 } = this.options;
      let stopped: { readonly error: unknown } | undefined;
      const under: Promise<void>[] = [];
      for (const cut of cutIntoBatches(lines, { requests, bytes })) {
        const { name, sent, error } = await this.admit(cut, asked);
        if (sent.length > 0)
          under.push(this.watch(name, () => this.submit(name, sent, asked, signal), signal));
        if (error !== undefined) {
          stopped = error;
          break;
        }
      }
      // Nothing may be sent, and nothing comes that would make room.
      if (under.length === 0 && stopped !== undefined) throw stopped.error;
      await Promise.all(under);
    }
  }

  /** Asks at once. What goes wrong with one would go wrong with all. */
  private async tryOne(asked: Asked, signal: AbortSignal): Promise<void> {
    const [outcome] = (await this.options.first?.send([asked.question], asked.listener, { signal })) ?? [];
    if (outcome?.kind === 'failed') throw outcome.error;
    this.isTried = true;
    asked.outcome = outcome;
  }

  /** Reserves the price of a batch's lines; those that there is no money for are left out. */
  private async admit(cut: readonly BatchLine[], asked: ReadonlyMap<string, Asked>) {
    const { desk } = this.options;
    const name = randomUUID();
    await desk.begin(
      name,
      cut.map(({ id }) => id),
    );
    const sent: BatchLine[] = [];
    let error: { readonly error: unknown } | undefined;
    for (const line of cut) {
      try {
        await asked.get(line.id)?.listener.sending(line.question, name);
        sent.push(line);
      } catch (thrown) {
        error = { error: thrown };
        break;
      }
    }
    if (sent.length === 0) await desk.over(name, 'no');
    return { name, sent, error };
  }

  /** A batch is looked at once, whoever waits for it. */
  private watch(name: string, run: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const known = this.watched.get(name);
    if (known !== undefined) {
      // Who began it may have left, and it with them.
      return known.catch(() => {
        signal.throwIfAborted();
        return this.watch(name, run, signal);
      });
    }
    const own = run().finally(() => this.watched.delete(name));
    this.watched.set(name, own);
    return own;
  }

  /** A batch that an earlier process, or a call that was aborted, has left. */
  private async resume(
    batch: OpenBatch,
    asked: ReadonlyMap<string, Asked>,
    signal: AbortSignal,
  ): Promise<void> {
    const { desk } = this.options;
    const { name, ids } = batch;
    const run = async () => {
      // Another may have seen its end meanwhile.
      const now = desk.pending().find((each) => each.name === name);
      if (now === undefined) return;
      const id = now.serverId ?? (await this.found(name, signal));
      if (id === 'none' || id === 'unknown') return desk.over(name, id === 'none' ? 'no' : 'maybe');
      if (now.serverId === undefined) await desk.sent(name, id);
      await this.fetch(name, id, ids, asked, signal);
    };
    await this.watch(name, run, signal);
  }

  /** The server's id of a batch by its name; `unknown` from servers that don't list batches. */
  private async found(name: string, signal: AbortSignal): Promise<string> {
    try {
      return (await this.retried((own) => this.options.api.find(name, own), signal))?.id ?? 'none';
    } catch (error) {
      const isUnlisted = error instanceof ServerError && ['refused', 'malformed'].includes(error.reason);
      if (isUnlisted) return 'unknown';
      throw error;
    }
  }

  private async submit(
    name: string,
    lines: readonly BatchLine[],
    asked: ReadonlyMap<string, Asked>,
    signal: AbortSignal,
  ): Promise<void> {
    const { api, desk } = this.options;
    for (const { id } of lines) {
      const own = asked.get(id);
      if (own) own.tries++;
    }
    let id: string;
    try {
      const file = await this.retried(
        (own) => api.upload(lines.map(({ text }) => text).join(''), own),
        signal,
      );
      id = await this.create(file, name, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof ServerError)) throw error;
      // Refused, or never heard of: where that is sure, nothing was paid.
      const found = await this.retried((own) => api.find(name, own), signal).catch(() => 'unknown' as const);
      if (found === undefined || (found === 'unknown' && error.reason === 'refused')) {
        await this.failed(lines, asked, error, 'no');
        return desk.over(name, 'no');
      }
      // It may be there: the next round, or process, looks again.
      if (found === 'unknown') throw error;
      id = found.id;
    }
    await desk.sent(name, id);
    await this.fetch(
      name,
      id,
      lines.map((line) => line.id),
      asked,
      signal,
    );
  }

  /** Creates a batch, once: where no answer comes it is looked for before it is created again. */
  private create(file: string, name: string, signal: AbortSignal): Promise<string> {
    const { api } = this.options;
    let isRepeated = false;
    return this.retried(async (own) => {
      const found = isRepeated ? await api.find(name, own) : undefined;
      isRepeated = true;
      return (found ?? (await api.create(file, name, own))).id;
    }, signal);
  }

  /** Waits for a batch's end, and delivers what it holds. */
  private async fetch(
    name: string,
    serverId: string,
    ids: readonly string[],
    asked: ReadonlyMap<string, Asked>,
    signal: AbortSignal,
  ): Promise<void> {
    const { api, desk } = this.options;
    const batch = await this.ended(serverId, signal);
    const open = new Set(ids);
    for (const file of [batch.output, batch.errors]) {
      if (file === undefined) continue;
      const text = await this.retried((own) => api.download(file, own), signal);
      const kept: Promise<void>[] = [];
      for (const line of lineOutcomes(text)) {
        // A process that ended while it read this batch has kept some of it.
        const isNews = open.delete(line.id) && desk.answerOf(line.id) === undefined;
        if (isNews) kept.push(this.enter(line, asked.get(line.id)));
      }
      await Promise.all(kept);
    }
    // What isn't in either file: of a batch that was cut short nothing was done for it.
    await desk.over(name, batch.status === 'completed' ? 'maybe' : 'no');
    if (batch.status !== 'failed') return;
    const error = new ServerError(
      this.options.model,
      'refused',
      `the server failed a batch: ${batch.why ?? 'it says no reason'}`,
    );
    for (const id of open) {
      const own = asked.get(id);
      const { tries = 3 } = this.options;
      if (own && own.tries >= tries) own.outcome ??= { kind: 'failed', error };
    }
  }

  private async ended(serverId: string, signal: AbortSignal): Promise<ServerBatch> {
    for (let failed = 0; ; ) {
      try {
        const batch = await this.retried((own) => this.options.api.look(serverId, own), signal);
        if (batch.state === 'ended') return batch;
        failed = 0;
      } catch (error) {
        const isPassing = error instanceof ServerError && error.reason !== 'refused';
        if (!isPassing || ++failed > FAILED_LOOKS) throw error;
      }
      await sleep(this.timer, this.pollMs, signal);
    }
  }

  /** What became of a line. */
  private async enter(line: LineOutcome, asked: Asked | undefined): Promise<void> {
    const { desk, model } = this.options;
    if (line.body !== undefined) {
      try {
        const reply = { ...this.options.replyOf(line.body), isBatch: true };
        if (asked === undefined) await desk.replied(line.id, reply);
        else {
          await asked.listener.replied(asked.question, reply);
          asked.outcome = { kind: 'reply', reply };
        }
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        // It was answered, and charged, by something that is no answer.
        await this.gone(line.id, asked, error, 'maybe');
        if (asked) asked.outcome = { kind: 'failed', error };
      }
      return;
    }
    const { status, code, message } = line;
    const isPassing = status === undefined || status === 429 || status >= 500;
    const why = `its line of a batch was refused${status === undefined ? '' : ` with ${status}`}: ${[code, message].filter(Boolean).join(': ')}`;
    const error = new ServerError(model, isPassing ? 'busy' : 'refused', why, status);
    await this.gone(line.id, asked, error, 'no');
    // What expired goes in the next batch; what is refused would be so again.
    if (asked && !isPassing) asked.outcome = { kind: 'failed', error };
  }

  private async gone(
    id: string,
    asked: Asked | undefined,
    error: unknown,
    paid: 'no' | 'maybe',
  ): Promise<void> {
    if (asked === undefined) await this.options.desk.lost(id, paid);
    else await asked.listener.lost(asked.question, error, paid);
  }

  private async failed(
    lines: readonly BatchLine[],
    asked: ReadonlyMap<string, Asked>,
    error: unknown,
    paid: 'no' | 'maybe',
  ): Promise<void> {
    for (const { id } of lines) {
      const own = asked.get(id);
      await this.gone(id, own, error, paid);
      if (own) own.outcome = { kind: 'failed', error };
    }
  }

  private unanswered({ attempt }: ChatQuestion): ServerError {
    const what = attempt === 1 ? 'a question that was asked once more' : 'a question';
    return new ServerError(
      this.options.model,
      'busy',
      `no batch had an answer to ${what} in time: run again`,
    );
  }

  private retried<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    return this.retrier
      .run(
        {
          send: run,
          retryAfter: (error) => (error instanceof ServerError && error.reason !== 'refused' ? 0 : undefined),
          late: () =>
            new ServerError(this.options.model, 'timeout', `its batch API gave no answer in ${TIMEOUT} ms`),
        },
        stop,
      )
      .finally(() => signal.removeEventListener('abort', abort));
  }
}
