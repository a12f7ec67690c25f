import { checkPositive } from '../../../lib/check.js';
import { BudgetStop, JournalError, OptionError } from '../../../lib/errors.js';
import type { OwnMoney } from '../../../lib/learn/learners/index.js';
import { unlessAborted } from '../../../lib/util/abort.js';
import type { Closable } from '../../../lib/util/closable.js';
import type {
  AskContext,
  Asker,
  ChatMessage,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
} from '../asking/index.js';
import type { BatchRecords } from '../batches/index.js';
import { Journal, type JournalIdentity, type JournalOptions, type KeptClaim } from '../journal/index.js';
import { batchMoneyOf, type Prices, type PriceTable, priceTable } from '../money/index.js';
import { type Account, accountOf } from './account.js';
import { batchRecordsIn, listenerAt } from './batchRecords.js';
import { SpendingLimit, type SpendingOptions } from './spendingLimit.js';
import { QuestionsUnderWay, type QuestionUnderWay } from './underWay.js';
import { WantedOutcomes } from './wanted.js';

/** Options of `askerOf`. */
export interface AskerOptions extends SpendingOptions {
  /** Sends questions at once. */
  readonly sender: ChatSender;
  /** Makes what sends whole rounds as batches. @defaultValue rounds are sent at once, too */
  readonly batches?: ((records: BatchRecords) => ChatSender) | undefined;
  /** Rounds of fewer questions are sent at once, too. @defaultValue 1 */
  readonly leastRound?: number | undefined;
  /** What answers depend on beside the question: the journal of another one is refused. */
  readonly identity: JournalIdentity;
  /** The file that keeps paid answers, or it with options. @defaultValue they are kept in memory */
  readonly journal?: string | JournalOptions | undefined;
  /** Told of each reply that comes at once, when it is kept. What it throws ends all questions. */
  readonly heard?: ((reply: ChatReply) => void) | undefined;
  /** @defaultValue money isn't counted */
  readonly prices?: Prices | undefined;
}

/** Keeps claims about tables, in all runs over a journal. */
export interface ClaimKeeper {
  /**
   * The claim that was made about a table, where it is this one; undefined where none was made.
   *
   * @param table a digest of its rows
   * @param seed of the sample; undefined for that of the first
   * @throws JournalError `claimed`, where another was made
   */
  claimOf(table: string, claim: string, seed: string | undefined): Promise<KeptClaim | undefined>;
  /** Keeps a claim before its sample is drawn, where the journal is a file. @throws JournalError `claimed`, `unwritable` */
  keepClaim(claim: KeptClaim): Promise<void>;
}

/** Asks, and keeps and counts what was paid. */
export interface PaidAsker extends Asker, Closable, ClaimKeeper {
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

/** What an asker has of a journal once it is open. */
interface OpenJournal {
  readonly journal: Journal;
  readonly underWay: QuestionsUnderWay;
  readonly records: BatchRecords;
  /** Sends whole rounds. */
  readonly rounds: ChatSender | undefined;
}

/** Questions that nobody else is asking, by their ids. */
type Own = Map<string, { readonly question: ChatQuestion; readonly asking: QuestionUnderWay }>;

class JournalledAsker implements PaidAsker {
  private readonly limit: SpendingLimit;
  readonly money: PaidAsker['money'];
  private opening: Promise<OpenJournal> | undefined;
  /** The same, as soon as it is there. */
  private opened: OpenJournal | undefined;
  private recalled = 0;

  constructor(
    private readonly options: AskerOptions,
    private readonly prices: PriceTable | undefined,
  ) {
    this.limit = new SpendingLimit(prices, options);
    this.money = prices && {
      spent: () => {
        const known = this.known();
        return known && known.spent + known.reserved;
      },
      currency: prices.currency,
      byBatch: () => this.opened && batchMean(prices, this.opened.journal),
    };
  }

  async ask(questions: readonly ChatQuestion[], context: AskContext): Promise<Outcome[]> {
    const { signal, onProgress } = context;
    signal?.throwIfAborted();
    const open = await this.open();
    const { journal, underWay } = open;
    const wanted = new WantedOutcomes(questions, (question) => journal.idOf(question), onProgress);
    while (wanted.left > 0) {
      const own: Own = new Map();
      const coming: Promise<unknown>[] = [];
      for (const [id, question] of wanted.open()) {
        const known = journal.state.answers.get(id);
        if (known !== undefined) {
          this.recalled++;
          wanted.has(id, { kind: 'reply', reply: known.reply });
          continue;
        }
        const others = underWay.get(id);
        const asking = others ?? underWay.begin(id);
        if (others === undefined) own.set(id, { question, asking });
        coming.push(asking.outcome.then((outcome) => outcome && wanted.has(id, outcome)));
      }
      const all = Promise.all(coming);
      await Promise.all([
        this.send(open, own, context, wanted),
        signal === undefined ? all : unlessAborted(all, signal),
      ]);
    }
    return wanted.outcomes;
  }

  async close(): Promise<void> {
    const open = await this.opening?.catch(() => undefined);
    this.opening = undefined;
    this.opened = undefined;
    await open?.journal.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async account(): Promise<Account> {
    return this.accountIn(await this.open());
  }

  known(): Account | undefined {
    return this.opened && this.accountIn(this.opened);
  }

  paidFor(question: Pick<ChatQuestion, 'key' | 'ask' | 'attempt'>): number {
    const { journal } = this.opened ?? {};
    return journal?.state.answers.get(journal.idOf(question))?.paid ?? 0;
  }

  mostOf(messages: readonly ChatMessage[]): number {
    return this.limit.mostOf(messages);
  }

  async claimOf(table: string, claim: string, seed: string | undefined): Promise<KeptClaim | undefined> {
    return (await this.open()).journal.claimOf(table, claim, seed);
  }

  async keepClaim(claim: KeptClaim): Promise<void> {
    await (await this.open()).journal.keepClaim(claim);
  }

  private accountIn({ journal }: OpenJournal): Account {
    return accountOf(journal, this.recalled, this.prices);
  }

  private open(): Promise<OpenJournal> {
    const { journal: given, identity, batches } = this.options;
    this.opening ??= (async () => {
      const journal =
        given === undefined
          ? Journal.inMemory(identity)
          : await Journal.open(typeof given === 'string' ? { path: given } : given, identity);
      const underWay = QuestionsUnderWay.of(journal);
      const records = batchRecordsIn(journal, this.limit, underWay);
      this.opened = { journal, underWay, records, rounds: batches?.(records) };
      return this.opened;
    })();
    this.opening.catch(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async send(
    open: OpenJournal,
    own: Own,
    context: AskContext,
    wanted: WantedOutcomes,
  ): Promise<void> {
    if (own.size === 0) return;
    const { journal, records, rounds } = open;
    const { sender, leastRound = 1 } = this.options;
    const { onProgress, ...rest } = context;
    const listener = listenerAt(records, journal, this.limit, { ...context, heard: this.options.heard });
    const isRound = rounds !== undefined && context.isRound === true && own.size >= leastRound;
    const isInBatch = ([id]: readonly [string, unknown]) => isRound || isPending(journal, id);
    const inBatch = [...own].filter(isInBatch);
    const atOnce = [...own].filter((each) => !isInBatch(each));
    const sendBy = async (by: ChatSender, some: typeof inBatch) => {
      if (some.length === 0) return;
      const outcomes = await by.send(
        some.map(([, { question }]) => question),
        listener,
        rest,
      );
      some.forEach(([, { asking }], i) => {
        asking.settle(outcomes[i]);
      });
    };
    try {
      if (inBatch.length > 0 && rounds === undefined) throw pendingWithout(journal, inBatch.length);
      const sent = await Promise.allSettled([sendBy(sender, atOnce), sendBy(rounds ?? sender, inBatch)]);
      for (const each of sent) if (each.status === 'rejected') throw each.reason;
    } catch (error) {
      // What the sender left without a word may have been paid for.
      for (const id of own.keys()) {
        if (journal.state.open.has(id) && !isPending(journal, id)) {
          await records.lost(id, 'maybe').catch(() => undefined);
        }
      }
      throw error instanceof BudgetStop ? this.limit.stop(journal, error.next, wanted.left) : error;
    } finally {
      for (const { asking } of own.values()) asking.settle(undefined);
    }
  }
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
