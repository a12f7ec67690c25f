import { type Cascade, define, logisticRegression, tfidf, tune } from 'spillway';
import { type ChatModel, chatModel, type LanguageModelLike } from 'spillway/llm';

/** A mail, by what is read of it. */
export interface ShortMail {
  readonly subject: string;
  readonly text: string;
}

export type Kind = 'ham' | 'spam';

export const features = define({
  subject: tfidf(({ subject }: ShortMail) => subject),
  words: tfidf(({ text }: ShortMail) => text),
});

/** The model of the AI SDK as a full model. Its labels are types; a schema such as `z.enum(['ham', 'spam'])` would do as well. */
export function judge(model: LanguageModelLike): ChatModel<Kind> {
  return chatModel(model, {
    labels: ['ham', 'spam'],
    prompt: ({ subject, text }: ShortMail) => [
      { role: 'system', content: 'Is the mail ham or spam? Answer with one word.' },
      { role: 'user', content: `${subject}\n\n${text}` },
    ],
    // What it won't judge is taken for ham: nobody loses a mail by it.
    unparsed: 'ham',
    limits: { concurrent: 16 },
  });
}

/** Tunes a cascade whose full model is the language model. */
export async function cascadeOf(
  full: ChatModel<Kind>,
  rows: readonly ShortMail[],
  epsilon: number,
): Promise<Cascade<ShortMail, Kind>> {
  return tune({
    features,
    rows,
    full,
    approximate: logisticRegression(),
    bound: { loss: 'disagreement', epsilon, delta: 0.05 },
    // A mail that stands twice is one.
    repeats: 'copies',
    seed: 1,
  });
}
