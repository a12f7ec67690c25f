import type { ChatQuestion, Outcome } from '../asking/index.js';

/** The outcomes that a call wants: a question that it has several times is one, and all of them have its outcome. */
export class WantedOutcomes {
  readonly outcomes: Outcome[] = [];
  private readonly places = new Map<string, number[]>();
  private done = 0;

  /** @param onProgress called with the number of questions that have an outcome, of all */
  constructor(
    private readonly questions: readonly ChatQuestion[],
    idOf: (question: ChatQuestion) => string,
    private readonly onProgress: ((done: number, of: number) => void) | undefined,
  ) {
    questions.forEach((question, place) => {
      const id = idOf(question);
      const known = this.places.get(id);
      if (known === undefined) this.places.set(id, [place]);
      else known.push(place);
    });
  }

  /** How many different questions have no outcome yet. */
  get left(): number {
    return this.places.size;
  }

  /** Different questions without an outcome, by their ids. */
  open(): (readonly [id: string, question: ChatQuestion])[] {
    return Array.from(this.places, ([id, [place]]) => [id, this.questions[place]]);
  }

  has(id: string, outcome: Outcome): void {
    const places = this.places.get(id);
    if (places === undefined) return;
    this.places.delete(id);
    for (const place of places) this.outcomes[place] = outcome;
    this.done += places.length;
    this.onProgress?.(this.done, this.questions.length);
  }
}
