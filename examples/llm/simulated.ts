import type { LanguageModelLike } from 'spillway/llm';
import { KINDS, type ShopMail } from './mails.js';

/** Mails that are made up: four of five have a word that tells, the others only the model understands. */
export function madeUpMails(count: number): ShopMail[] {
  const tells = [
    ['lovely', 'perfect', 'thanks'],
    ['broken', 'refund', 'late'],
    ['whether', 'when', 'how'],
  ];
  return Array.from({ length: count }, (_, id) => {
    const kind = (id * 7) % 3;
    const word = id % 5 === 0 ? `order${3 * id + kind}` : tells[kind][id % 3];
    return { id, text: `the ${word} parcel no ${id} of shop ${id % 17}` };
  });
}

/**
 * A model as the AI SDK has them (`LanguageModelV4`), without its packages: the example runs where there is no key and no
 * network. It answers as the one for these mails would, and counts what it was asked.
 */
export function simulatedModel(): LanguageModelLike & { readonly asked: () => number } {
  let asked = 0;
  return {
    specificationVersion: 'v4',
    provider: 'simulated',
    modelId: 'simulated-2026-01-01',
    asked: () => asked,
    async doGenerate({ prompt }) {
      asked++;
      const text = JSON.stringify(prompt);
      const number = Number(/no (\d+)/.exec(text)?.[1] ?? 0);
      return {
        content: [{ type: 'text', text: KINDS[(number * 7) % 3] }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: {
          inputTokens: {
            total: Math.ceil(text.length / 4),
            noCache: undefined,
            cacheRead: 0,
            cacheWrite: undefined,
          },
          outputTokens: { total: 1, text: 1, reasoning: 0 },
        },
        warnings: [],
      };
    },
  };
}
