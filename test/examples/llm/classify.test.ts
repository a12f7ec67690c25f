import test from 'ava';
import { isLanguageModel } from '../../../entries/llm.js';
import { cascadeOf, judge, type ShortMail } from '../../../examples/llm/classify.js';
import { languageModel } from '../../../examples/llm/languageModel.js';

const rows: ShortMail[] = Array.from({ length: 400 }, (_, i) => ({
  subject: i % 2 === 0 ? `lunch ${i}` : `win ${i}`,
  text: i % 2 === 0 ? 'see you at noon' : 'a prize is waiting',
}));

test('a model of the AI SDK, made by hand, is the full model of a cascade', async (t) => {
  let asked = 0;
  const model = languageModel('own-2026-01-01', async (text) => {
    asked++;
    return text.startsWith('lunch') ? 'ham' : text.includes('win 7\n') ? 'I cannot say' : 'spam';
  });
  t.true(isLanguageModel(model));
  const full = judge(model);
  const cascade = await cascadeOf(full, rows, 0.05);
  t.is(cascade.certificate.verdict, 'certified');
  t.true(asked >= rows.length);
  t.is(full.counts.unparsed.other >= 1, true);
  t.regex(full.fingerprint ?? '', /^own-2026-01-01, prompt /);
  const { labels } = await cascade.full.predict([rows[0], rows[1], rows[7]]);
  t.deepEqual([...labels], ['ham', 'spam', 'ham']);
});
