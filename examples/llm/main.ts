import { loadMail } from 'spillway/datasets';
import { isLanguageModel, type LanguageModelLike } from 'spillway/llm';
import { cascadeOf, judge, type ShortMail } from './classify.js';
import { languageModel } from './languageModel.js';

/**
 * Mails judged by a language model of the AI SDK, behind a cascade.
 *
 *     node --import=tsx examples/llm/main.ts
 *     node --import=tsx examples/llm/main.ts @ai-sdk/openai openai gpt-4o-mini-2024-07-18
 *
 * The second asks a provider, whose key is in the environment, and costs money.
 */
const [pack, provider = '', id = ''] = process.argv.slice(2);
const { rows: mails, labels } = await loadMail();
const rows: ShortMail[] = [];
// Mails are sorted by kind: every seventh.
for (let at = 0; rows.length < 2_000; at = (at + 7) % mails.length) {
  rows.push({ subject: mails[at].subject, text: mails[at].body.slice(0, 300) });
}

const full = judge(pack === undefined ? byHand() : await provided(pack, provider, id));
const cascade = await cascadeOf(full, rows, 0.05);
process.stdout.write(`${cascade.summary()}\n`);
const { asked, retried, unparsed, tokens } = full.counts;
process.stdout.write(
  `The language model, ${full.fingerprint}: asked ${asked} times, ${retried} of them once more; ` +
    `${unparsed.refusal} refusals, ${unparsed.cut} cut, ${unparsed.other} other texts; ` +
    `${tokens.input} tokens read, ${tokens.output} written.\n`,
);

/** A model of a provider's package: `(await import('@ai-sdk/openai')).openai('gpt-4o-mini-2024-07-18')`. */
async function provided(pack: string, provider: string, id: string): Promise<LanguageModelLike> {
  const library: Readonly<Record<string, unknown>> = await import(pack);
  const make = library[provider];
  const model: unknown = typeof make === 'function' ? make(id) : undefined;
  if (isLanguageModel(model)) return model;
  throw new Error(`${pack} has no ${provider}('${id}') that is a language model`);
}

/** Without a provider: one that knows the corpus by heart, and reads one mail in a hundred wrong. */
function byHand(): LanguageModelLike {
  const known = new Map(mails.map(({ body }, i) => [body.slice(0, 300), labels[i]]));
  return languageModel('by-heart-2026-01-01', (text) => {
    const kind = known.get(text.slice(text.indexOf('\n\n') + 2)) ?? 'ham';
    const isWrong = text.length % 100 === 0;
    return isWrong ? (kind === 'ham' ? 'spam' : 'ham') : kind;
  });
}
