import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadMail } from '../../../../datasets/index.js';
import { pretrained } from '../../../../entries/full.js';
import { chatModel } from '../../../../entries/llm.js';
import { Cascade, define, logisticRegression, ModelError, tfidf, tune } from '../../../../index.js';
import { random } from '../../../../lib/stats/index.js';
import { folderFor } from '../../../support/files.js';
import { SampledLabels } from '../../../support/llm/index.js';
import { type Note, prompt, scoresOf, serveNotes, textIn } from './world.js';

/** Real mails, shortened: those that a small language model is trained on, and those that it is asked about. */
const { rows: mails, labels: kinds } = await loadMail();
const order = Int32Array.from(mails, (_, i) => i);
random(1).shuffle(order);
const notes: Note[] = mails.map(({ subject, body }) => ({ text: `${subject} ${body.slice(0, 160)}` }));
const learnt = order.subarray(0, 400);
const rows = Array.from(order.subarray(500, 1_300), (i) => notes[i]);
const features = define({ words: tfidf(({ text }: Note) => text) });
const seed = 1;

function small(temperature: number, seed = 1): SampledLabels {
  const [texts, own] = [Array.from(learnt, (i) => notes[i].text), Array.from(learnt, (i) => kinds[i])];
  return new SampledLabels(texts, own, temperature, seed);
}

const certain = small(0).speaker(textIn);

async function fullModel(t: ExecutionContext, speak = certain, more: object = {}) {
  const { server, at } = await serveNotes(t, { speak });
  const make = () => chatModel({ ...at, labels: ['ham', 'spam'], prompt, temperature: 0, ...more });
  return { server, make };
}

test('a language model is the full model of a cascade, which is saved and loaded beside it', async (t) => {
  const { server, make } = await fullModel(t);
  const full = make();
  const bound = { loss: 'disagreement', epsilon: 0.1, delta: 0.05 } as const;
  const cascade = await tune({
    features,
    rows: rows.slice(0, 600),
    full,
    approximate: logisticRegression(),
    bound,
    seed,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.regex(full.fingerprint ?? '', /^small@small-2026-01-01, /);
  t.deepEqual(full.counts.unparsed, { refusal: 0, cut: 0, other: 0 });
  const path = join(await folderFor(t), 'mail.cascade');
  await cascade.save(path);
  // A process that comes later knows the dated name by the file.
  const later = make();
  const loaded = await Cascade.load(path, { features, full: later });
  t.is(loaded.certificate.verdict, 'certified');
  const asked = server.charged.length;
  const fresh = rows.slice(600);
  const { labels, exits } = await loaded.predict(fresh);
  // Only rows that fall through are asked about.
  const fell = exits.filter((exit) => exit === loaded.plan.stages.length).length;
  t.true(fell > 0 && fell < fresh.length, `${fell}`);
  t.true(server.charged.length - asked <= fell);
  const whole = await loaded.full.predict(fresh);
  const differ = labels.filter((label, i) => label !== whole.labels[i]).length;
  t.true(differ < 0.1 * fresh.length, `${differ}`);
  // Another prompt is another model.
  const other = chatModel({
    model: 'small',
    generate: () => 'ham',
    labels: ['ham', 'spam'],
    prompt: ({ text }: Note) => `spam, or ham? ${text}`,
  });
  t.is((await Cascade.load(path, { features, full: other })).certificate.verdict, 'void');
});

test('a cheaper language model is a stage between, which leaves where its log-probabilities are sure', async (t) => {
  const full = (await fullModel(t)).make();
  const unsure = small(2);
  // Its likeliest label is the full model's answer.
  const speak = ([{ content }]: readonly { readonly content: string }[]) => {
    const probabilities = unsure.probabilities(textIn(content));
    return { text: probabilities.spam > 0.5 ? 'spam' : 'ham', probabilities };
  };
  const { make } = await fullModel(t, speak, { name: 'cheap', logprobs: true, price: 0.001 });
  const cascade = await tune({
    // Beside features that tell little.
    features: define({ start: tfidf(({ text }: Note) => text.slice(0, 8)) }),
    rows: rows.slice(0, 500),
    full: { ...full, price: 1 },
    approximate: [logisticRegression(), pretrained(make())],
    objective: 'price',
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    seed,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.is(cascade.plan.stages.at(-1)?.learner, 'cheap');
});

test('answers that are none end tuning with the row, and say so; with a label for them it goes on', async (t) => {
  const strange = rows[300].text;
  const speak: typeof certain = (messages, n) =>
    messages[0].content.endsWith(strange) ? 'I would rather not' : certain(messages, n);
  const bound = { loss: 'disagreement', epsilon: 0.15, delta: 0.05 } as const;
  const options = { features, rows: rows.slice(0, 600), bound, seed };
  const error = await t.throwsAsync(tune({ ...options, full: (await fullModel(t, speak)).make() }), {
    instanceOf: ModelError,
  });
  t.regex(error.message, /NaN for row 300; .*\(unparsed: 1 answers, asked for twice, are none/);
  const full = (await fullModel(t, speak, { unparsed: 'ham' })).make();
  const cascade = await tune({ ...options, full });
  t.is(cascade.certificate.verdict, 'certified');
  t.true(full.counts.unparsed.other >= 1);
});

test('a small model that samples flips about as often as its probabilities say', async (t) => {
  const model = small(2);
  const { make } = await fullModel(t, model.speaker(textIn));
  const full = make();
  const some = rows.slice(0, 300);
  const first = await scoresOf(full, some);
  const second = await scoresOf(full, some, { ask: 1 });
  const flips = some.filter((_, i) => first[2 * i] !== second[2 * i]).length;
  const chances = some.map(({ text }) => 2 * model.probabilities(text).ham * model.probabilities(text).spam);
  const expected = chances.reduce((sum, chance) => sum + chance, 0);
  const spread = Math.sqrt(chances.reduce((sum, chance) => sum + chance * (1 - chance), 0));
  t.true(expected > 5 && Math.abs(flips - expected) < 4 * spread, `${flips} of ${expected}`);
  // By its log-probabilities the same.
  const soft = chatModel({
    ...(await serveNotes(t, { speak: model.speaker(textIn) })).at,
    labels: ['ham', 'spam'],
    prompt,
    logprobs: true,
  });
  const scores = await scoresOf(soft, some);
  const far = some.filter(({ text }, i) => Math.abs(scores[2 * i] - model.probabilities(text).ham) > 1e-6);
  t.is(far.length, 0);
});
