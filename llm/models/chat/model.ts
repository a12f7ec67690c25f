import { type Block, isRowBlock } from '../../../lib/data/blocks/index.js';
import { ModelError } from '../../../lib/errors.js';
import { stable } from '../../../lib/features/define/index.js';
import type { ScoreContext } from '../../../lib/learn/learners/index.js';
import type { TrainedModel, TrainedRegression } from '../../../lib/models/full/index.js';
import { type Closable, closable } from '../../../lib/util/closable.js';
import { textDigest } from '../../../lib/util/digest.js';
import { systemTimer } from '../../../lib/util/timer.js';
import type { ChatMessage, ChatReply } from '../asking/index.js';
import type { KeptClaim } from '../journal/index.js';
import { limitedCalls } from '../limits/index.js';
import { batchShareOf, mostTokens, priceTable, tokensAround } from '../money/index.js';
import { type Account, askerOf, type ClaimKeeper } from '../paid/index.js';
import { type ChatProvider, SingleSender } from '../providers/index.js';
import { answerKind, unparsedOf } from './answers.js';
import { cleanReply } from './cleanReply.js';
import type { ChatCounts } from './counts.js';
import { isNameOf, ModelIdentity } from './identity.js';
import type { GivenChatOptions } from './options.js';
import { type ChatSource, chatParameters, MAX_TOKENS, providerOf, statedParameters } from './parameters.js';
import { replyReader } from './parse.js';
import { RoundProgress } from './progress.js';
import { longIdentity, promptIdentity } from './promptText.js';
import { onceMore, Questions, tokensByLength } from './questions.js';
import { wholeRounds } from './rounds.js';
import { ChatScorer } from './scorer.js';

/** What a chat model tells of itself. Closed, it lets go of its journal, which another process may then use. */
export interface ChatFacts extends Closable, ClaimKeeper {
  /** What became of its questions so far. */
  readonly counts: ChatCounts;
  /** What its server can't do, as far as it has said so. */
  readonly notes: readonly string[];
  /** What was asked and paid, in all runs over its journal. @throws JournalError */
  account(): Promise<Account>;
  /**
   * Money paid for the answers to rows, in this run or an earlier one over its journal: a number a row, 0 without an answer.
   *
   * @param ask which time they were asked about, from 0 on. @defaultValue 0
   */
  paidFor(rows: readonly unknown[], ask?: number): readonly number[];
  /** Whether questions go by the batch API, and what that charges of the live price. */
  readonly batchPrice: { readonly isUsed: boolean; readonly share: number };
}

/** A language model that answers with labels. */
export interface ChatModel<L> extends TrainedModel<L>, ChatFacts {}

/** A language model that answers with numbers. */
export interface ChatNumberModel extends TrainedRegression, ChatFacts {}

/** A model of options that were looked at. @param model as its provider calls it. @throws OptionError */
export function chatModelOf<L>(
  options: GivenChatOptions,
  source: ChatSource,
  model: string,
): ChatModel<L> | ChatNumberModel {
  const { name = model, prompt, version, timer = systemTimer, random = Math.random } = options;
  const { maxTokens = MAX_TOKENS, countTokens: tokensOf = tokensByLength } = options;
  const answers = answerKind(options.labels);
  const unparsed = unparsedOf(options.unparsed, answers);
  const parameters = chatParameters(options, model, answers);
  const stated = statedParameters(parameters, answers);
  const terms = stable({ model, ...stated });
  const provider = providerOf(source, name, parameters, options.secrets);
  const read = replyReader(answers);
  const cleaning = {
    ...{ answers, read },
    outOf: (text: string) => provider.outOf(text),
    isAsked: (other: string) => other === options.repliesAs || isNameOf(model, other),
  };
  const clean = (reply: ChatReply) => cleanReply(reply, cleaning);
  const { calls, concurrent } = limitedCalls(options);
  const sender = new SingleSender(cleaned(provider, clean), calls, {
    concurrent,
    tokensOf: ({ messages }) => tokensOf(messages) + maxTokens,
  });
  const whole = { ...stated, unparsed: plain(options.unparsed) };
  const known = `${promptIdentity(prompt, version)}\n${longIdentity(prompt)}`;
  const said = textDigest(known).slice(0, DIGITS);
  const identity = new ModelIdentity(
    name,
    model,
    `prompt ${said}, parameters ${textDigest(stable(whole)).slice(0, DIGITS)}`,
    options.repliesAs,
  );
  const { journal, prices, maxPrice, batch = false, countTokens } = options;
  const counted =
    countTokens && ((messages: readonly ChatMessage[]) => countTokens(messages) + tokensAround(messages));
  // Providers charge the form of an answer as part of the prompt.
  const formTokens = parameters.form === undefined ? 0 : Buffer.byteLength(JSON.stringify(parameters.form));
  const asker = askerOf({
    sender,
    identity: { model, prompt: said, parameters: stable(stated) },
    maxTokens,
    ...{ journal, prices, maxPrice },
    heard: ({ model }) => identity.hear(model),
    tokens: (messages) => mostTokens(messages, counted) + formTokens,
    ...(batch !== false &&
      wholeRounds(provider, clean, sender, batch === true ? {} : batch, { timer, random })),
  });
  const { contextTokens } = options;
  const questions = new Questions({ model: name, prompt, terms, contextTokens, maxTokens, tokensOf });
  const scorer = new ChatScorer({
    name,
    answers,
    read,
    asker,
    asksAhead: batch !== false,
    questions,
    identity,
    progress: new RoundProgress(timer, options.onProgress),
    unparsed,
    labelsInPrompt: options.labelsInPrompt ?? true,
    logprobs: options.logprobs ?? false,
  });
  const { price, tolerance, fittedOn } = options;
  const common = {
    name,
    readsRows: true,
    keepsAnswers: true,
    options: whole,
    counts: scorer.counts,
    notes: provider.notes,
    // Known fully once there are replies.
    get fingerprint() {
      return identity.fingerprint;
    },
    get unscored() {
      return scorer.unscored;
    },
    recognise: (fingerprint: string) => identity.recognise(fingerprint),
    account: () => asker.account(),
    claimOf: (table: string, claim: string, seed: string | undefined) => asker.claimOf(table, claim, seed),
    keepClaim: (claim: KeptClaim) => asker.keepClaim(claim),
    paidFor: (rows: readonly unknown[], ask = 0) =>
      rows.map((row, at) => {
        const first = questions.question(questions.messages(row, at), ask);
        return asker.paidFor(first) + asker.paidFor(onceMore(first));
      }),
    ...(asker.money && { money: asker.money }),
    waits: true,
    batchPrice: { isUsed: batch !== false, share: batchShareOf(priceTable(prices), batch !== false) },
    ...closable(() => asker.close()),
    readAhead: (rows: readonly unknown[], context: ScoreContext = {}) => scorer.readAhead(rows, context),
    score: async (blocks: readonly Block[], out: Float64Array, context: ScoreContext = {}) => {
      await scorer.score(rowsOf(name, blocks), out, context);
    },
    get price() {
      return (
        price ??
        asker.known()?.mean ??
        asker.mostOf([{ role: 'user', content: promptIdentity(prompt, version) }])
      );
    },
    ...(tolerance !== undefined && { tolerance }),
    ...(fittedOn !== undefined && { fittedOn }),
  };
  // Not spread: what is known by replies has to be looked up when it is wanted.
  if (answers.kind === 'range') return Object.assign(common, { task: 'regression' as const, classes: 1 });
  const labels = answers.labels as readonly L[]; // They are the ones that the caller gave, or that his schema makes.
  return Object.assign(common, { labels, classes: labels.length });
}

/** A provider whose replies hold no keys: whatever hears them keeps them. */
function cleaned(
  provider: ChatProvider,
  clean: (reply: ChatReply) => ChatReply,
): Pick<ChatProvider, 'name' | 'ask'> {
  return {
    name: provider.name,
    ask: async (question, signal) => {
      const { reply, news } = await provider.ask(question, signal);
      return { reply: clean(reply), news };
    },
  };
}

/** Hexadecimal digits of a digest in a fingerprint. */
const DIGITS = 16;

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** @throws ModelError for the numbers of features */
function rowsOf(model: string, [block]: readonly Block[]): readonly unknown[] {
  if (block !== undefined && isRowBlock(block)) return block.held;
  throw new ModelError(model, 'reads rows, and got the numbers of features');
}
