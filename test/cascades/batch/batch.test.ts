import { join } from 'node:path';
import test from 'ava';
import { unclaimed } from '../../../bench/harness/parts.js';
import { agreementWorld } from '../../../datasets/index.js';
import { type BatchOptions, OptionError, UsedRows } from '../../../index.js';
import { binomialCdf, restRowsNeeded } from '../../../lib/stats/index.js';
import { loadWorld, tuneWorld, worldsFull } from '../../support/agreement.js';
import { atLength } from '../../support/atLength.js';
import { folderFor } from '../../support/files.js';

const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
const batch = agreementWorld({ rows: 1_000, seed: 77 }).rows;

const spared = (requested: Uint8Array) => requested.filter((one) => one === 0).length / requested.length;

test('rows that were asked about have the full model answer, the others a stage that was sure', async (t) => {
  const full = await cascade.full.predict(batch);
  const { labels, exits, byFull, scores, certificate, plan, verdict } = await unclaimed(cascade).certifyBatch(
    batch,
    {
      epsilon: 0.02,
      seed: 2,
    },
  );
  t.is(verdict, 'certified');
  t.is(certificate.verdict, 'certified');
  t.regex(certificate.method, /hypergeometric/);
  const last = plan.stages.length;
  batch.forEach((_, row) => {
    t.is(exits[row] === last, byFull[row] === 1);
    if (byFull[row] === 1) t.is(labels[row], full.labels[row]);
    const [no, yes] = scores.subarray(2 * row, 2 * row + 2);
    t.is(labels[row], yes > no ? 'yes' : 'no');
  });
  t.true(labels.filter((label, row) => label !== full.labels[row]).length <= 0.02 * batch.length);
  const calls = byFull.reduce((sum, one) => sum + one, 0);
  t.true(calls > certificate.n && calls < 0.95 * batch.length, `${calls} calls`);
});

test('which of the full model’s answers change is counted on the sample, with limits for the batch', async (t) => {
  const large = agreementWorld({ rows: 3_000, seed: 78 }).rows;
  const full = (await cascade.full.predict(large)).labels;
  const { labels, certificate } = await unclaimed(cascade).certifyBatch(large, { epsilon: 0.05, seed: 3 });
  const { answers, limits, batch: of, plans } = certificate.changes ?? t.fail();
  const sums = answers.reduce((sum, each) => [sum[0] + each.rows, sum[1] + each.changed], [0, 0]);
  t.deepEqual(sums, [certificate.n, certificate.observed.changed]);
  t.true(certificate.observed.changed > 0 && plans > 1);
  t.is(limits, 'simultaneous');
  t.deepEqual([of?.rows, Number(of?.open) >= certificate.n], [large.length, true]);
  for (const { full: label, upper } of answers) {
    const own = full.flatMap((answer, row) => (answer === label ? [row] : []));
    const changed = own.filter((row) => labels[row] !== label).length;
    t.true(changed / own.length <= upper, `${label}`);
  }
  const flipped = large.map((row) => ({ ...row, cheap: row.costly > 0 ? -9 : 9 }));
  const alone = await unclaimed(cascade).certifyBatch(flipped, { epsilon: 0.01, seed: 3 });
  t.is(alone.certificate.changes, undefined, 'the full model answers all');
});

test('fewer rows are asked about than an endless stream would need', async (t) => {
  const small = batch.slice(0, 400);
  const { certificate } = await unclaimed(cascade).certifyBatch(small, { epsilon: 0.01, seed: 1 });
  t.true(certificate.n < 299 && certificate.n > 0);
  t.is(certificate.verdict, 'certified');
});

test('where even the most conservative plan errs, the full model answers all', async (t) => {
  const flipped = batch.map((row) => ({ ...row, cheap: row.costly > 0 ? -9 : 9 }));
  const answers = await unclaimed(cascade).certifyBatch(flipped, { epsilon: 0.01, seed: 1 });
  const { labels, byFull, certificate, exits, plan } = answers;
  t.is(certificate.verdict, 'full-model-only');
  t.truthy(certificate.reason);
  t.deepEqual(labels, (await cascade.full.predict(flipped)).labels);
  t.true(byFull.every((one) => one === 1) && exits.every((exit) => exit === 0) && plan.stages.length === 0);
});

test('a part of a row that epsilon allows is none', async (t) => {
  const requested = async (rows: number, epsilon: number) =>
    (await unclaimed(cascade).certifyBatch(batch.slice(0, rows), { epsilon, seed: 1 })).byFull;
  // .9 of a row is none: each wrong row has to be found with 95 %, so at most 5 % aren't asked about.
  t.true(spared(await requested(90, 0.01)) <= 0.05);
  // 1.5 rows of 150 are one, and not two.
  const one = await requested(150, 0.01);
  for (const part of [1, 1.999]) t.deepEqual(await requested(150, part / 150), one);
  t.notDeepEqual(await requested(150, 2 / 150), one);
});

test('rows that are too few for the whole path certify conservative plans', async (t) => {
  const full = (await cascade.full.predict(batch)).labels;
  for (let seed = 0; seed < 5; seed++) {
    const { labels, byFull, certificate } = await unclaimed(cascade).certifyBatch(batch, {
      epsilon: 0.01,
      sample: 20,
      seed,
    });
    t.true(certificate.n <= 20);
    t.is(certificate.verdict, 'certified');
    const left = spared(byFull) * batch.length;
    t.true(left > 10 && left < 100, `${left}`);
    t.true(labels.filter((label, row) => label !== full[row]).length <= 10);
  }
});

test('more rows are asked about, and errors borne, where a more aggressive plan is worth it', async (t) => {
  const large = agreementWorld({ rows: 3_000, seed: 78 }).rows;
  const fewest = restRowsNeeded(0, large.length, 0.05 * large.length, 0.05);
  const shares = { planned: 0, fewest: 0 };
  for (let seed = 0; seed < 5; seed++) {
    const planned = await unclaimed(cascade).certifyBatch(large, { epsilon: 0.05, seed });
    const least = await unclaimed(cascade).certifyBatch(large, { epsilon: 0.05, sample: fewest, seed });
    t.true(planned.certificate.n > fewest);
    t.is(least.certificate.n, fewest);
    shares.planned += spared(planned.byFull) / 5;
    shares.fewest += spared(least.byFull) / 5;
  }
  t.true(shares.planned > 1.05 * shares.fewest, JSON.stringify(shares));
});

test('where errors are borne the promise is broken in no more than delta of the draws', async (t) => {
  const full = (await cascade.full.predict(batch)).labels;
  const [trials, epsilon, delta] = [atLength(40, 100), 0.05, 0.1];
  let [broken, borne] = [0, 0];
  for (let seed = 0; seed < trials; seed++) {
    const { labels, certificate } = await unclaimed(cascade).certifyBatch(batch, { epsilon, delta, seed });
    broken += Number(labels.filter((label, row) => label !== full[row]).length > epsilon * batch.length);
    borne += certificate.lost;
  }
  t.true(borne > trials);
  t.true(1 - binomialCdf(broken - 1, trials, delta) > 0.001, `${broken} of ${trials}`);
});

test('the same seed asks about the same rows, another about others', async (t) => {
  const of = async (seed: number) =>
    (await unclaimed(cascade).certifyBatch(batch, { epsilon: 0.02, seed })).byFull;
  t.deepEqual(await of(1), await of(1));
  t.notDeepEqual(await of(1), await of(2));
});

test('a batch has one sample: a call again takes it, after one that failed too', async (t) => {
  const rows = agreementWorld({ rows: 1_000, seed: 79 }).rows;
  const requested: string[] = [];
  let isDown = true;
  const full: typeof worldsFull = {
    ...worldsFull,
    score(blocks, out) {
      requested.push(blocks[0].values.join());
      if (isDown) throw new Error('down');
      return worldsFull.score(blocks, out);
    },
  };
  const path = join(await folderFor(t), 'batch.cascade');
  await cascade.save(path, { evidence: true });
  const [failing, other] = [await loadWorld(path, full), await loadWorld(path)];
  await t.throwsAsync(failing.certifyBatch(rows, { epsilon: 0.02 }), { message: /down/ });
  isDown = false;
  const [failed] = requested.splice(0);
  const answers = await failing.certifyBatch(rows, { epsilon: 0.02 });
  t.is(requested[0], failed, 'the full model was asked about the same rows');
  const { seed = '' } = answers.certificate;
  t.regex(`${seed}`, /^[0-9a-f]{32}$/);
  t.deepEqual((await failing.certifyBatch(rows, { epsilon: 0.02 })).byFull, answers.byFull);
  // Other rows, and who doesn't know the secret, have another.
  t.not((await failing.certifyBatch(rows.slice(200), { epsilon: 0.02 })).certificate.seed, seed);
  t.not((await unclaimed(other).certifyBatch(rows, { epsilon: 0.02 })).certificate.seed, seed);
  t.deepEqual((await other.certifyBatch(rows, { epsilon: 0.02, seed })).byFull, answers.byFull);
  t.is((await unclaimed(cascade).certifyBatch(batch, { epsilon: 0.02, seed: 5 })).certificate.seed, 5);
});

test('a batch with more disagreement than was ever promised is still answered within epsilon', async (t) => {
  // Rows whose cheap score points the wrong way as often as not: no plan is any good there.
  const hostile = batch.map((row, i) => ({ ...row, cheap: i % 2 === 0 ? -row.cheap : row.cheap }));
  const trials = atLength(40, 100);
  let broken = 0;
  const full = (await cascade.full.predict(hostile)).labels;
  for (let seed = 0; seed < trials; seed++) {
    const { labels } = await unclaimed(cascade).certifyBatch(hostile, { epsilon: 0.02, delta: 0.1, seed });
    broken += Number(labels.filter((label, row) => label !== full[row]).length > 0.02 * hostile.length);
  }
  t.true(1 - binomialCdf(broken - 1, trials, 0.1) > 0.001, `${broken} of ${trials}`);
});

test('bad input is refused by name', async (t) => {
  await t.throwsAsync(unclaimed(cascade).certifyBatch(batch, { epsilon: 0 }), {
    instanceOf: OptionError,
    message: /epsilon/,
  });
  await t.throwsAsync(
    unclaimed(cascade).certifyBatch(batch, { epsilon: 0.1, rows: 3 } as { epsilon: number }),
    {
      message: /rows/,
    },
  );
});

test('rows that the caller changes while a batch is certified are another batch: they change nothing', async (t) => {
  const options = { epsilon: 0.02, seed: 7 };
  const expected = await unclaimed(cascade).certifyBatch(batch, options);
  const rows = batch.slice();
  const certifying = unclaimed(cascade).certifyBatch(rows, options);
  rows.fill({ ...batch[0], cheap: 9, costly: -9 });
  t.deepEqual(await certifying, expected);
});

test('another claim about the same rows is refused: the first one has all of delta', async (t) => {
  const own = unclaimed(cascade);
  const claim = { epsilon: 0.02, sample: 40 };
  const first = await own.certifyBatch(batch, claim);
  const { seed = 0 } = first.certificate;
  const others: Readonly<Record<string, readonly [typeof batch, BatchOptions]>> = {
    'a larger sample': [batch, { ...claim, sample: 80 }],
    'the sample that is planned': [batch, { epsilon: 0.02 }],
    'another epsilon': [batch, { ...claim, epsilon: 0.03 }],
    'another delta': [batch, { ...claim, delta: 0.1 }],
    'another loss': [batch, { ...claim, loss: 'excessDisagreement' }],
    'another draw': [batch, { ...claim, seed: 1 }],
    'another order, which draws other rows': [batch.toReversed(), claim],
    'some rows fewer': [batch.slice(20), claim],
    'some rows more': [[...batch, ...agreementWorld({ rows: 100, seed: 81 }).rows], claim],
    'copies, by content': [structuredClone(batch), { ...claim, sample: 80 }],
  };
  const refused = async (by: typeof own) => {
    for (const [what, [rows, other]] of Object.entries(others)) {
      const error = await t.throwsAsync(by.certifyBatch(rows, other), { instanceOf: UsedRows }, what);
      t.regex(error?.message ?? '', /another claim was made .*make the first claim again/, what);
    }
    t.deepEqual((await by.certifyBatch(batch, claim)).byFull, first.byFull);
    t.deepEqual(await by.certifyBatch(structuredClone(batch), { ...claim, seed }), first);
  };
  await refused(own);
  const path = join(await folderFor(t), 'claimed.cascade');
  await own.save(path, { evidence: true });
  await refused(await loadWorld(path));
  // What is made of it knows the claim, too; a batch of other rows is another one.
  const again = await own.certify(own.path, { rows: agreementWorld({ rows: 1_000, seed: 82 }).rows });
  await t.throwsAsync(again.certifyBatch(batch, { epsilon: 0.03 }), { instanceOf: UsedRows });
  const fresh = agreementWorld({ rows: 1_000, seed: 80 }).rows;
  await t.notThrowsAsync(own.certifyBatch(fresh, { epsilon: 0.03 }));
  await t.notThrowsAsync(own.certifyBatch(batch.slice(200), { epsilon: 0.03 }));
});

test('nothing is computed for a claim that is refused', async (t) => {
  const path = join(await folderFor(t), 'batch.cascade');
  await cascade.save(path, { evidence: true });
  let asked = 0;
  const counting = await loadWorld(path, {
    ...worldsFull,
    score: (blocks, out) => {
      asked++;
      return worldsFull.score(blocks, out);
    },
  });
  await counting.certifyBatch(batch, { epsilon: 0.02 });
  const before = asked;
  await t.throwsAsync(counting.certifyBatch(batch, { epsilon: 0.03 }), { instanceOf: UsedRows });
  t.is(asked, before);
});

test('a claim of which nothing came binds nobody: a batch that failed may be mended, and claimed otherwise', async (t) => {
  const path = join(await folderFor(t), 'batch.cascade');
  await cascade.save(path, { evidence: true });
  let isDown = true;
  const own = await loadWorld(path, {
    ...worldsFull,
    score(blocks, out) {
      if (isDown) throw new Error('down');
      return worldsFull.score(blocks, out);
    },
  });
  const claim = { epsilon: 0.02 };
  const aborted = own.certifyBatch(batch, { ...claim, signal: AbortSignal.abort(new Error('stopped')) });
  await t.throwsAsync(aborted, { message: 'stopped' });
  await t.throwsAsync(own.certifyBatch(batch, { epsilon: 0.03 }), { message: /down/ });
  isDown = false;
  // The same call under way elsewhere holds it, whatever becomes of the other.
  const stop = new AbortController();
  const pair = [
    own.certifyBatch(batch.slice(1), { ...claim, signal: stop.signal }),
    own.certifyBatch(batch.slice(1), claim),
  ];
  stop.abort(new Error('stopped'));
  const other = own.certifyBatch(batch, { epsilon: 0.03 });
  const settled = await Promise.allSettled([...pair, other]);
  t.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'fulfilled', 'rejected'],
  );
  await t.throwsAsync(own.certifyBatch(batch, { epsilon: 0.03 }), { instanceOf: UsedRows });
  // A seed is the same as a number and as text.
  const fresh = agreementWorld({ rows: 500, seed: 83 }).rows;
  const first = await own.certifyBatch(fresh, { ...claim, seed: 4 });
  t.deepEqual(await own.certifyBatch(fresh, { ...claim, seed: '4' }), first);
});
