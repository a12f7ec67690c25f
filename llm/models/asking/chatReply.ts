/** Tokens that were charged. */
export interface TokenUsage {
  /** All of the prompt, those from the provider's cache included. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/**
 * Usage as far as it can be right: counts of tokens, some of them of the prompt, of which those from a cache are part. A proxy that
 * counts nothing says 0.
 *
 * @returns undefined for any other: what a reply cost is then what it may have at most. A sum with NaN would be within every limit.
 */
export function soundUsage(usage: TokenUsage | undefined): TokenUsage | undefined {
  const { input, cached, output } = usage ?? { input: -1, cached: -1, output: -1 };
  const isSound = [input, cached, output].every((tokens) => Number.isFinite(tokens) && tokens >= 0);
  return isSound && input > 0 && cached <= input ? usage : undefined;
}

/** A token that may follow, with its natural logarithm of probability. */
export interface TokenLogProbability {
  readonly token: string;
  readonly logprob: number;
}

/** What a provider answered. It is plain data: a journal keeps it. */
export interface ChatReply {
  /** Null where the model refused. */
  readonly text: string | null;
  /** Undefined where the server doesn't say. */
  readonly usage?: TokenUsage | undefined;
  /** Of each token of the answer: itself, then others that might have stood there; undefined where the server has none. */
  readonly logprobs?: readonly (readonly TokenLogProbability[])[] | undefined;
  /** The dated name of the model that answered. */
  readonly model?: string | undefined;
  /** The server's own name of this answer: two asks of one id were answered from a cache. */
  readonly id?: string | undefined;
  /** Why it ended, as the server says it: 'length' is an answer that was cut. */
  readonly finish?: string | undefined;
  /** Whether it was charged at the batch price. */
  readonly isBatch?: boolean | undefined;
}
