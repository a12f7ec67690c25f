import test from 'ava';
import { loadMail } from '../../../../datasets/index.js';
import { chatModel } from '../../../../entries/llm.js';
import { define, tfidf, tune, UnstableModel } from '../../../../index.js';
import { random } from '../../../../lib/stats/index.js';
import { SampledLabels } from '../../../support/llm/index.js';
import { type Note, prompt, serveNotes, textIn } from './world.js';

/** A small language model that samples, as the full model: it is certified in excess of its own flips. */

const { rows: mails, labels: kinds } = await loadMail();
const order = Int32Array.from(mails, (_, i) => i);
random(1).shuffle(order);
const notes: Note[] = mails.map(({ subject, body }) => ({ text: `${subject} ${body.slice(0, 160)}` }));
const learnt = order.subarray(0, 400);
const rows = Array.from(order.subarray(400, 1_300), (i) => notes[i]);
const features = define({ words: tfidf(({ text }: Note) => text) });
const model = new SampledLabels(
  Array.from(learnt, (i) => notes[i].text),
  Array.from(learnt, (i) => kinds[i]),
  2,
  1,
);

test('a model that samples is certified in excess, each row asked twice at most, and refused otherwise', async (t) => {
  const { server, at } = await serveNotes(t, { speak: model.speaker(textIn) });
  const make = () => chatModel({ ...at, labels: ['ham', 'spam'], prompt, temperature: 1 });
  const bound = { loss: 'excessDisagreement', epsilon: 0.08, delta: 0.05 } as const;
  const cascade = await tune({ features, rows, full: make(), bound, seed: 1 });
  t.is(cascade.certificate.verdict, 'certified');
  t.true(cascade.certificate.flips !== undefined);
  const times = new Map<string, number>();
  for (const asked of server.charged) times.set(asked, (times.get(asked) ?? 0) + 1);
  t.true([...times.values()].every((count) => count <= 2));
  const plain = { ...bound, loss: 'disagreement' } as const;
  await t.throwsAsync(tune({ features, rows, full: make(), bound: plain, seed: 1 }), {
    instanceOf: UnstableModel,
    message: /excessDisagreement/,
  });
});
