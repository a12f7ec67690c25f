import type { AnswerBook, AskRound } from './answerBook.js';

/** Rows that a step asks about in parts, each chosen by the answers of those before: one step to whoever watches. */
export class AskedInParts {
  private done = 0;

  /** @param expected how many different rows it will be, about */
  constructor(
    private readonly book: Pick<AnswerBook<never, never>, 'ask' | 'asked'>,
    private readonly round: AskRound,
    private readonly expected: number,
  ) {}

  async ask(rows: Iterable<number>): Promise<void> {
    const { book, round, done: before } = this;
    const began = book.asked;
    await book.ask(rows, {
      ...round,
      // It isn't over before it says so.
      onProgress: (done) => round.onProgress?.(before + done, Math.max(1, this.expected, before + done + 1)),
    });
    this.done += book.asked - began;
  }

  end(): void {
    this.round.onProgress?.(this.done, this.done);
  }
}
