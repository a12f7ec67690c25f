/** What became of the questions so far. */
export interface ChatCounts {
  /** Rows that were asked about, those asked about a second time on purpose included. */
  readonly asked: number;
  /** Of these, those with an answer. */
  readonly parsed: number;
  /** Those asked once more since the answer was none. */
  readonly retried: number;
  /** Those without an answer after that, by why the last one was none. */
  readonly unparsed: { readonly refusal: number; readonly cut: number; readonly other: number };
  /** Those that the server didn't take, such as prompts that are too long. */
  readonly refused: number;
  /** Tokens of all replies, as far as servers tell them: what a journal had is counted, too. */
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
}

/** The same, as it is counted. */
export function newCounts() {
  return {
    asked: 0,
    parsed: 0,
    retried: 0,
    unparsed: { refusal: 0, cut: 0, other: 0 },
    refused: 0,
    tokens: { input: 0, cached: 0, output: 0 },
  };
}
