import { checkFunction, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import { ENDPOINT_OPTIONS, isLanguageModel, type LanguageModelLike } from '../providers/index.js';
import { type ChatModel, type ChatNumberModel, chatModelOf } from './model.js';
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
import type { ChatSource } from './parameters.js';

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
 * Its fingerprint is the dated name that replies have, what the prompt says of rows made of names of fields, and all parameters:
 * a cascade made with another one is void. What the prompt makes of numbers and lists isn't in it: change `version` with that. A
 * reply of another dated name is an error.
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
    return chatModelOf(second, { kind: 'sdk', model: first }, first.modelId);
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
  return chatModelOf(first, sourceOf(first), model);
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
