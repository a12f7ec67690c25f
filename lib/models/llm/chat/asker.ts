import type {
  AskContext,
  Asker,
  ChatQuestion,
  ChatSender,
  Outcome,
  RequestListener,
} from '../asking/index.js';

const NOBODY: RequestListener = { sending() {}, replied() {}, lost() {} };

/**
 * Who is asked by a model: here the sender is put together with all that keeps, limits and pays for answers.
 *
 * @param sender asks the provider
 */
export function askerOf(sender: ChatSender): Asker {
  return new PlainAsker(sender);
}

/** Asks each different question of a call once, and keeps nothing. */
class PlainAsker implements Asker {
  constructor(private readonly sender: ChatSender) {}

  async ask(questions: readonly ChatQuestion[], context: AskContext): Promise<Outcome[]> {
    const places = new Map<string, number>();
    const different: ChatQuestion[] = [];
    const of = questions.map((question) => {
      const name = `${question.key} ${question.ask} ${question.attempt}`;
      const known = places.get(name);
      if (known !== undefined) return known;
      places.set(name, different.length);
      return different.push(question) - 1;
    });
    const outcomes = await this.sender.send(different, NOBODY, context);
    return of.map((place) => outcomes[place]);
  }
}
