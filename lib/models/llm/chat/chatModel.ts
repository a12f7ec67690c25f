import { checkFunction, show } from '../../../check.js';
import { type Block, isRowBlock } from '../../../data/blocks/index.js';
import { ModelError, OptionError } from '../../../errors.js';
import { stable } from '../../../features/define/index.js';
import type { ScoreContext } from '../../../learn/learners/index.js';
import { type Closable, closable } from '../../../util/closable.js';
import { textDigest } from '../../../util/textDigest.js';
import { systemTimer } from '../../../util/timer.js';
import type { TrainedModel, TrainedRegression } from '../../full/index.js';
import type { ChatMessage } from '../asking/index.js';
import { limitedCalls } from '../limits/index.js';
import { mostTokens, tokensAround } from '../money/index.js';
import { type Account, askerOf } from '../paid/index.js';
import {
  ENDPOINT_OPTIONS,
  isLanguageModel,
  type LanguageModelLike,
  SingleSender,
} from '../providers/index.js';
import { type AnswerKind, answerKind } from './answers.js';
import type { ChatCounts } from './counts.js';
import { ModelIdentity } from './identity.js';
import {
  CHAT_SOURCE_OPTIONS,
  type ChatEndpoint,
  type ChatFunction,
  type ChatLabelOptions,
  type ChatNumberOptions,
  type ChatOptions,
  checkChat,
  checkExtra,
  type GivenChatOptions,
} from './options.js';
import { type ChatSource, chatParameters, MAX_TOKENS, providerOf, statedParameters } from './parameters.js';
import { RoundProgress } from './progress.js';
import { promptIdentity } from './promptText.js';
import { onceMore, Questions, tokensByLength } from './questions.js';
import { wholeRounds } from './rounds.js';
import { ChatScorer } from './scorer.js';

/** What a chat model tells of itself. Closed, it lets go of its journal, which another process may then use. */
export interface ChatFacts extends Closable {
  /** What became of its questions so far. */
  readonly counts: ChatCounts;
  /** What its server can't do, as far as it has said so. */
  readonly notes: readonly string[];
  /** What was asked and paid, in all runs over its journal. @throws JournalError */
  account(): Promise<Account>;
  /** Money paid for the answers to rows, in this run or an earlier one over its journal: a number a row, 0 without an answer. */
  paidFor(rows: readonly unknown[]): readonly number[];
}

/** A language model that answers with labels. */
export interface ChatModel<L> extends TrainedModel<L>, ChatFacts {}

/** A language model that answers with numbers. */
export interface ChatNumberModel extends TrainedRegression, ChatFacts {}

/**
 * A language model as a full model: it is asked about each row by messages, and answers with one of the labels, or with a
 * number of a range. It is behind an endpoint of OpenAI's protocol (`baseURL`, `model`, `apiKey`: vLLM, Ollama, llama.cpp's
 * server and LiteLLM have one, too), a model of the AI SDK, or a function of yours (`generate`). `pretrained` of it is a learner
 * for a stage between cheap features and the full model.
 *
 * Labels are a list, or a schema such as `z.enum([...])`. Where the server can, it is held to them; an answer is otherwise read
 * strictly: the label itself, blanks and case aside, or the one label in a JSON object. What can't be read, a refusal and an
 * answer that was cut are asked for once more. Then the row has the label `unparsed`, or no answer: the policy for faults
 * answers it in service, and `tune` ends with an error that names it. `counts` has them all.
 *
 * Its fingerprint is the dated name that replies have, what the prompt says of a row made of names of fields, and all parameters:
 * a cascade made with another one is void. A reply of another dated name is an error.
 *
 * Questions go at once as the provider bears it and by the limits in its headers; what was lost is asked again. Keys are never in
 * an error, a file or a text of the model.
 *
 * Equal questions are asked once. With a `journal` that holds for all runs: what was paid for is never paid for again. With
 * `prices` money is counted, `maxPrice` stops before it is exceeded, and `batch` sends whole rounds by a batch API.
 *
 * @returns a model; it rejects with a ServerError, which names the row, where there is no answer; with a ModelError for a prompt
 *   that fails or is longer than `contextTokens`, for replies of another model, and for ones from a cache where a row is asked
 *   about a second time on purpose
 * @throws OptionError, also for two labels that differ by case alone, a schema that lists no values, and, when the first rows are
 *   asked about, for labels that the prompt doesn't name
 *
 * @example
 * const full = chatModel({
 *   baseURL: 'https://api.openai.com/v1', model: 'gpt-4o-mini-2024-07-18', apiKey: process.env.OPENAI_API_KEY,
 *   labels: ['complaint', 'praise', 'question'],
 *   prompt: (mail: Mail) => `Is this mail a complaint, praise or a question? Answer with one word.\n\n${mail.text}`,
 * });
 */
export function chatModel<Row, const L>(
  options: ChatOptions<Row> & ChatLabelOptions<L> & (ChatEndpoint | ChatFunction),
): ChatModel<L>;
export function chatModel<Row>(
  options: ChatOptions<Row> & ChatNumberOptions & (ChatEndpoint | ChatFunction),
): ChatNumberModel;
export function chatModel<Row, const L>(
  model: LanguageModelLike,
  options: ChatOptions<Row> & ChatLabelOptions<L>,
): ChatModel<L>;
export function chatModel<Row>(
  model: LanguageModelLike,
  options: ChatOptions<Row> & ChatNumberOptions,
): ChatNumberModel;
export function chatModel<L>(
  first: LanguageModelLike | GivenChatOptions,
  second?: GivenChatOptions,
): ChatModel<L> | ChatNumberModel {
  if (isLanguageModel(first)) {
    if (second === undefined) throw new OptionError('options', 'missing; expected { labels, prompt }');
    checkChat(second, []);
    return modelOf(second, { kind: 'sdk', model: first }, first.modelId);
  }
  if (typeof first !== 'object' || first === null) {
    const hint =
      typeof first === 'string'
        ? `; a name alone says no provider: { baseURL, model: ${show(first)}, … }`
        : '';
    throw new OptionError('options', `expected options, or a model of the AI SDK, got ${show(first)}${hint}`);
  }
  checkChat(first, CHAT_SOURCE_OPTIONS);
  const { model } = first;
  if (typeof model !== 'string' || model === '') {
    throw new OptionError('model', `expected the provider's name of the model, got ${show(model)}`);
  }
  return modelOf(first, sourceOf(first), model);
}

/** Where a model is, by the options that were given. */
function sourceOf(options: GivenChatOptions): ChatSource {
  const { generate } = options;
  if (generate === undefined) {
    checkExtra(options.extra);
    return { kind: 'endpoint', endpoint: options };
  }
  checkFunction('generate', generate);
  const strange = ENDPOINT_OPTIONS.find((name) => name in options);
  if (strange !== undefined)
    throw new OptionError(strange, "is for an endpoint: 'generate' answers in its place");
  return { kind: 'function', generate };
}

/** @param model as its provider calls it */
function modelOf<L>(
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
  const provider = providerOf(source, name, parameters);
  const { calls, concurrent } = limitedCalls(options);
  const sender = new SingleSender(provider, calls, {
    concurrent,
    tokensOf: ({ messages }) => tokensOf(messages) + maxTokens,
  });
  const whole = { ...stated, unparsed: plain(options.unparsed) };
  const said = textDigest(promptIdentity(prompt, version)).slice(0, DIGITS);
  const identity = new ModelIdentity(
    name,
    model,
    `prompt ${said}, parameters ${textDigest(stable(whole)).slice(0, DIGITS)}`,
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
    tokens: (messages) => mostTokens(messages, counted) + formTokens,
    ...(batch !== false && wholeRounds(provider, sender, batch === true ? {} : batch, { timer, random })),
  });
  const { contextTokens } = options;
  const questions = new Questions({ model: name, prompt, terms, contextTokens, maxTokens, tokensOf });
  const scorer = new ChatScorer({
    name,
    answers,
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
    paidFor: (rows: readonly unknown[]) =>
      rows.map((row, at) => {
        const first = questions.question(questions.messages(row, at), 0);
        return asker.paidFor(first) + asker.paidFor(onceMore(first));
      }),
    ...(asker.money && { money: asker.money }),
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

/** Hexadecimal digits of a digest in a fingerprint. */
const DIGITS = 16;

/** The class, or number, of rows without an answer. @throws OptionError */
function unparsedOf(unparsed: unknown, answers: AnswerKind): number | undefined {
  if (unparsed === undefined) return undefined;
  if (answers.kind === 'range') {
    if (typeof unparsed === 'number' && Number.isFinite(unparsed)) return unparsed;
    throw new OptionError('unparsed', `expected a number, got ${show(unparsed)}`);
  }
  const at = answers.labels.indexOf(unparsed);
  if (at >= 0) return at;
  throw new OptionError(
    'unparsed',
    `expected one of ${answers.labels.map(show).join(', ')}, got ${show(unparsed)}: add a label for such rows, such as 'other'`,
  );
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** @throws ModelError for the numbers of features */
function rowsOf(model: string, [block]: readonly Block[]): readonly unknown[] {
  if (block !== undefined && isRowBlock(block)) return block.held;
  throw new ModelError(model, 'reads rows, and got the numbers of features');
}
