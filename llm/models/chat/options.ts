import {
  checkFlag,
  checkFunction,
  checkKeys,
  checkPrice,
  checkTolerance,
  checkWhole,
  show,
} from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { FittedOn } from '../../../lib/learn/learners/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import type { ChatMessage } from '../asking/index.js';
import { checkSending, SENDING_OPTIONS, type SendingOptions } from '../limits/index.js';
import { checkPaying, PAYING_OPTIONS, type PayingOptions } from '../paid/index.js';
import type { EndpointOptions, Generate } from '../providers/index.js';
import { ENDPOINT_OPTIONS } from '../providers/index.js';
import type { NumberRange } from './answers.js';
import type { LabelSchema } from './labelSchema.js';
import type { ChatProgress } from './progress.js';
import type { Prompt } from './promptText.js';

/** Options of every `chatModel`. */
export interface ChatOptions<Row> extends PayingOptions, SendingOptions {
  /** What the model is asked about a row. */
  readonly prompt: Prompt<Row>;
  /** Its name in errors and summaries. @defaultValue the provider's name of the model */
  readonly name?: string;
  /**
   * Part of the model's fingerprint: change it when 'prompt' changes in ways that a row made of names of fields doesn't show. A
   * cascade made with another version is void. @defaultValue none
   */
  readonly version?: string;
  /** @defaultValue 0, or the model's own where it takes no other */
  readonly temperature?: number;
  /** The most tokens of an answer, reasoning included: one that is cut is none. @defaultValue 100 */
  readonly maxTokens?: number;
  readonly seed?: number;
  /**
   * Whether answers are asked for in a form that holds nothing but a label, or a number. @defaultValue true: a server that
   * refuses that is asked without, and `notes` says so
   */
  readonly structured?: boolean;
  /**
   * Whether log-probabilities of tokens are asked for, which make probabilities of all labels. Then the likeliest label is the
   * answer. @defaultValue false: an answer has all of its probability
   */
  readonly logprobs?: boolean;
  /** Tokens of prompt and answer that the model takes: longer prompts are refused unasked. @defaultValue the server refuses them */
  readonly contextTokens?: number;
  /**
   * Tokens of messages, for `contextTokens`, limits, and money that is reserved: a tokenizer's. @defaultValue a token for each 4
   * bytes, and for money one for each byte
   */
  readonly countTokens?: (messages: readonly ChatMessage[]) => number;
  /**
   * Further fields of a request, such as `reasoning_effort`; of the AI SDK its `providerOptions`. Those that other options are for,
   * and that ask for several answers, are refused. @defaultValue none
   */
  readonly extra?: Readonly<Record<string, JsonValue>>;
  /**
   * Money a row, for the objective 'price' and forecasts. @defaultValue with `prices` the mean of what answers cost so far, and
   * before the first what the prompt would cost by its length; else 0
   */
  readonly price?: number;
  /** See `Model.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /**
   * The name that replies have, where a gateway gives the model another one than `model`: a reply of any other is then an error.
   * @defaultValue where `model` has a date that name, and else whichever the first reply has
   */
  readonly repliesAs?: string;
  /** See `Model.fittedOn`. */
  readonly fittedOn?: FittedOn | undefined;
  /** Told after each outcome. */
  readonly onProgress?: (progress: ChatProgress) => void;
}

/** Further options of a model of labels. */
export interface ChatLabelOptions<L> {
  /**
   * What it may answer: a list, or a schema of one, such as zod's `z.enum([...])`. Two that differ by case alone are refused.
   */
  readonly labels: readonly L[] | LabelSchema<L>;
  /** The label of a row whose answer is none, when asked once more, too. @defaultValue it has no answer */
  readonly unparsed?: NoInfer<L>;
  /** Whether the prompt has to name each label. @defaultValue true; a model fine-tuned to them needs no names */
  readonly labelsInPrompt?: boolean;
}

/** Further options of a model of numbers. */
export interface ChatNumberOptions {
  /** The numbers that it may answer. */
  readonly labels: NumberRange;
  /** The number of a row whose answer is none. @defaultValue it has no answer */
  readonly unparsed?: number;
}

/** A model behind an endpoint that speaks OpenAI's protocol. */
export interface ChatEndpoint extends EndpointOptions {
  /** The provider's name of the model; a dated one stays the same model. */
  readonly model: string;
  readonly generate?: undefined;
}

/** A function that answers. */
export interface ChatFunction {
  readonly generate: Generate;
  /** What identifies the model behind the function. */
  readonly model: string;
}

export const CHAT_OPTIONS = [
  ...[
    'prompt',
    'labels',
    'unparsed',
    'labelsInPrompt',
    'name',
    'version',
    'temperature',
    'maxTokens',
    'seed',
  ],
  ...['structured', 'logprobs', 'contextTokens', 'countTokens', 'extra'],
  ...['price', 'tolerance', 'fittedOn', 'repliesAs', 'onProgress'],
  ...SENDING_OPTIONS,
  ...PAYING_OPTIONS,
] as const;

/** Any options, before it is known that they are right. */
export type GivenChatOptions = ChatOptions<never> &
  Partial<EndpointOptions> & {
    readonly labels: readonly unknown[] | LabelSchema<unknown> | NumberRange;
    readonly unparsed?: unknown;
    readonly labelsInPrompt?: boolean;
    readonly model?: string;
    readonly generate?: Generate | undefined;
  };

/** @param known further options of the way to the model. @throws OptionError */
export function checkChat(options: GivenChatOptions, known: readonly string[]): void {
  checkKeys(options, [...CHAT_OPTIONS, ...known]);
  checkFunction('prompt', options.prompt);
  for (const name of ['name', 'version', 'repliesAs'] as const) {
    const text: unknown = options[name];
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw new OptionError(name, `expected text, got ${show(text)}`);
    }
  }
  const { temperature, seed, extra } = options;
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 2)) {
    throw new OptionError('temperature', `expected a number from 0 to 2, got ${show(temperature)}`);
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new OptionError('seed', `expected a whole number, got ${show(seed)}`);
  }
  for (const name of ['maxTokens', 'contextTokens'] as const) {
    if (options[name] !== undefined) checkWhole(name, options[name], 1);
  }
  for (const name of ['structured', 'logprobs', 'labelsInPrompt'] as const) {
    if (options[name] !== undefined) checkFlag(name, options[name]);
  }
  for (const name of ['countTokens', 'onProgress'] as const) {
    if (options[name] !== undefined) checkFunction(name, options[name]);
  }
  if (extra !== undefined) checkKeys(extra, Object.keys(extra), 'extra.');
  checkPrice(options.price);
  checkPaying(options);
  checkSending(options);
  checkTolerance('tolerance', options.tolerance);
}

/** Of an endpoint or a function. */
export const CHAT_SOURCE_OPTIONS = [...ENDPOINT_OPTIONS, 'model', 'generate'];

/** Fields of a request that would change what is asked, and what it costs, unseen. */
const TAKEN: Readonly<Record<string, string>> = {
  model: "say it by 'model'",
  messages: "say them by 'prompt'",
  max_tokens: "say it by 'maxTokens'",
  max_completion_tokens: "say it by 'maxTokens'",
  n: 'a question has one answer, and each is charged',
  best_of: 'a question has one answer, and each is charged',
  stream: 'answers are read whole',
};

/** @throws OptionError for fields of a request that aren't the user's */
export function checkExtra(extra: GivenChatOptions['extra'] = {}): void {
  const taken = Object.keys(extra).find((name) => Object.hasOwn(TAKEN, name));
  if (taken !== undefined) throw new OptionError(`extra.${taken}`, `can't be given: ${TAKEN[taken]}`);
}
