/** A part of a prompt, as chat completions have it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** One question to a language model. */
export interface ChatQuestion {
  /** A digest of model, prompt, parameters and messages: questions of one key are the same question. */
  readonly key: string;
  readonly messages: readonly ChatMessage[];
  /**
   * Which time it is asked on purpose, from 0 on: answers of other times never stand for it. A model that flips is
   * asked twice, 0 and 1.
   */
  readonly ask: number;
  /** 1 where the answer before couldn't be parsed, and it is asked once more for that; else 0. */
  readonly attempt: 0 | 1;
}
