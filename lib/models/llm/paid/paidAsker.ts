import { checkPositive } from '../../../check.js';
import { BudgetStop, JournalError, OptionError } from '../../../errors.js';
import type { OwnMoney } from '../../../learn/learners/index.js';
import { unlessAborted } from '../../../util/abort.js';
import type { Closable } from '../../../util/closable.js';
import type {
  AskContext,
  Asker,
  ChatMessage,
  ChatQuestion,
  ChatSender,
  Outcome,
  RequestListener,
} from '../asking/index.js';
import type { BatchDesk } from '../batches/index.js';
import { Journal, type JournalIdentity, type JournalOptions, type JournalRecord } from '../journal/index.js';
import { batchMoneyOf, type Prices, type PriceTable, priceTable } from '../money/index.js';
import { type Account, accountOf } from './account.js';
import { Till, type TillOptions } from './till.js';

/** Options of `askerOf`. */
export interface AskerOptions extends TillOptions {
  /** Sends questions at once. */
  readonly sender: ChatSender;
  /** Makes what sends whole rounds as batches. @defaultValue rounds are sent at once, too */
  readonly batches?: ((desk: BatchDesk) => ChatSender) | undefined;
  /** Rounds of fewer questions are sent at once, too. @defaultValue 1 */
  readonly leastRound?: number | undefined;
  /** What answers depend on beside the question: the journal of another one is refused. */
  readonly identity: JournalIdentity;
  /** The file that keeps paid answers, or it with options. @defaultValue they are kept in memory */
  readonly journal?: string | JournalOptions | undefined;
  /** @defaultValue money isn't counted */
  readonly prices?: Prices | undefined;
}

/** Asks, and keeps and counts what was paid. */
export interface PaidAsker extends Asker, Closable {
  /** What was asked and paid, in all runs over the journal. It opens the journal. */
  account(): Promise<Account>;
  /** The same, without waiting; undefined where the journal isn't open yet. */
  known(): Account | undefined;
  /** What it has spent and reserved, where it has prices. */
  readonly money: OwnMoney | undefined;
  /** Money paid for the answer to a question, in this run or an earlier one; 0 where there is none. */
  paidFor(question: Pick<ChatQuestion, 'key' | 'ask' | 'attempt'>): number;
  /** The most that a question may cost; 0 without prices. */
  mostOf(messages: readonly ChatMessage[]): number;
}

/**
 * Gives questions their outcomes. What the journal has is paid for, and isn't asked again; of several that are the same one
 * is asked, in concurrent calls, too. Before each request the most that it may cost is reserved, and where that would
 * exceed `maxPrice` nothing more is sent. A reply is on the disk before it is used.
 *
 * @throws OptionError for prices and limits that can't be; `ask` rejects with BudgetStop, JournalError, and the signal's
 *   reason
 */
export function askerOf(options: AskerOptions): PaidAsker {
  const prices = priceTable(options.prices);
  if (options.maxPrice !== undefined) {
    checkPositive('maxPrice', options.maxPrice, 'the most that may be spent, above 0');
    if (prices === undefined) {
      throw new OptionError(
        'maxPrice',
        "needs 'prices', by tokens: without them nobody can tell what is spent",
      );
    }
  }
  return new JournalledAsker(options, prices);
}

/** A question's outcome that will come; undefined where whoever asked it has left. */
interface Flight {
  readonly outcome: Promise<Outcome | undefined>;
  readonly settle: (outcome: Outcome | undefined) => void;
}

/** Questions that are being asked, of each journal: all models that share one ask each of them once. */
const flightsOf = new WeakMap<Journal, Map<string, Flight>>();

class JournalledAsker implements PaidAsker {
  private flights = new Map<string, Flight>();
  private readonly till: Till;
  readonly money: PaidAsker['money'];
  private opening: Promise<Journal> | undefined;
  private journal: Journal | undefined;
  private rounds: ChatSender | undefined;
  private recalled = 0;

  constructor(
    private readonly options: AskerOptions,
    private readonly prices: PriceTable | undefined,
  ) {
    this.till = new Till(prices, options);
    this.money = prices && {
      spent: () => {
        const known = this.known();
        return known && known.spent + known.reserved;
      },
      currency: prices.currency,
      byBatch: () => this.journal && batchMean(prices, this.journal),
    };
  }

  async ask(questions: readonly ChatQuestion[], context: AskContext): Promise<Outcome[]> {
    context.signal?.throwIfAborted();
    const journal = await this.open();
    const places = new Map<string, number[]>();
    questions.forEach((question, place) => {
      const id = journal.idOf(question);
      const known = places.get(id);
      if (known === undefined) places.set(id, [place]);
      else known.push(place);
    });
    const outcomes: Outcome[] = [];
    let done = 0;
    const left = new Set(places.keys());
    const has = (id: string, outcome: Outcome) => {
      if (!left.delete(id)) return;
      for (const place of places.get(id) ?? []) {
        outcomes[place] = outcome;
        done++;
      }
      context.onProgress?.(done, questions.length);
    };
    while (left.size > 0) {
      const mine = new Map<string, ChatQuestion>();
      const coming: Promise<unknown>[] = [];
      for (const id of left) {
        const known = journal.state.answers.get(id);
        const [place = 0] = places.get(id) ?? [];
        if (known !== undefined) {
          this.recalled++;
          has(id, { kind: 'reply', reply: known.reply });
          continue;
        }
        let flight = this.flights.get(id);
        if (flight === undefined) {
          flight = newFlight();
          this.flights.set(id, flight);
          mine.set(id, questions[place]);
        }
        coming.push(flight.outcome.then((outcome) => outcome && has(id, outcome)));
      }
      const all = Promise.all(coming);
      const { signal } = context;
      await Promise.all([
        this.send(journal, mine, context, left),
        signal === undefined ? all : unlessAborted(all, signal),
      ]);
    }
    return outcomes;
  }

  async close(): Promise<void> {
    const journal = await this.opening?.catch(() => undefined);
    this.opening = undefined;
    this.journal = undefined;
    this.rounds = undefined;
    await journal?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async account(): Promise<Account> {
    return this.accountIn(await this.open());
  }

  known(): Account | undefined {
    return this.journal && this.accountIn(this.journal);
  }

  paidFor(question: Pick<ChatQuestion, 'key' | 'ask' | 'attempt'>): number {
    return this.journal?.state.answers.get(this.journal.idOf(question))?.paid ?? 0;
  }

  mostOf(messages: readonly ChatMessage[]): number {
    return this.till.mostOf(messages);
  }

  private accountIn(journal: Journal): Account {
    return accountOf(journal, this.recalled, this.prices);
  }

  private open(): Promise<Journal> {
    const { journal, identity } = this.options;
    this.opening ??= (async () => {
      const own =
        journal === undefined
          ? Journal.inMemory(identity)
          : await Journal.open(typeof journal === 'string' ? { path: journal } : journal, identity);
      this.journal = own;
      const known = flightsOf.get(own) ?? new Map<string, Flight>();
      flightsOf.set(own, known);
      this.flights = known;
      this.rounds = this.options.batches?.(this.deskOf(own));
      return own;
    })();
    this.opening.catch(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  /** Sends questions that nobody else is asking. */
  private async send(
    journal: Journal,
    mine: ReadonlyMap<string, ChatQuestion>,
    context: AskContext,
    left: ReadonlySet<string>,
  ): Promise<void> {
    if (mine.size === 0) return;
    const ended = (id: string, outcome: Outcome | undefined) => {
      this.flights.get(id)?.settle(outcome);
      this.flights.delete(id);
    };
    const desk = this.deskOf(journal);
    const listener = this.listenerFor(journal, desk, context);
    const inBatch = new Map<string, ChatQuestion>();
    const atOnce = new Map<string, ChatQuestion>();
    const isLarge = mine.size >= (this.options.leastRound ?? 1);
    const isRound = this.rounds !== undefined && context.isRound === true && isLarge;
    for (const [id, question] of mine) {
      (isRound || isPending(journal, id) ? inBatch : atOnce).set(id, question);
    }
    const sendBy = async (sender: ChatSender, questions: ReadonlyMap<string, ChatQuestion>) => {
      if (questions.size === 0) return;
      const { onProgress, ...own } = context;
      const outcomes = await sender.send([...questions.values()], listener, own);
      [...questions.keys()].forEach((id, i) => {
        ended(id, outcomes[i]);
      });
    };
    try {
      if (inBatch.size > 0 && this.rounds === undefined) throw pendingWithout(journal, inBatch.size);
      const sent = await Promise.allSettled([
        sendBy(this.options.sender, atOnce),
        sendBy(this.rounds ?? this.options.sender, inBatch),
      ]);
      for (const each of sent) if (each.status === 'rejected') throw each.reason;
    } catch (error) {
      // What the sender left without a word may have been paid for.
      for (const id of mine.keys()) {
        if (journal.state.open.has(id) && !isPending(journal, id)) {
          await desk.lost(id, 'maybe').catch(() => undefined);
        }
      }
      throw error instanceof BudgetStop ? this.till.stop(journal, error.next, left.size) : error;
    } finally {
      for (const id of mine.keys()) ended(id, undefined);
    }
  }

  private listenerFor(journal: Journal, desk: BatchDesk, { onSpend }: AskContext): RequestListener {
    return {
      sending: async (question, batch) => {
        const { messages } = question;
        const id = journal.idOf(question);
        const most = this.till.mostOf(messages, batch !== undefined);
        const record = { kind: 'asked' as const, id, most, ...(batch !== undefined && { batch }) };
        await this.till.reserve(journal, journal.keepsTexts ? { ...record, messages } : record, onSpend);
      },
      replied: async (question, reply) => {
        await desk.replied(journal.idOf(question), reply, question.messages);
      },
      lost: (question, _, paid) => desk.lost(journal.idOf(question), paid),
    };
  }

  private deskOf(journal: Journal): BatchDesk {
    const { state } = journal;
    const keep = (record: JournalRecord & { readonly id: string }, isSynced: boolean) => {
      const kept = journal.keep(record, isSynced);
      this.till.over(record.id);
      return kept;
    };
    return {
      idOf: (question) => journal.idOf(question),
      pending: () => [...state.batches.values()],
      answerOf: (id) => state.answers.get(id)?.reply,
      begin: (name, ids) => journal.keep({ kind: 'batch', name, state: 'sending', ids }, true),
      sent: (name, serverId) => journal.keep({ kind: 'batch', name, state: 'sent', serverId }, true),
      over: (name, rest) => journal.keep({ kind: 'batch', name, state: 'over', rest }, true),
      lost: (id, paid) => keep({ kind: 'lost', id, paid }, false),
      replied: async (id, reply, messages = []) => {
        const most = state.open.get(id)?.most ?? this.till.mostOf(messages, reply.isBatch);
        await keep({ kind: 'answered', id, reply, ...this.till.paidFor(reply, most) }, true);
        this.flights.get(id)?.settle({ kind: 'reply', reply });
      },
    };
  }
}

function newFlight(): Flight {
  let settle: Flight['settle'] = () => {};
  const outcome = new Promise<Outcome | undefined>((resolve) => {
    settle = resolve;
  });
  return { outcome, settle };
}

function isPending({ state }: Journal, id: string): boolean {
  const batch = state.open.get(id)?.batch;
  return batch !== undefined && state.batches.has(batch);
}

function pendingWithout({ path = '' }: Journal, questions: number): JournalError {
  return new JournalError(
    path,
    'other',
    `${questions} of the questions are in a batch that was sent and isn't over: give 'batch' again, so that its answers are fetched, ` +
      'or delete the journal, and pay for them twice',
    ['batch'],
  );
}

/** The mean that answers cost, or would have, by the batch API. */
function batchMean(prices: PriceTable, { state }: Journal): ReturnType<NonNullable<OwnMoney['byBatch']>> {
  const used = [...state.answers.values()].flatMap(({ reply }) => reply.usage ?? []);
  if (used.length === 0) return undefined;
  const price = used.reduce((sum, usage) => sum + batchMoneyOf(prices, usage), 0) / used.length;
  return { price, isAssumed: !prices.isBatchGiven };
}
