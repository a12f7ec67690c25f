import { ServerError } from '../../../lib/errors.js';
import type { JsonValue } from '../../../lib/util/state.js';
import type { ChatMessage, ChatQuestion } from '../asking/index.js';
import { type LimitNews, ProviderFault } from '../limits/index.js';
import { completionBody, type Optional, readCompletion } from './completions.js';
import type { Endpoint } from './endpoint.js';
import type { RefusalText } from './faults.js';
import type { ChatParameters, ChatProvider } from './provider.js';

/** What a refusal says of each field, and what is done without it. */
const FIELDS: readonly (readonly [Optional, RegExp, string])[] = [
  [
    'response_format',
    /response_format|json_schema|structured output|guided/i,
    'it has no structured answers (response_format): texts are parsed',
  ],
  ['logprobs', /logprob/i, 'it has no log-probabilities: an answer has all of its probability'],
  ['max_tokens', /max_tokens/i, "it calls the limit of an answer 'max_completion_tokens'"],
  ['seed', /\bseed\b/i, "it takes no 'seed'"],
  ['temperature', /\btemperature\b/i, 'it takes no temperature of 0: its own is used'],
];

/** Octets of a reply: an answer is a label. With log-probabilities a token has some thousand. */
const MOST_OCTETS = 16_000_000;

/** A model behind an endpoint of OpenAI's protocol. */
export class EndpointProvider implements ChatProvider {
  readonly notes: string[] = [];
  private readonly left = new Set<Optional>();

  constructor(
    readonly name: string,
    readonly endpoint: Endpoint,
    private readonly parameters: ChatParameters,
  ) {}

  /** The body of a request, without what the server has refused so far. */
  body(messages: readonly ChatMessage[]): JsonValue {
    return completionBody(messages, this.parameters, this.left);
  }

  outOf(text: string): string {
    return this.endpoint.outOf(text);
  }

  async ask({ messages }: ChatQuestion, signal: AbortSignal) {
    const sent = new Set(this.left);
    const request = {
      body: completionBody(messages, this.parameters, sent),
      most: MOST_OCTETS,
      onRefusal: (status: number, refusal: RefusalText, news: LimitNews) =>
        this.without(status, refusal, news, sent),
    };
    const { json, news } = await this.endpoint.sendForJson('/chat/completions', request, signal);
    const reply = readCompletion(json);
    if (reply === undefined) throw this.endpoint.malformed(JSON.stringify(json));
    return { reply, news };
  }

  /** Leaves out of later requests what a refusal is about, where a model can do without it. */
  without(
    status: number,
    { message, param }: RefusalText,
    news: LimitNews,
    sent: ReadonlySet<Optional> = this.left,
  ): ProviderFault | undefined {
    if (status !== 400 && status !== 422) return undefined;
    const { seed, form, logprobs, temperature } = this.parameters;
    const isSent: Readonly<Record<Optional, boolean>> = {
      response_format: form !== undefined,
      logprobs: logprobs > 0,
      max_tokens: true,
      seed: seed !== undefined,
      // One that was asked for isn't given up.
      temperature: temperature === undefined,
    };
    const found = FIELDS.find(
      ([field, words]) => isSent[field] && !sent.has(field) && (param === field || words.test(message)),
    );
    if (found === undefined) return undefined;
    const [field, , note] = found;
    if (!this.left.has(field)) this.notes.push(note);
    this.left.add(field);
    const error = new ServerError(this.name, 'refused', message, status);
    return new ProviderFault(error, { paid: 'no', next: 'changed', news });
  }
}
