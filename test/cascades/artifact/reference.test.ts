import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import * as runtime from 'spillway/runtime';
import { loadReference, referenceState } from '../../../cascades/artifact/reference.js';
import { rowIdentity } from '../../../cascades/plan/index.js';
import { type TextRow, textWorld } from '../../../datasets/index.js';
import { Cascade, define, dense, type Feature, logisticRegression, tfidf, tune } from '../../../index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import { RETRAINED } from '../../../lib/util/hints.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** An artifact holds a few rows' values, by which features whose code changed under one name are found. */

const { rows, labels } = textWorld({ rows: 600, seed: 1, classes: 2, bodyWords: 12, easy: 0.7 });

const lengths = (add = 0) =>
  dense(2, (all: readonly TextRow[]) =>
    Float32Array.from(all.flatMap(({ title, body }) => [title.length, body.length + add])),
  );
const title = tfidf((row: TextRow) => row.title);
const features = define({ title, lengths: lengths() });
const reversed = tfidf((row: TextRow) => [...row.title].reverse().join(''));

const tuned = (own: typeof features) =>
  tune({
    features: own,
    rows,
    labels,
    full: logisticRegression({ l2: 0.1 }),
    profile: profileOf({ title: 1, lengths: 100 }),
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon: 0.1 },
  });

const cascadeOf = tuned(features);

async function saved(
  t: Parameters<typeof folderFor>[0],
  options: Parameters<Cascade<TextRow>['save']>[1] = {},
) {
  const cascade = await cascadeOf;
  t.is(cascade.certificate.verdict, 'certified');
  const path = join(await folderFor(t), 'a.cascade');
  await cascade.save(path, options);
  return { cascade, path, bytes: await readFile(path) };
}

const entries = [Cascade, runtime.Cascade];

test('loaded without rows, a cascade says that its features are unchecked', async (t) => {
  const { bytes, cascade } = await saved(t);
  t.is(cascade.checked, undefined);
  for (const entry of entries) {
    const loaded = await entry.load(bytes, { features });
    t.is(loaded.certificate.verdict, 'certified');
    t.is(loaded.checked, 0);
    if (loaded instanceof Cascade) t.regex(loaded.summary().replace(/\s+/g, ' '), /Features are unchecked/);
  }
});

test('where nothing was compared each answer says so beside its verdict, and else none does', async (t) => {
  const { bytes, cascade } = await saved(t);
  const some = rows.slice(0, 5);
  for (const entry of entries) {
    const unchecked = await entry.load(bytes, { features });
    const checked = await entry.load(bytes, { features, rows });
    for (const [loaded, said] of [[unchecked, true] as const, [checked, undefined] as const]) {
      for (const answers of [
        await loaded.predict(some),
        loaded.predictSync(some),
        await loaded.predictOne(some[0]),
        loaded.predictOneSync(some[0]),
        await loaded.predict(some, { mode: 'shadow' }),
        await loaded.predictOne(some[0], { mode: 'shadow' }),
        await loaded.full.predict(some),
        await loaded.full.predictOne(some[0]),
      ]) {
        t.is(answers.unchecked, said);
        t.is(answers.verdict, 'certified');
      }
    }
  }
  t.is((await cascade.predict(some)).unchecked, undefined);
  const loaded = await Cascade.load(bytes, { features });
  const audit = loaded.audit({ rate: 0.5, alpha: 0.01 });
  t.true((await audit.predict(some)).unchecked);
  t.true((await audit.predictOne(some[0])).unchecked);
  // What the present code certifies needs no comparison.
  const batch = textWorld({ rows: 60, seed: 7, classes: 2, bodyWords: 12 }).rows;
  t.is((await loaded.certifyBatch(batch, { epsilon: 0.2, delta: 0.2 })).unchecked, undefined);
});

test('features that are all live are compared with nothing', async (t) => {
  const live = define({ title: { ...title, live: true }, lengths: { ...lengths(), live: true } });
  const cascade = await tuned(live);
  const path = join(await folderFor(t), 'live.cascade');
  await cascade.save(path, { reference: 'rows' });
  const loaded = await Cascade.load(path, { features: live });
  t.is(loaded.checked, 0);
  t.true((await loaded.predict(rows.slice(0, 2))).unchecked);
});

test('changed code under one name voids the certificate: feature, row and both values are named', async (t) => {
  const { bytes, cascade } = await saved(t);
  const { positions, of } = cascade.reference ?? { positions: [], of: 0 };
  t.is(of, rows.length);
  t.is(positions.length, 32);
  const own = positions.map((row) => rows[row]);
  const shuffled = [...rows].reverse();
  const copies: readonly TextRow[] = JSON.parse(JSON.stringify(shuffled.slice(0, -1)));
  for (const entry of entries) {
    for (const given of [rows, own, shuffled, copies]) {
      const same = await entry.load(bytes, { features, rows: given });
      t.is(same.certificate.verdict, 'certified');
      t.true((same.checked ?? 0) >= 31);
      const { certificate } = await entry.load(bytes, {
        features: define({ title: reversed, lengths: lengths() }),
        rows: given,
      });
      t.is(certificate.verdict, 'void');
      t.regex(
        reasonOf(certificate),
        /^feature 'title' gives row \d+ [\d.]+ in column \d+, and gave it [\d.]+: its code has changed$/,
      );
    }
    const longer = await entry.load(bytes, { features: define({ title, lengths: lengths(1) }), rows });
    const [first] = positions;
    const length = rows[first].body.length;
    t.is(
      reasonOf(longer.certificate),
      `feature 'lengths' gives row ${first} ${length + 1} in column 1, and gave it ${length}: its code has changed`,
    );
  }
});

/** Certified within a tolerance of its own, and where `live`, with values that change by nature. */
async function savedWith(
  t: Parameters<typeof folderFor>[0],
  own: Pick<Feature<TextRow>, 'tolerance' | 'live'>,
) {
  const cascade = await tuned(define({ title, lengths: { ...lengths(), ...own } }));
  t.is(cascade.certificate.verdict, 'certified');
  const path = join(await folderFor(t), 'own.cascade');
  await cascade.save(path);
  return readFile(path);
}

test('rounding passes within the tolerance that was certified, whatever the definition allows now', async (t) => {
  const [{ bytes: usual }, wide] = [await saved(t), await savedWith(t, { tolerance: 0.1 })];
  for (const entry of entries) {
    const load = async (bytes: Uint8Array, add: number, tolerance?: number) => {
      const near: Feature<TextRow> = { ...lengths(add), ...(tolerance !== undefined && { tolerance }) };
      const { certificate } = await entry.load(bytes, { features: define({ title, lengths: near }), rows });
      return certificate.verdict;
    };
    t.is(await load(usual, 1e-4), 'certified');
    t.is(await load(usual, 0.5), 'void');
    t.is(await load(usual, 0.5, 1), 'void');
    t.is(await load(usual, 0, 0), 'certified');
    t.is(await load(wide, 0.5), 'certified');
    t.is(await load(wide, 0.5, 0), 'certified');
  }
});

test('values that were certified as live are compared with none; what is live only now voids the certificate', async (t) => {
  const [{ bytes: usual }, changing] = [await saved(t), await savedWith(t, { live: true })];
  const changed = (live: boolean) => define({ title, lengths: { ...lengths(1), live } });
  for (const entry of entries) {
    for (const live of [false, true])
      t.is((await entry.load(changing, { features: changed(live), rows })).certificate.verdict, 'certified');
    const unchecked = await entry.load(usual, { features: changed(true) });
    t.is(unchecked.certificate.verdict, 'void');
    t.is(reasonOf(unchecked.certificate), "feature 'lengths' is live, and wasn't when the promise was made");
    const { certificate } = await entry.load(usual, { features: changed(true), rows });
    t.regex(
      reasonOf(certificate),
      /is live, and wasn't .*; feature 'lengths' gives row .* its code has changed$/,
    );
  }
});

test('rows that are no reference rows can check nothing, and are refused', async (t) => {
  const { bytes } = await saved(t);
  const others = textWorld({ rows: 50, seed: 99, classes: 2, bodyWords: 12 }).rows;
  for (const entry of entries) {
    await t.throwsAsync(entry.load(bytes, { features, rows: others }), {
      code: 'OPTION',
      message: /'rows': none of the 32 reference rows of .* is among these 50/,
    });
    await t.throwsAsync(entry.load(bytes, { features, rows: [] }), { code: 'OPTION' });
    const some: unknown = 'rows';
    await t.throwsAsync(entry.load(bytes, { features, rows: some as TextRow[] }), { code: 'OPTION' });
  }
  const { bytes: bare } = await saved(t, { reference: 'none' });
  t.is((await Cascade.load(bare, { features })).checked, 0);
  await t.throwsAsync(Cascade.load(bare, { features, rows }), { code: 'OPTION', message: /saved without/ });
});

test('a file that may hold the rows themselves checks features by itself', async (t) => {
  const { bytes, path } = await saved(t, { reference: 'rows' });
  const without = await saved(t);
  t.false(without.bytes.includes(JSON.stringify(rows[0].body).slice(1, -1)));
  for (const entry of entries) {
    t.is((await entry.load(bytes, { features })).checked, 32);
    const changed = await entry.load(bytes, { features: define({ title: reversed, lengths: lengths() }) });
    t.is(changed.certificate.verdict, 'void');
  }
  t.true((await stat(path)).size > without.bytes.length);
});

test('a loaded cascade is saved again with its reference, and with rows only where it has them', async (t) => {
  const { path, bytes } = await saved(t, { reference: 'rows' });
  const loaded = await Cascade.load(path, { features });
  const again = join(await folderFor(t), 'again.cascade');
  await loaded.save(again, { reference: 'rows' });
  t.deepEqual(await readFile(again), bytes);
  const bare = await saved(t);
  const unchecked = await Cascade.load(bare.path, { features });
  await unchecked.save(again);
  t.deepEqual(await readFile(again), bare.bytes);
  await t.throwsAsync(unchecked.save(again, { reference: 'rows' }), {
    code: 'ARTIFACT',
    message: /without them/,
  });
});

test('rows of a class of one’s own are known by their places, and aren’t written', async (t) => {
  class Text {
    #text: string;
    constructor(text: string) {
      this.#text = text;
    }
    get text() {
      return this.#text;
    }
  }
  const own = rows.map((row) => new Text(row.title));
  const words = (part = 99) => define({ words: tfidf((row: Text) => row.text.slice(0, part)) });
  const cascade = await tune({
    features: words(),
    rows: own,
    labels,
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.1 },
  });
  const path = join(await folderFor(t), 'own.cascade');
  await t.throwsAsync(cascade.save(path, { reference: 'rows' }), {
    code: 'ARTIFACT',
    message: /row \d+ is an object with .*, and not plain data/,
  });
  await cascade.save(path);
  t.not((await Cascade.load(path, { features: words(), rows: own })).certificate.verdict, 'void');
  t.is((await Cascade.load(path, { features: words(1), rows: own })).certificate.verdict, 'void');
  await t.throwsAsync(Cascade.load(path, { features: words(), rows: own.slice(1) }), { code: 'OPTION' });
});

test('rows with empty cells, dates and bigints are kept in a file as they are', async (t) => {
  const odd = [Number.NaN, Number.NEGATIVE_INFINITY, -0, undefined, 12n, new Date(5), new Date(Number.NaN)];
  const own = odd.map((value, i) => ({ text: rows[i].title, value, cells: [value, 1] }));
  const identities = own.map(rowIdentity);
  const given = { positions: [3, 4, 5, 6, 7, 8, 9], of: 600, identities, blocks: [], rows: own };
  const state = decode(encode(referenceState(given, 'rows')));
  const loaded = loadReference(state, []).rows;
  t.deepEqual(loaded, own);
  t.deepEqual(loaded?.map(rowIdentity), identities);
  const bad = { ...given, rows: own.map((row, i) => ({ ...row, of: i === 2 ? [new Uint8Array(3)] : [] })) };
  t.throws(() => referenceState(bad, 'rows'), {
    code: 'ARTIFACT',
    message: /row 5 has a 'of.0' that is a Uint8Array of 3, and not plain data/,
  });
});

test('a new certificate renews what loaded features are compared with', async (t) => {
  const { path } = await saved(t);
  const changed = define({ title, lengths: lengths(1) });
  const loaded = await Cascade.load<TextRow, string>(path, { features: changed, rows });
  const fresh = textWorld({ rows: 400, seed: 7, classes: 2, bodyWords: 12, easy: 0.7 });
  const renewed = await loaded.certify(loaded.path, { rows: fresh.rows, epsilon: 0.3 });
  t.is(renewed.checked, undefined);
  t.is(renewed.reference?.of, 400);
  await renewed.save(path);
  t.is((await Cascade.load(path, { features: changed, rows: fresh.rows })).checked, 32);
  t.is((await Cascade.load(path, { features, rows: fresh.rows })).certificate.verdict, 'void');
});

/** Without the page that it names, which `spillway/runtime` leaves out. */
function reasonOf({ reason }: { readonly reason: string | null }): string {
  return reason?.replace(RETRAINED, '') ?? '';
}
