import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { agreementWorld } from '../../datasets/index.js';
import { jsonlRows } from '../../entries/data.js';
import { fromRows } from '../../entries/full.js';
import {
  ArtifactError,
  type Cascade,
  define,
  dense,
  type Feature,
  gradientBoosting,
  logisticRegression,
  oneHot,
  perRow,
  RowsError,
  tfidf,
  tune,
} from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { RowView } from '../../lib/features/define/index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf, tuneWorld } from '../support/agreement.js';
import { atLength } from '../support/atLength.js';
import { FakeTimer } from '../support/fakeTimer.js';
import { folderFor } from '../support/files.js';

interface Visit {
  readonly page: string;
  readonly text: string;
  readonly seconds: number;
  readonly rest: number;
  readonly kind: 'bought' | 'left';
}

const WORDS = ['red', 'green', 'blue', 'shoe', 'hat', 'coat', 'sale', 'new'];

function visits(count: number): Visit[] {
  const draw = random('visits');
  return Array.from({ length: count }, () => {
    const words = Array.from({ length: 6 }, () => WORDS[draw.integer(WORDS.length)]);
    const [seconds, rest] = [draw.uniform() * 10, draw.uniform()];
    const bought = seconds + 3 * Number(words.includes('sale')) + 2 * rest > 8.5;
    return {
      page: `page ${draw.integer(5)}`,
      text: words.join(' '),
      seconds,
      rest,
      kind: bought ? 'bought' : 'left',
    };
  });
}

/** More than are read at once. */
const rows = visits(2_400);

async function* streamed<Row>(all: readonly Row[]): AsyncGenerator<Row, void, void> {
  for (const row of all) yield { ...row };
}

const features = define({
  seconds: dense(
    1,
    perRow((visit: Visit) => visit.seconds),
  ),
  page: oneHot((visit: Visit) => visit.page),
  text: tfidf((visit: Visit) => visit.text),
  rest: dense(
    2,
    perRow((visit: Visit) => [visit.rest, visit.seconds * visit.rest]),
  ),
});

const options = {
  features,
  full: logisticRegression(),
  bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
  profile: profileOf({ seconds: 1, page: 10, text: 200, rest: 1_000 }),
  split: { folds: 2 },
  seed: 4,
  date: new Date(0),
} as const;

/** A cascade, but for how it computes. */
const printed = ({
  plan,
  certificate,
  frontier,
}: Pick<Cascade<never>, 'plan' | 'certificate' | 'frontier'>) =>
  JSON.stringify({ plan, certificate, frontier });

const labels = rows.map(({ kind }) => kind);

test('rows that are read make the cascade that the same rows in an array make', async (t) => {
  const held = await tune({ ...options, rows, labels });
  t.is(held.certificate.verdict, 'certified');
  let passes = 0;
  const read = await tune({
    ...options,
    rows() {
      passes++;
      return streamed(rows);
    },
    labels: (visit) => visit.kind,
  });
  t.is(printed(read), printed(held));
  // One to look at all, one for samples, two for features, two for each of two folds, one to certify.
  t.is(passes, 9);
  t.deepEqual((await read.predict(rows)).scores, (await held.predict(rows)).scores);
});

test('where a model reads the rows themselves, they are read once and held', async (t) => {
  const judge = () =>
    fromRows({
      name: 'judge',
      labels: ['bought', 'left'],
      score: (some: readonly Visit[]) =>
        some.map(({ seconds, text, rest }) => {
          const margin = seconds + 3 * Number(text.includes('sale')) + 2 * rest - 8.5;
          const bought = 1 / (1 + Math.exp(-margin));
          return [bought, 1 - bought];
        }),
    });
  const { profile } = options;
  const shared = { ...options, profile: { ...profile, full: { ...FREE, perRow: 5_000 } } };
  const held = await tune({ ...shared, full: judge(), rows });
  t.is(held.certificate.verdict, 'certified');
  let passes = 0;
  const read = await tune({
    ...shared,
    full: judge(),
    rows() {
      passes++;
      return streamed(rows);
    },
  });
  t.is(printed(read), printed(held));
  t.is(passes, 1);
});

test('certification rows may be read too, and groups and parts come of each row', async (t) => {
  const fresh = visits(4_000).slice(rows.length);
  const more = {
    ...options,
    groups: (visit: Visit) => visit.rest,
    split: (_: Visit, index: number) => (index % 3 === 0 ? ('tune' as const) : ('train' as const)),
  };
  const held = await tune({
    ...more,
    rows,
    labels,
    certify: { rows: fresh, labels: fresh.map(({ kind }) => kind) },
  });
  const read = await tune({
    ...more,
    rows: () => rows.values(),
    labels,
    certify: { rows: () => streamed(fresh), labels: (visit) => visit.kind },
  });
  t.is(printed(read), printed(held));
});

if (atLength(false, true)) {
  test('numbers in a typed array are labels', async (t) => {
    const numbers = rows.map(({ kind }) => Number(kind === 'bought'));
    const [few, some] = [rows.slice(0, 600), numbers.slice(0, 600)];
    const held = await tune({ ...options, rows: few, labels: some });
    const typed = await tune({ ...options, rows: () => streamed(few), labels: Int32Array.from(some) });
    t.is(printed(typed), printed(held));
  });
}

const { profile: _, ...measured } = options;

test('without a profile costs are measured on a few of the rows that are read', async (t) => {
  const { profile, certificate } = await tune({
    ...measured,
    full: gradientBoosting({ rounds: 5 }),
    rows: () => streamed(rows.slice(0, 600)),
    labels: (visit) => visit.kind,
    bound: { loss: 'disagreement', epsilon: 0.1 },
  });
  t.true(profile.features.text.cost.fixed + profile.features.text.cost.perRow > 0);
  t.truthy(certificate.verdict);
});

test('a feature of the user’s own that learns gets all rows at once', async (t) => {
  const centred = (seen: number[]): Feature<Visit> => ({
    kind: 'centred',
    reads: [],
    fit(view) {
      seen.push(view.length);
      const values = view.read((visit) => visit.rest);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const inner = dense(
        1,
        perRow((visit: Visit) => visit.rest - mean),
      ).fit(RowView.of([]));
      return inner;
    },
    load: () => {
      throw new Error('not loaded here');
    },
  });
  const fits = async (source: readonly Visit[] | (() => AsyncIterable<Visit>)) => {
    const seen: number[] = [];
    const cascade = await tune({
      ...options,
      features: define({ ...sets, rest: centred(seen) }),
      profile: profileOf({ seconds: 1, rest: 1_000 }),
      rows: source,
      labels,
    });
    return { seen, printed: printed(cascade) };
  };
  const sets = { seconds: features.get('seconds') };
  t.deepEqual(await fits(() => streamed(rows)), await fits(rows));
});

const reading = { ...options, labels: (visit: Visit) => visit.kind };

test('the first pass counts: in the time that tuning took, and for a budget in seconds', async (t) => {
  let now = 5_000;
  let passes = 0;
  const slow = {
    ...options,
    clock: { now: () => now },
    timer: new FakeTimer(),
    rows: () => {
      if (passes++ === 0) now += 60_000;
      return streamed(rows);
    },
    labels,
  };
  const cascade = await tune({ ...slow, budget: { seconds: 90 } });
  t.regex(cascade.summary(), /Tuning took 60 s: features 60 s/);
  passes = 0;
  await t.throwsAsync(tune({ ...slow, budget: { seconds: 30 } }), {
    message: /budget\.seconds': is too small: .* take about 60 s; got 30/,
  });
});

test('rows that change between passes are refused, by their positions', async (t) => {
  let pass = 0;
  const error = await t.throwsAsync(
    tune({
      ...reading,
      rows() {
        pass++;
        return rows.map((row, i) => (pass > 1 && i === 1_300 ? { ...row, rest: 0.5 } : row));
      },
    }),
    { instanceOf: RowsError, message: /^rows: row 1300 isn't what it was when it was first read/ },
  );
  t.like(error, { reason: 'changed', row: 1_300 });
});

test('a checkpoint of other rows is refused', async (t) => {
  const checkpoint = join(await folderFor(t), 'run.checkpoint');
  const controller = new AbortController();
  const some = rows.slice(0, 400);
  const begun = tune({
    ...reading,
    rows: () => streamed(some),
    checkpoint,
    signal: controller.signal,
    onProgress: ({ step }) => step === 'full model' && controller.abort(new Error('enough')),
  });
  await t.throwsAsync(begun, { message: 'enough' });
  const others = some.with(130, { ...some[130], rest: 0.5 });
  const error = await t.throwsAsync(tune({ ...reading, rows: () => streamed(others), checkpoint }), {
    instanceOf: ArtifactError,
    message: /is the checkpoint of other rows or labels/,
  });
  t.is(error?.reason, 'mismatch');
});

test('a pass that gives fewer or more rows than the first is refused', async (t) => {
  const later = (count: number) => {
    let pass = 0;
    return tune({ ...reading, rows: () => streamed(rows.slice(0, pass++ === 0 ? 2_000 : count)) });
  };
  t.like(await t.throwsAsync(later(1_500), { instanceOf: RowsError }), { reason: 'ended', row: 1_500 });
  t.like(await t.throwsAsync(later(2_001), { instanceOf: RowsError }), { reason: 'longer', row: 2_000 });
});

test('an iterator that can be read once is refused', async (t) => {
  const once = streamed(rows);
  await t.throwsAsync(tune({ ...reading, rows: () => once }), {
    instanceOf: RowsError,
    message:
      /row 0 didn't come: the first pass had 2400 rows, a later one 0\. .*have the function make a new one each time/,
  });
});

test('an error while rows are read names the row', async (t) => {
  async function* broken() {
    yield* rows.slice(0, 40);
    throw new Error('the disk is gone');
  }
  const error = await t.throwsAsync(tune({ ...reading, rows: broken }), {
    instanceOf: RowsError,
    message: "rows: row 40 couldn't be read: the disk is gone",
  });
  t.like(error, { reason: 'failed', row: 40 });
  t.like(error?.cause, { message: 'the disk is gone' });
});

test('a feature that fails names the row among all that are read', async (t) => {
  const failing = define({
    ...Object.fromEntries(features.names.map((name) => [name, features.get(name)])),
    page: oneHot((visit: Visit) => (visit.rest === rows[2_111].rest ? Number.NaN : visit.page)),
  });
  for (const source of [rows, () => streamed(rows)]) {
    await t.throwsAsync(
      tune({
        ...reading,
        features: failing,
        split: (_, index) => (index % 2 === 0 ? 'tune' : 'train'),
        rows: source,
      }),
      { message: /feature 'page', row 2111: expected a string/ },
    );
  }
});

test('an abort ends the reading at once and closes the iterator', async (t) => {
  const controller = new AbortController();
  let closed = 0;
  const endless: AsyncIterable<Visit> = {
    [Symbol.asyncIterator]: () => {
      let at = 0;
      return {
        next() {
          if (at < 3_000) return Promise.resolve({ done: false, value: rows[at++ % rows.length] });
          controller.abort(new Error('enough'));
          return new Promise(() => undefined);
        },
        return() {
          closed++;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  await t.throwsAsync(tune({ ...reading, rows: () => endless, signal: controller.signal }), {
    message: 'enough',
  });
  t.is(closed, 1);
});

test('the rows that are read are never all in memory', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const world = agreementWorld({ rows: 20_000, seed: 3 });
  const alive = new Set<WeakRef<object>>();
  let most = 0;
  async function* counted() {
    for (const [i, row] of world.rows.entries()) {
      const own = { ...row };
      alive.add(new WeakRef(own));
      yield own;
      if (i % 2_500 !== 0) continue;
      // A row lives on until the job that made it ends.
      await new Promise((resolve) => setTimeout(resolve));
      collect();
      for (const ref of alive) if (ref.deref() === undefined) alive.delete(ref);
      most = Math.max(most, alive.size);
    }
  }
  const { certificate } = await tuneWorld(world, { rows: counted });
  t.is(certificate.verdict, 'certified');
  // Chunks of some thousand rows, and the samples that are read again.
  t.true(most < 8_000, `${most} of ${world.rows.length} rows were alive`);
});

test('files that rows are read of are named in what was made, without their folders', async (t) => {
  const file = join(await folderFor(t), 'visits.jsonl');
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const read = jsonlRows(file, {
    columns: { page: 'text', text: 'text', seconds: 'number', rest: 'number', kind: 'text' },
    row: ({ page, text, seconds, rest, kind }) => ({
      ...{ page: `${page}`, text: `${text}`, seconds: Number(seconds), rest: Number(rest) },
      kind: kind === 'bought' ? ('bought' as const) : ('left' as const),
    }),
  });
  t.deepEqual(read.files, [file]);
  const cascade = await tune({ ...options, rows: read, labels: (row: Visit) => row.kind });
  t.deepEqual(cascade.made?.files, { tune: ['visits.jsonl'], certify: ['visits.jsonl'] });
  const { made } = await tune({ ...options, rows, labels: (row: Visit) => row.kind });
  t.is(made?.files, undefined);
  t.is(made?.digests?.tune, cascade.made?.digests?.tune);
  t.true(cascade.summary().replace(/\s+/g, ' ').includes('1,440 rows of visits.jsonl to tune on are'));
});
