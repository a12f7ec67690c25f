import { ServerError } from '../../../lib/errors.js';
import { systemTimer, type Timer } from '../../../lib/util/timer.js';
import type {
  AskContext,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
  RequestListener,
} from '../asking/index.js';
import type { BatchApi } from './batchApi.js';
import type { BatchRecords } from './batchRecords.js';
import { BatchRounds } from './batchRounds.js';
import { type AskedInBatch, Delivery } from './delivery.js';
import { SureApi } from './sureApi.js';

/** Options of `batchSender`. */
export interface BatchSenderOptions {
  /** The model's name, for errors. */
  readonly model: string;
  readonly api: BatchApi;
  readonly records: BatchRecords;
  /** The body of a request for a question. */
  readonly bodyOf: (question: ChatQuestion) => unknown;
  /** What the body of a response holds. Throws a ServerError for one that is no answer. */
  readonly replyOf: (body: unknown) => ChatReply;
  /** Takes keys out of a server's words. @defaultValue they stay as they are */
  readonly clean?: ((text: string) => string) | undefined;
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

/** Questions of one call of `send`. */
interface Order {
  readonly questions: readonly ChatQuestion[];
  readonly listener: RequestListener;
  readonly context: AskContext;
  readonly resolve: (outcomes: Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends whole rounds by a batch API. Calls of one turn of the event loop go in one batch; what is too much for one is cut
 * up. A batch is entered in the records before it is sent, with its server's id as soon as there is one: a process that
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
  private readonly rounds: BatchRounds;
  private readonly timer: Timer;

  constructor(private readonly options: BatchSenderOptions) {
    const { model, records, replyOf, bodyOf, first, timer = systemTimer, random = Math.random } = options;
    const { pollMs = 30_000, tries = 3 } = options;
    const { maxRequests: requests = 50_000, maxBytes: bytes = 200_000_000 } = options;
    const api = new SureApi(options.api, model, timer, random);
    const clean = options.clean ?? ((text: string) => text);
    const delivery = new Delivery({ model, api, records, replyOf, clean, pollMs, tries, timer });
    const most = { requests, bytes };
    this.rounds = new BatchRounds({ api, records, delivery, bodyOf, most, tries, first });
    this.timer = timer;
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
    const asked = new Map<string, AskedInBatch>();
    const wanted = orders.map(({ questions, listener }) =>
      questions.map((question) => {
        const id = this.options.records.idOf(question);
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
      await this.rounds.send(asked, stop.signal);
      await Promise.all(orders.map((order, o) => this.deliver(order, wanted[o])));
    } catch (error) {
      for (const { reject } of orders) reject(error);
    } finally {
      for (const each of leave) each();
    }
  }

  private async deliver(order: Order, wanted: readonly AskedInBatch[]): Promise<void> {
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

  private unanswered({ attempt }: ChatQuestion): ServerError {
    const what = attempt === 1 ? 'a question that was asked once more' : 'a question';
    return new ServerError(
      this.options.model,
      'busy',
      `no batch had an answer to ${what} in time: run again`,
    );
  }
}
