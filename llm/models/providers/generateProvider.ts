import { show } from '../../../lib/check.js';
import { ServerError, SpillwayError } from '../../../lib/errors.js';
import { errorText } from '../../../lib/util/errorText.js';
import type { Secrets } from '../../../lib/util/secrets.js';
import { type ChatMessage, type ChatQuestion, type ChatReply, soundUsage } from '../asking/index.js';
import { ProviderFault } from '../limits/index.js';
import { thrownFault, thrownRefusal, withoutKeys } from './faults.js';
import type { ChatParameters, ChatProvider } from './provider.js';

/** What a function that answers gets beside the messages. */
export interface GenerateContext {
  /** Aborted when the answer isn't needed any more, or comes too late. */
  readonly signal: AbortSignal;
  /** Which time these messages are asked on purpose, from 0 on: one that draws at random by a seed draws anew. */
  readonly ask: number;
  /** 1 where the answer before couldn't be parsed; else 0. */
  readonly attempt: 0 | 1;
  readonly temperature: number | undefined;
  readonly maxTokens: number;
  readonly seed: number | undefined;
  /** The JSON schema of an answer, for what can be held to one. A label by itself will do as well. */
  readonly schema: unknown;
}

/** An answer: its text, null for a refusal, or a reply with what else is known. */
export type Generated = string | null | ChatReply;

/**
 * Answers messages, by whatever the user has. What it throws is a lost attempt; by `status`, `code` and `headers` of it, as
 * clients of servers have them, it is known whether another one is made, and when.
 */
export type Generate = (
  messages: readonly ChatMessage[],
  context: GenerateContext,
) => Generated | PromiseLike<Generated>;

/** A user's function. */
export class GenerateProvider implements ChatProvider {
  readonly notes: readonly string[] = [];

  constructor(
    readonly name: string,
    private readonly generate: Generate,
    private readonly parameters: ChatParameters,
    private readonly secrets: Secrets,
  ) {}

  outOf(text: string): string {
    return this.secrets.outOf(text);
  }

  async ask({ messages, ask, attempt }: ChatQuestion, signal: AbortSignal) {
    const { temperature, maxTokens, seed, form } = this.parameters;
    const context = { signal, ask, attempt, temperature, maxTokens, seed, schema: form?.schema };
    let given: Generated;
    try {
      given = await this.generate(messages, context);
    } catch (error) {
      throw this.faultOf(error);
    }
    const reply = typeof given === 'string' || given === null ? { text: given } : given;
    if (typeof reply?.text === 'string' || reply?.text === null) {
      return { reply: { ...reply, usage: soundUsage(reply.usage) }, news: {} };
    }
    const error = new ServerError(
      this.name,
      'malformed',
      `'generate' gave ${withoutKeys(show(given), this.secrets)}; expected text, null or a reply`,
    );
    throw new ProviderFault(error, { paid: 'maybe', next: 'never' });
  }

  private faultOf(error: unknown): unknown {
    // Of a budget that is spent, for example.
    if (error instanceof SpillwayError) return error;
    const { name, secrets } = this;
    if (thrownRefusal(error, secrets) !== undefined) return thrownFault(name, error, secrets);
    const message = withoutKeys(errorText(error), secrets);
    const told = new ServerError(name, 'unreachable', `'generate' failed: ${message}`);
    return new ProviderFault(told, { paid: 'maybe', next: 'again' });
  }
}
