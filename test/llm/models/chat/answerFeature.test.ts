import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadMail } from '../../../../datasets/index.js';
import { fromRows, pretrained } from '../../../../entries/full.js';
import { answerFeature, type ChatModel, chatModel } from '../../../../entries/llm.js';
import {
  ArtifactError,
  BudgetStop,
  Cascade,
  define,
  FeatureError,
  logisticRegression,
  OptionError,
  tfidf,
  tune,
} from '../../../../index.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { random } from '../../../../lib/stats/index.js';
import { folderFor } from '../../../support/files.js';
import { LABELS, type Note, notes, prompt, serveNotes, textIn } from './world.js';

/** Real mails, shortened. The full model knows them; the cheap one takes one in eight for the other kind. */
const { rows: mails, labels: kinds } = await loadMail();
const order = Int32Array.from(mails, (_, i) => i);
random(3).shuffle(order);
const kindOf = new Map(mails.map(({ subject, body }, i) => [`${subject} ${body.slice(0, 160)}`, kinds[i]]));
const texts = [...new Set(Array.from(order, (i) => `${mails[i].subject} ${mails[i].body.slice(0, 160)}`))];
const rows = notes(...texts.slice(0, 1_600));
const fresh = notes(...texts.slice(1_600, 2_200));

const isSpam = (text: string) => kindOf.get(text) === 'spam';
const errs = (text: string) => text.length % 8 === 0;
const speak = ([{ content }]: readonly { readonly content: string }[]) => {
  const text = textIn(content);
  return isSpam(text) === errs(text) ? 'ham' : 'spam';
};

const full = fromRows({
  name: 'full',
  labels: LABELS,
  price: 15,
  score: (rows: readonly Note[]) => rows.map(({ text }) => (isSpam(text) ? [0, 1] : [1, 0])),
});

/** Of a mail's beginning alone, so that words don't tell nearly all. */
const words = tfidf(({ text }: Note) => text.slice(0, 60));
const common = {
  rows,
  full,
  bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
  objective: 'price',
  fidelities: false,
  seed: 1,
} as const;
const withAnswers = (cheap: ChatModel<unknown>) => define({ words, cheap: answerFeature<Note>(cheap) });

async function cheapModels(t: ExecutionContext) {
  const { server, at } = await serveNotes(t, { speak });
  const journal = join(await folderFor(t), 'cheap.journal');
  const make = (more: object = {}) =>
    chatModel({ ...at, labels: LABELS, prompt, name: 'cheap', price: 1, journal, ...more });
  return { server, make };
}

async function valuesOf(
  cheap: ChatModel<unknown>,
  rows: readonly Note[],
  missing?: () => void,
): Promise<number[]> {
  const fitted = await answerFeature<Note>(cheap).fit(RowView.of([]));
  const block = await fitted.compute(RowView.of(rows), { missing });
  return block.kind === 'dense' ? [...block.values] : [];
}

test.serial(
  'a cheaper model that gives labels alone pays as a feature, and is asked once a row',
  async (t) => {
    const { server, make } = await cheapModels(t);
    const cheap = make();
    const cascade = await tune({
      ...common,
      features: withAnswers(cheap),
      approximate: logisticRegression(),
    });
    t.is(cascade.certificate.verdict, 'certified');
    t.deepEqual(cascade.plan.stages.at(-1)?.features, ['words', 'cheap']);
    // Of each row once, checks of the feature and the certificate included.
    const inTuning = server.charged.length;
    t.true(inTuning <= rows.length, `${inTuning}`);
    t.is(new Set(server.charged).size, inTuning);
    await cheap.close();
    // A run that comes later asks nothing.
    const later = make();
    const features = withAnswers(later);
    const again = await tune({ ...common, features, approximate: logisticRegression() });
    t.is(server.charged.length, inTuning);
    t.deepEqual(again.plan.stages, cascade.plan.stages);
    // In service it is asked about rows that reach it.
    const path = join(await folderFor(t), 'mail.cascade');
    await again.save(path);
    const loaded = await Cascade.load(path, { features, full });
    t.is(loaded.certificate.verdict, 'certified');
    const { labels, exits } = await loaded.predict(fresh);
    const place = loaded.plan.stages.findIndex(({ features }) => features.includes('cheap'));
    const reached = exits.filter((exit) => exit >= place).length;
    t.is(server.charged.length - inTuning, reached);
    const wrong = fresh.filter(({ text }, i) => (labels[i] === 'spam') !== isSpam(text)).length;
    t.true(wrong < 0.08 * fresh.length, `${wrong}`);
    // One row at a time it answers alike.
    const alone = await Promise.all(fresh.slice(0, 20).map((row) => loaded.predictOne(row)));
    t.deepEqual(
      alone.map(({ label }) => label),
      labels.slice(0, 20),
    );
    // By words alone, and with the labels as a stage of their own, a row costs more.
    const alike = { ...common, features: define({ words }) };
    const learners = [logisticRegression(), pretrained(later)];
    const bare = await tune({ ...alike, approximate: learners });
    t.false(bare.plan.stages.some(({ learner }) => learner === 'cheap'));
    const [asFeature, without] = [cascade, bare].map(({ plan }) => plan.expected.cost);
    t.true(asFeature < without / 1.3, `${asFeature} and ${without}`);
    // Beside another prompt the file is refused.
    const other = chatModel({
      model: 'small',
      generate: () => 'ham',
      labels: LABELS,
      prompt: ({ text }: Note) => `spam, or ham? ${text}`,
    });
    const error = await t.throwsAsync(Cascade.load(path, { features: withAnswers(other), full }), {
      instanceOf: ArtifactError,
    });
    t.regex(
      error.message,
      /the model 'small' is small, prompt .* and was "?'?small@small-2026-01-01, prompt/,
    );
    await later.close();
  },
);

test('a column for each label; answers that are none have none', async (t) => {
  const { make } = await cheapModels(t);
  await using cheap = make();
  const [ham, spam] = [texts.find((text) => !isSpam(text) && !errs(text)), texts.find(isSpam)];
  t.deepEqual(await valuesOf(cheap, notes(ham ?? '')), [1, 0]);
  t.is((await valuesOf(cheap, notes(spam ?? ''))).indexOf(1), errs(spam ?? '') ? 0 : 1);
  const mute = chatModel({ model: 'mute', generate: () => 'well…', labels: LABELS, prompt });
  t.deepEqual(await valuesOf(mute, notes('a', 'b')), [0, 0, 0, 0]);
});

test('rounds go by the batch API, where the model has one', async (t) => {
  const { server, at } = await serveNotes(t);
  const cheap = chatModel({ ...at, labels: LABELS, prompt, batch: { pollMs: 1, least: 4 } });
  await valuesOf(cheap, rows.slice(0, 30));
  t.deepEqual(
    server.room.batches.map(({ request_counts: { total } }) => total),
    [29],
  );
});

test('a server that fails is a fault of the feature that names the row; a budget is a stop', async (t) => {
  const failing = chatModel({
    model: 'failing',
    generate: (messages) => {
      if (messages[0].content.endsWith('bad')) throw new Error('no such day');
      return 'ham';
    },
    labels: LABELS,
    prompt,
    retries: 0,
  });
  const fault = await t.throwsAsync(valuesOf(failing, notes('good', 'bad')), { instanceOf: FeatureError });
  t.is(fault.row, 1);
  const long = notes('a', 'b'.repeat(2_000));
  const short = chatModel({
    model: 'short',
    generate: () => 'ham',
    labels: LABELS,
    prompt,
    contextTokens: 200,
  });
  const error = await t.throwsAsync(valuesOf(short, long), { instanceOf: FeatureError });
  t.is(error.row, 1);
  // In service such a row is alone in it.
  await valuesOf(short, notes('a'));
  t.deepEqual(await valuesOf(short, long, () => t.fail()), [1, 0, 0, 0]);
  const { make } = await cheapModels(t);
  const prices = { input: 1e6, output: 1e6, currency: 'USD' };
  await using poor = make({ prices, maxPrice: 2_000, maxTokens: 2, price: 1 });
  const options = { ...common, features: withAnswers(poor), approximate: logisticRegression() };
  await t.throwsAsync(tune(options), { instanceOf: BudgetStop });
});

test('what is no chat model of labels is refused', (t) => {
  const refused = (model: unknown) =>
    t.throws(() => answerFeature(model as ChatModel<unknown>), { instanceOf: OptionError })?.option;
  t.is(refused(undefined), 'model');
  t.is(refused(full), 'model');
  const number = chatModel({ model: 'a', generate: () => '1', labels: { min: 0, max: 5 }, prompt });
  t.is(refused(number), 'model');
});
