import test from 'ava';
import { unclaimed } from '../../../bench/harness/parts.js';
import { certifiedPartitions } from '../../../bench/validity/scenarios/partitionedBatch.js';
import { batchStepsOf } from '../../../cascades/internal.js';
import { type AgreementRow, agreementWorld } from '../../../datasets/index.js';
import { DataError } from '../../../index.js';
import { random } from '../../../lib/stats/index.js';
import { tuneWorld } from '../../support/agreement.js';
import { flipping } from '../../support/flipping.js';

const cascade = await tuneWorld(agreementWorld({ rows: 3_000, seed: 1 }));
const steps = batchStepsOf(cascade);
const rows = agreementWorld({ rows: 2_000, seed: 77 }).rows;
const full = await steps.ask(rows);
const claim = { epsilon: 0.02, delta: 0.05, seed: 'secret' };

/** Cut into parts of about the same size, which come in an order of their own. */
function cut(parts: number, order: number): Map<string, readonly AgreementRow[]> {
  const all = Int32Array.from({ length: parts }, (_, p) => p);
  random(order).shuffle(all);
  const bound = (p: number) => Math.round((p * rows.length) / parts);
  return new Map(Array.from(all, (p) => [`part ${p}`, rows.slice(bound(p), bound(p + 1))]));
}

/** In the order of the rows, whatever that of the parts. */
function inOrder(answers: ReadonlyMap<string, Float64Array>): number[] {
  const number = (name: string) => Number(name.split(' ')[1]);
  return [...answers].sort(([a], [b]) => number(a) - number(b)).flatMap(([, each]) => [...each]);
}

test('one partition without a name is what certifyBatch has in memory', async (t) => {
  for (const sample of [undefined, 20, 0]) {
    const options = { ...claim, ...(sample !== undefined && { sample }) };
    const inMemory = await unclaimed(cascade).certifyBatch(rows, options);
    const { answers, certificate, plan } = await certifiedPartitions(steps, new Map([['', rows]]), options);
    t.deepEqual(certificate, inMemory.certificate);
    t.deepEqual(plan, inMemory.plan);
    const { classes } = steps;
    t.deepEqual(
      Array.from(answers.get('') ?? [], (answer) => classes[answer]),
      [...inMemory.labels],
    );
  }
});

test('any number of partitions has the same promise, in any order the same sample and answers', async (t) => {
  const { certificate } = await cascade.certifyBatch(rows, claim);
  for (const parts of [1, 3, 7]) {
    const runs = [1, 2, 3].map((order) => certifiedPartitions(steps, cut(parts, order), claim));
    const [first, ...others] = await Promise.all(runs);
    t.is(first.certificate.verdict, 'certified');
    // The design depends on counts of the whole batch, and so not on how it is cut.
    t.is(first.certificate.n, certificate.n);
    const answers = inOrder(first.answers);
    t.true(answers.filter((answer, row) => answer !== full[row]).length <= 0.02 * rows.length);
    for (const other of others) {
      t.deepEqual(other.drawn, first.drawn);
      t.deepEqual(other.certificate, first.certificate);
      t.deepEqual(inOrder(other.answers), answers);
    }
  }
});

test('another seed, and another way to cut the rows, draw another sample', async (t) => {
  const drawn = async (parts: number, seed: string) =>
    (await certifiedPartitions(steps, cut(parts, 1), { ...claim, seed })).drawn;
  t.notDeepEqual(await drawn(3, 'a'), await drawn(3, 'b'));
  t.notDeepEqual(await drawn(3, 'a'), await drawn(7, 'a'));
});

test('without one of its partitions a batch is no batch', async (t) => {
  const coded = await steps.score(rows.slice(0, 10));
  const counts = new Map([['a', steps.counts(claim.seed, 'a', coded)]]);
  t.throws(() => steps.design(['a', 'b'], counts, claim), { instanceOf: DataError, message: /1 of 2 .*: b/ });
});

test('where no plan passes the full model answers all', async (t) => {
  const flipped = rows.map((row) => ({ ...row, cheap: row.costly > 0 ? -9 : 9 }));
  const { step, answers, certificate, plan } = await certifiedPartitions(
    steps,
    new Map([['', flipped]]),
    claim,
  );
  t.is(step, -1);
  t.is(certificate.verdict, 'full-model-only');
  t.is(plan.stages.length, 0);
  t.deepEqual(answers.get(''), full);
});

test('partitions of a full model that flips are bounded in excess, whatever their number', async (t) => {
  const rows = agreementWorld({ rows: 6_000, seed: 78, doubt: 0.4, sharpness: 3 }).rows;
  const before = agreementWorld({ rows: 6_000, seed: 5, doubt: 0.4, sharpness: 3 });
  const bound = { loss: 'excessDisagreement', epsilon: 0.02 } as const;
  const { full } = flipping(0.03, 1);
  const twice = batchStepsOf(await tuneWorld(before, { full, repeats: true, bound }));
  const own = { ...claim, loss: 'excessDisagreement' } as const;
  for (const parts of [1, 3]) {
    const size = rows.length / parts;
    const partitions = new Map(
      Array.from({ length: parts }, (_, p) => [String(p), rows.slice(p * size, (p + 1) * size)] as const),
    );
    const { certificate, plan } = await certifiedPartitions(twice, partitions, own);
    t.like(certificate, { verdict: 'certified', loss: 'excessDisagreement', bound: 'betting' });
    t.is(certificate.flips?.rows, certificate.n);
    t.true(plan.stages.length > 0);
  }
  const design = { plans: 1, count: 1, errors: 0 };
  const sample = [{ codes: [{ answer: 0, rank: 0 }], full: 0 }];
  t.throws(() => twice.conclude(design, { leaving: [1], open: [1], rows: 9 }, sample, own), {
    instanceOf: DataError,
    message: /second class of each drawn row/,
  });
});
