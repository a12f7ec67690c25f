import { join } from 'node:path';
import test from 'ava';
import { loadMail, type Mail } from '../../datasets/index.js';
import { Cascade, define, dense, logisticRegression, tfidf, tune } from '../../index.js';
import { binomialPValue, random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

/** The pipeline of the main job without its characters, with smaller vocabularies. */
const features = define({
  signals: dense(3, (mails: readonly Mail[]) =>
    Float32Array.from(
      mails.flatMap(({ body }) => [
        Math.log1p(body.length),
        Math.sqrt(body.split('<').length / (1 + body.length)),
        Math.sqrt(body.split('!').length / (1 + body.length)),
      ]),
    ),
  ),
  subject: tfidf((mail: Mail) => mail.subject, { maxFeatures: 2_000, sublinear: true }),
  lede: tfidf((mail: Mail) => mail.body.slice(0, 400), { maxFeatures: 2_000, sublinear: true }),
  words: tfidf((mail: Mail) => mail.body, { maxFeatures: 3_000, sublinear: true }),
});

/** About what the main job measures, in microseconds a mail. */
const profile = profileOf({ signals: 10, subject: 3, lede: 15, words: 150 });

test('real mail: what is certified holds on mails that no step has seen', async (t) => {
  const mails = await loadMail();
  const order = Int32Array.from(mails.rows.keys());
  random(1).shuffle(order);
  const take = (from: number, to: number) => ({
    rows: Array.from(order.subarray(from, to), (row) => mails.rows[row]),
    labels: Array.from(order.subarray(from, to), (row) => mails.labels[row]),
  });
  const [seen, fresh] = [take(0, 1_000), take(1_000, 1_800)];
  const [epsilon, delta] = [0.02, 0.05];
  const cascade = await tune({
    features,
    ...seen,
    full: logisticRegression(),
    profile,
    bound: { loss: 'disagreement', epsilon, delta },
    split: { folds: 2 },
    repeats: 'copies',
  });

  const { verdict, n, repeating, observed, upper } = cascade.certificate;
  t.is(verdict, 'certified');
  // A mail that stands twice is one draw.
  t.deepEqual([repeating, observed.rows], [{ are: 'copies' }, n]);
  t.true(n > 380 && n < 400, `${n}`);
  // The band's limit, where it is below epsilon.
  const limit = upper ?? epsilon;
  t.true(observed.changed / n <= limit && limit <= epsilon);
  t.true(cascade.plan.expected.speedup > 2, `${cascade.plan.expected.speedup}`);

  const answers = await cascade.predict(fresh.rows);
  const full = await cascade.full.predict(fresh.rows);
  const differ = answers.labels.filter((label, row) => label !== full.labels[row]).length;
  const p = 1 - binomialPValue(differ - 1, fresh.rows.length, epsilon);
  t.true(p > 0.01, `${differ} of ${fresh.rows.length} differ: not what ${epsilon} gives`);
  const right = full.labels.filter((label, row) => label === fresh.labels[row]).length / fresh.rows.length;
  t.true(right > 0.95, `the full model is right on ${right}`);

  const path = join(await folderFor(t), 'mail.cascade');
  await cascade.save(path);
  const loaded = await Cascade.load<Mail, 'ham' | 'spam'>(path, { features });
  t.deepEqual(await loaded.predict(fresh.rows), { ...answers, unchecked: true });
  t.deepEqual(await loaded.full.predict(fresh.rows), { ...full, unchecked: true });

  // Mails alone, and in reverse, are answered as in the batch.
  for (const row of [0, 1, 777]) t.is((await loaded.predictOne(fresh.rows[row])).label, answers.labels[row]);
  const reversed = await loaded.predict([...fresh.rows].reverse());
  t.deepEqual(reversed.labels.reverse(), answers.labels);
});
