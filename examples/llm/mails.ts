import { chatModel, type LanguageModelLike, type MappedRows, mapRows } from 'spillway/llm';

/** A mail to a shop. */
export interface ShopMail {
  readonly id: number;
  readonly text: string;
}

export const KINDS = ['praise', 'complaint', 'question'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Sorts mails by a model of the AI SDK, asked about a part of them: at most 5 % of the kinds differ from its own.
 *
 * @param model such as `openai('gpt-4o-mini-2024-07-18')` of `@ai-sdk/openai`
 * @param onForecast is told the price before more than a pilot is asked
 */
export function sortMails(
  model: LanguageModelLike,
  mails: readonly ShopMail[],
  onForecast: (money: { readonly low: number; readonly high: number }) => boolean,
): Promise<MappedRows<ShopMail, Kind>> {
  const full = chatModel(model, {
    labels: KINDS,
    prompt: ({ text }: ShopMail) => [
      {
        role: 'system',
        content: 'You sort mails of a shop: praise, complaint or question. Answer with one word.',
      },
      { role: 'user', content: text },
    ],
    prices: { input: 0.15, output: 0.6, batch: 0.5, currency: 'USD' },
    journal: 'mails.journal',
  });
  return mapRows({
    rows: mails,
    full,
    text: ({ text }) => text,
    reads: ({ text }) => text,
    bound: { epsilon: 0.05 },
    onForecast: ({ certified, against }) => against === null && onForecast(certified.money),
  }).finally(() => full.close());
}
