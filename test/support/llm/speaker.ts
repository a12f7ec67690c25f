import type { ChatMessage } from '../../../llm/models/index.js';

/** What the model behind a server says. */
export interface Said {
  /** Null where it refuses. */
  readonly text: string | null;
  /** Of each text that it might have said: the server then has log-probabilities. They sum to 1. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** @defaultValue 'stop' */
  readonly finish?: string;
  /** Whether the text is sent as it is although a format was asked for. @defaultValue false */
  readonly isRaw?: boolean;
}

/**
 * The model behind a server: recorded answers, or one that is simulated or sampled.
 *
 * @param n how often the same messages were answered before: 0 the first time
 */
export type Speaker = (messages: readonly ChatMessage[], n: number) => string | Said;

export function saidBy(speak: Speaker, messages: readonly ChatMessage[], n: number): Said {
  const said = speak(messages, n);
  return typeof said === 'string' ? { text: said } : said;
}
