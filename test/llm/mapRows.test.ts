import { join } from 'node:path';
import test from 'ava';
import { chatModel } from '../../entries/llm.js';
import { Cascade, define, inspect, JournalError, OptionError, PriceLimitError, tfidf } from '../../index.js';
import { type MapForecast, mapRows } from '../../llm/index.js';
import { folderFor } from '../support/files.js';
import { modelOf, type Titled, titleTable, words } from './world.js';

const table = titleTable(2_000, 1);
const truly = (row: number) => table.truth[row];

test('every row is answered, a part of them is asked about, and few answers differ', async (t) => {
  const { calls, full } = modelOf(table, truly);
  const told: (readonly [MapForecast, number])[] = [];
  const { rows } = table;
  const steps: string[] = [];
  const mapped = await mapRows({
    rows,
    full,
    features: words,
    bound: { epsilon: 0.05 },
    newRows: true,
    training: 400,
    // One draw in twenty may break the promise: not this one.
    sampleSeed: 'fixed',
    onForecast: (forecast) => {
      told.push([forecast, calls.length]);
      return true;
    },
    onProgress: ({ step, share, spent }) => {
      if (steps.at(-1) !== step) steps.push(step);
      t.true(share >= 0 && share <= 1);
      t.true(spent <= 2);
    },
  });
  t.is(mapped.outcome, 'done');
  t.is(mapped.certificate?.verdict, 'certified');
  t.deepEqual(steps, ['pilot', 'training', 'search', 'score', 'sample', 'rest']);
  const [[forecast, before]] = told;
  // After training only where it is dearer than was told.
  t.true(told.slice(1).every(([{ after }]) => after === 'training'));
  t.is(before, 200);
  t.is(forecast.pilot.asked, 200);
  t.true(forecast.certified.chance > 0.95);

  const { pilot, training, sample, rest } = mapped.asked;
  t.is(calls.length, pilot + training + sample + rest);
  t.is(new Set(calls).size, calls.length);
  t.true(calls.length < 1_400, `${calls.length}`);
  t.true(Math.abs(mapped.spent - 0.001 * calls.length) < 1e-9);
  t.true(Math.abs(mapped.all.batch - 1) < 1e-9);

  const asked = new Set(calls);
  let differ = 0;
  mapped.answers.forEach(({ label, stage, verdict, price }, row) => {
    const isAsked = asked.has(rows[row].title);
    t.is(verdict, isAsked ? 'model' : 'certified');
    t.is(stage === 'model', isAsked);
    t.is(price > 0, isAsked);
    if (isAsked) t.is(label, table.truth[row]);
    if (label !== table.truth[row]) differ++;
  });
  t.true(differ <= 0.05 * rows.length, `${differ}`);

  const { cascade, newRows } = mapped;
  t.is(newRows, null);
  t.is(cascade?.certificate.verdict, 'certified');
  t.regex(cascade?.certificate.population ?? '', /drawn like the/);
  const served = await cascade?.predict(rows.slice(0, 50));
  t.deepEqual(
    served?.exits.map((exit) => Number(exit < (cascade?.plan.stages.length ?? 0))).includes(1),
    true,
  );
});

test('a model that goes by batch says so, and what all cost live is stated', async (t) => {
  const { full } = modelOf(table, truly);
  const payments = {
    account: () => ({ spent: 0, mean: undefined, isCounted: false }),
    batchPrice: { isUsed: true, share: 0.4 },
  };
  const given = { rows: table.rows, full, features: words, bound: { epsilon: 0.05 } };
  const { all } = await mapRows({ ...given, payments, onForecast: () => false });
  t.true(Math.abs(all.batch - 2) < 1e-9 && Math.abs(all.live - 5) < 1e-9, `${all.batch} ${all.live}`);
});

test('rows that are alike to the model are one question', async (t) => {
  const twins = { ...table, rows: table.rows.map((_, i) => table.rows[i % 500]) };
  const { calls, full } = modelOf(table, truly);
  const { answers, asked, counts, different, forecast } = await mapRows({
    rows: twins.rows,
    full,
    features: words,
    bound: { epsilon: 0.05 },
    training: 250,
  });
  t.is(new Set(calls).size, calls.length);
  t.true(calls.length <= 500);
  t.is(forecast?.different, 500);
  // One unit: those by stages and those asked about make up the different rows.
  t.is(different, 500);
  t.is(counts.model, asked.pilot + asked.training + asked.sample + asked.rest);
  t.is(counts.model, calls.length);
  t.is(counts.certified, 500 - calls.length);
  t.deepEqual([counts.unread, counts.unasked], [0, 0]);
  const firsts = answers.filter(({ price }) => price > 0).length;
  t.is(firsts, calls.length);
  for (const [row, { label }] of answers.entries()) t.is(label, answers[row % 500].label);
});

test('where nothing tells, the reason is said, and nothing more is asked unless it is agreed', async (t) => {
  // The parity of the place: no word has it.
  const chance = (row: number) => table.labels[(row * 7_919) % 3];
  const refused = modelOf(table, chance);
  const given = { rows: table.rows, features: words, bound: { epsilon: 0.02 }, training: 400 };
  const declined = await mapRows({
    ...given,
    full: refused.full,
    onForecast: ({ against }) => against === null,
  });
  t.is(declined.outcome, 'declined');
  t.is(refused.calls.length, 200);
  t.regex(declined.against ?? '', /tells sure answers from others|rows are saved/);
  t.is(declined.answers.filter(({ verdict }) => verdict === 'unasked').length, 1_800);

  const agreed = modelOf(table, chance);
  const all = await mapRows({ ...given, full: agreed.full });
  t.is(all.outcome, 'done');
  t.is(agreed.calls.length, 2_000);
  t.true(all.answers.every(({ label }, row) => label === chance(row)));
});

test('a budget ends it with what there is, and the same call goes on from it', async (t) => {
  const given = {
    rows: table.rows,
    features: words,
    bound: { epsilon: 0.05 },
    training: 400,
    sampleSeed: 'fixed',
  };
  const whole = await mapRows({ ...given, full: modelOf(table, truly).full });
  t.is(whole.outcome, 'done');
  const { calls, full } = modelOf(table, truly);
  // Its journal: an answer that was given costs nothing again.
  const kept = new Set<string>();
  let spent = 0;
  let limit = 0.5;
  const paying = {
    ...full,
    score: async (...[blocks, out, context]: Parameters<typeof full.score>) => {
      const before = calls.length;
      await full.score(blocks, out, context);
      const fresh = calls.slice(before).filter((title) => !kept.has(title));
      if (spent + 0.001 * fresh.length > limit) throw new PriceLimitError(limit, spent, 'spent', 'enough');
      for (const title of fresh) kept.add(title);
      spent += 0.001 * fresh.length;
    },
  };
  const payments = { account: () => ({ spent, mean: 0.001 }) };
  const stopped = await mapRows({ ...given, full: paying, payments });
  t.is(stopped.outcome, 'stopped');
  t.regex(stopped.stopped ?? '', /enough/);
  t.true(stopped.spent <= 0.5 && stopped.spent > 0.3, `${stopped.spent}`);
  const had = kept.size;
  limit = 2;
  const { sampleSeed } = stopped;
  const resumed = await mapRows({ ...given, full: paying, payments, sampleSeed });
  t.is(resumed.outcome, 'done');
  t.true(kept.size > had);
  t.deepEqual(
    resumed.answers.map(({ label }) => label),
    whole.answers.map(({ label }) => label),
  );
  t.is(resumed.certificate?.n, whole.certificate?.n);
});

test('a budget that ends the pilot itself leaves what there is, and the same call goes on', async (t) => {
  const { calls, full } = modelOf(table, truly);
  const given = { rows: table.rows, full, features: words, bound: { epsilon: 0.05 }, training: 400 };
  const stopped = await mapRows({ ...given, maxPrice: 0.105 });
  t.is(stopped.outcome, 'stopped');
  t.regex(stopped.stopped ?? '', /'maxPrice' is 0\.105/);
  t.is(stopped.forecast, null);
  t.is(stopped.certificate, null);
  t.deepEqual(stopped.asked, { pilot: 100, training: 0, sample: 0, rest: 0, again: 0 });
  t.is(calls.length, 100);
  t.true(Math.abs(stopped.spent - 0.1) < 1e-9 && Math.abs(stopped.all.live - 2) < 1e-9);
  t.is(stopped.answers.filter(({ verdict }) => verdict === 'model').length, 100);
  t.is(stopped.answers.filter(({ verdict }) => verdict === 'unasked').length, 1_900);
  const early = calls.slice();
  await mapRows({ ...given, onForecast: () => false });
  t.deepEqual(calls.slice(100, 200), early, 'the same rows come first');
});

test('a saved cascade answers new rows as before, and its file says both promises', async (t) => {
  const folder = await folderFor(t);
  const { calls, full } = modelOf(table, truly);
  const rows = table.rows.slice(0, 1_600);
  const { cascade, certificate } = await mapRows({
    ...{ rows, full, features: words, bound: { epsilon: 0.06 }, training: 300 },
    newRows: { epsilon: 0.08, delta: 0.1 },
  });
  t.is(certificate?.verdict, 'certified');
  const fresh = table.rows.slice(1_600);
  const before = await cascade?.predict(fresh);
  const file = join(folder, 'titles.cascade');
  await cascade?.save(file);
  const asked = calls.length;
  const found = await inspect(file);
  const { certificate: kept } = found;
  t.is(calls.length, asked);
  t.is(kept.verdict, 'certified');
  t.deepEqual([kept.epsilon, kept.delta], [0.08, 0.1]);
  t.deepEqual(kept.batch, { rows: 1_600, epsilon: 0.06, delta: 0.05 });
  const said = found.summary().replace(/\s+/g, ' ');
  t.regex(said, /With 90 % confidence/);
  t.regex(
    said,
    /By itself, with 95 % confidence, at most 6 % of the answers that were given to a table of 1,600 rows/,
  );
  const loaded = await Cascade.load<Titled, string>(file, { features: words, full });
  const after = await loaded.predict(fresh);
  t.deepEqual(after.labels, before?.labels);
  t.deepEqual(after.exits, before?.exits);
  t.true(after.exits.includes(0), 'stages answer some');
});

test('a forecast above the limit is refused after the pilot', async (t) => {
  const { calls, full } = modelOf(table, truly);
  const error = await t.throwsAsync(
    mapRows({ rows: table.rows, full, features: words, bound: { epsilon: 0.05 }, maxPrice: 0.4 }),
    { instanceOf: PriceLimitError },
  );
  t.is(error?.reason, 'forecast');
  t.is(calls.length, 200);
  t.regex(error?.message ?? '', /expected to cost .* 'maxPrice' is 0\.4/);
});

test('a limit below what all costs ends a run whose sample has failed, and what it has is given', async (t) => {
  // After the pilot, which is all that is trained on, it says something else.
  const { labels, rows, truth } = table;
  const { calls, full } = modelOf(table, (row) =>
    calls.length <= 800 ? truth[row] : labels[(labels.indexOf(truth[row]) + 1) % 3],
  );
  // Nothing but the class is read, so that every plan lets out many rows.
  const classes = new Map(rows.map(({ title }, row) => [title, `class${truth[row]}`]));
  const features = define<Titled>({ words: tfidf(({ title }) => classes.get(title) ?? '') });
  const given = { rows, full, features, bound: { epsilon: 0.05 } };
  const { outcome, asked, stopped, certificate, answers } = await mapRows({
    ...given,
    ...{ pilot: 800, training: 800, maxPrice: 1.7, sampleSeed: 'fixed' },
  });
  t.is(outcome, 'stopped');
  t.is(asked.training, 0);
  t.true(asked.sample > 0);
  t.regex(stopped ?? '', /expected to cost .* 'maxPrice' is 1\.7/);
  t.is(certificate, null);
  t.is(answers.filter(({ verdict }) => verdict === 'model').length, calls.length);
});

test('without a plan by the forecast, the limit ends it before it is exceeded', async (t) => {
  const { calls, full } = modelOf(table, (row) => table.labels[(row * 7_919) % 3]);
  const bound = { epsilon: 0.02 };
  await t.throwsAsync(mapRows({ rows: table.rows, full, features: words, bound, maxPrice: 1.5 }), {
    instanceOf: PriceLimitError,
    message: /Nothing can be saved/,
  });
  t.is(calls.length, 200);
});

test('answers that can’t be read are counted, train nothing, and count as lost', async (t) => {
  const { full } = modelOf(table, (row) => (row % 20 === 0 ? undefined : table.truth[row]));
  const { answers, forecast, certificate, newRows, cascade } = await mapRows({
    rows: table.rows,
    full,
    features: words,
    bound: { epsilon: 0.1 },
    newRows: true,
    training: 400,
  });
  const unread = forecast?.pilot.unread ?? 0;
  t.true(unread > 2 && unread < 25);
  // Of new rows nothing is promised by those that happen to be readable.
  t.regex(newRows ?? '', /have no answer that can be read.*'unparsed'/);
  t.not(cascade?.certificate.verdict, 'certified');
  t.is(certificate?.verdict, 'certified');
  for (const { label, verdict } of answers) t.is(label === null, verdict === 'unread');
  // A twentieth of those that a plan lets out is lost, by the sample.
  t.true((certificate?.lost ?? 0) > 0);
});

test('a part of the pilot is asked about twice, and flips are told', async (t) => {
  const { full } = modelOf(table, (row, ask) =>
    ask === 1 && row % 10 === 0
      ? table.labels[(table.labels.indexOf(table.truth[row]) + 1) % 3]
      : table.truth[row],
  );
  const { forecast } = await mapRows({
    rows: table.rows,
    full,
    features: words,
    bound: { epsilon: 0.05 },
    twice: 100,
    onForecast: () => false,
  });
  t.is(forecast?.pilot.twice, 100);
  const flips = forecast?.pilot.flips ?? 0;
  t.true(flips > 1 && flips < 25, `${flips}`);
});

test('rows to train on may be chosen by a function', async (t) => {
  const { full } = modelOf(table, truly);
  const sizes: number[] = [];
  const { asked, certificate } = await mapRows({
    rows: table.rows,
    full,
    features: words,
    bound: { epsilon: 0.05 },
    training: 350,
    chooseTraining: ({ pool, count, asked, classes }) => {
      sizes.push(asked.length);
      t.is(classes.length, asked.length);
      return pool.slice(0, count);
    },
  });
  t.deepEqual(sizes, [200, 275]);
  t.is(asked.training, 150);
  t.is(certificate?.verdict, 'certified');
  await t.throwsAsync(
    mapRows({
      ...{ rows: table.rows, full, features: words, bound: { epsilon: 0.05 }, training: 350 },
      chooseTraining: () => Int32Array.of(-1),
    }),
    { message: /chose row -1, which isn't in its pool/ },
  );
});

test('what can’t be right is refused before anything is asked', async (t) => {
  const { calls, full } = modelOf(table, truly);
  const given = { rows: table.rows, full, features: words, bound: { epsilon: 0.05 } };
  const { features: _, ...bare } = given;
  const refuse = (options: Parameters<typeof mapRows>[0], message: RegExp) =>
    t.throwsAsync(mapRows(options as never), { message });
  const odd = (more: object) => ({ ...given, ...more }) as never;
  await refuse(odd({ epsilon: 0.1 }), /'epsilon'/);
  await refuse(odd({ rows: [] }), /rows: there are none/);
  await refuse(odd({ rows: 'rows.csv' }), /expected an array/);
  await refuse(bare as never, /option 'text': missing/);
  await refuse(odd({ bound: { epsilon: 1.5 } }), /bound\.epsilon/);
  await refuse(odd({ bound: { epsilon: 0.1, delta: 0 } }), /bound\.delta/);
  await refuse(odd({ pilot: 10 }), /option 'pilot'/);
  await refuse(odd({ twice: 300 }), /option 'twice'/);
  await refuse(odd({ training: 100 }), /option 'training'/);
  await refuse(odd({ maxPrice: 0 }), /option 'maxPrice'/);
  await refuse(odd({ newRows: 'yes' }), /option 'newRows'/);
  await refuse(odd({ sampleSeed: 3 }), /option 'sampleSeed'/);
  await refuse(odd({ full: {} }), /option 'full': expected a model of rows/);
  await refuse(odd({ full: { ...full, readsRows: false } }), /option 'full': reads features/);
  await refuse(odd({ full: { ...full, price: 0 }, maxPrice: 1 }), /the model has no price/);
  t.is(calls.length, 0);
});

test('an aborted run rejects with the reason', async (t) => {
  const { full } = modelOf(table, truly);
  const stop = new AbortController();
  const reason = new Error('enough');
  const error = await t.throwsAsync(
    mapRows({
      rows: table.rows,
      full,
      features: words,
      bound: { epsilon: 0.05 },
      signal: stop.signal,
      onProgress: ({ step }) => {
        if (step === 'training') stop.abort(reason);
      },
    }),
  );
  t.is(error, reason);
});

/** A model that answers in no order, at prices that differ by row; it may be stopped at a question. */
const paidModel = (journal: string, stopAt?: number) => {
  const places = new Map(table.rows.map(({ title }, i) => [title, i]));
  const calls: string[] = [];
  const stop = new AbortController();
  const full = chatModel({
    model: 'own',
    labels: ['a', 'b', 'c'],
    prompt: ({ title }: Titled) => `a, b or c?\n${title}`,
    generate: async ([{ content }]: readonly { readonly content: string }[]) => {
      if (calls.push(content) === stopAt) stop.abort(new Error('killed'));
      const row = places.get(content.split('\n')[1]) ?? 0;
      for (let turn = row % 7; turn > 0; turn--) await new Promise(setImmediate);
      return { text: table.truth[row], usage: { input: 10 + (row % 13), cached: 0, output: 1 } };
    },
    prices: { input: 0.15, output: 0.6 },
    journal,
  });
  return { calls, full, signal: stop.signal };
};

test('stopped in each of its steps, a run over a journal asks what is missing, and then nothing', async (t) => {
  const folder = await folderFor(t);
  const given = {
    ...{ rows: table.rows.slice(0, 1_200), features: words, bound: { epsilon: 0.06 } },
    ...{ pilot: 100, training: 300, sampleSeed: 'drawn once' },
  };
  const run = async (journal: string, stopAt?: number) => {
    const { calls, full, signal } = paidModel(join(folder, journal), stopAt);
    const mapped = await mapRows({ ...given, full, signal }).catch((error: Error) => error.message);
    const account = await full.account();
    await full.close();
    return { mapped, account, calls };
  };
  const whole = await run('whole.journal');
  if (typeof whole.mapped === 'string') return t.fail(whole.mapped);
  const { pilot, training, sample, rest } = whole.mapped.asked;
  t.deepEqual([pilot, training], [100, 200]);
  t.true(sample > 20 && rest > 20, `${sample} ${rest}`);

  const calls: string[] = [];
  for (const within of [
    pilot / 2,
    pilot + training / 2,
    pilot + training + sample / 2,
    whole.calls.length - 9,
  ]) {
    const before = new Set(calls).size;
    const stopped = await run('parts.journal', Math.round(within) - before);
    t.is(stopped.mapped, 'killed');
    calls.push(...stopped.calls);
  }
  const last = await run('parts.journal');
  calls.push(...last.calls);
  t.deepEqual(new Set(calls), new Set(whole.calls));
  // Those under way when it was stopped may have been paid for, and are asked again: no others are.
  t.true(calls.length <= whole.calls.length + last.account.unknown);
  t.is(last.account.answers, whole.account.answers);

  const again = await run('whole.journal');
  t.is(again.calls.length, 0);
  // The journal has the claim and its seed: the same one asks nothing anew, and another is refused before anything is asked.
  const claimed = async (more: Partial<typeof given>, of = 'whole.journal') => {
    const { calls, full } = paidModel(join(folder, of));
    const { sampleSeed: _, ...unseeded } = given;
    const mapped = await mapRows({ ...unseeded, ...more, full }).catch((error: unknown) => error);
    await full.close();
    t.is(calls.length, 0);
    return mapped;
  };
  t.like(await claimed({}), { sampleSeed: 'drawn once', answers: whole.mapped.answers });
  const others: Readonly<Record<string, Partial<typeof given> & { readonly seed?: number }>> = {
    'another epsilon': { bound: { epsilon: 0.07 } },
    'another draw': { sampleSeed: 'drawn again' },
    'other training rows': { seed: 1 },
    'other stages': { training: 400 },
    'another order': { rows: given.rows.toReversed() },
    copies: { rows: structuredClone(given.rows), bound: { epsilon: 0.07 } },
  };
  for (const [what, other] of Object.entries(others)) {
    const refused = await claimed(other);
    t.true(refused instanceof JournalError && refused.reason === 'claimed', `${what}: ${refused}`);
  }
  for (const { mapped } of [last, again]) {
    if (typeof mapped === 'string') return t.fail(mapped);
    t.deepEqual(mapped.answers, whole.mapped.answers, 'labels, stages and prices');
    t.deepEqual(mapped.forecast?.pilot.perRow, whole.mapped.forecast?.pilot.perRow);
    t.deepEqual(mapped.cascade?.path, whole.mapped.cascade?.path);
  }
});

const chatOf = (own: object) => {
  const asked: string[] = [];
  const full = chatModel({
    model: 'own',
    labels: ['a', 'b', 'c'],
    prompt: ({ title }: Titled) => `a, b or c? ${title}`,
    generate: ([{ content }]: readonly { readonly content: string }[]) => {
      asked.push(content);
      return { text: 'abc'[content.length % 3] ?? 'a', usage: { input: 10, cached: 0, output: 1 } };
    },
    ...own,
  });
  return { asked, full };
};

test('a limit on a chat model with prices stops at the very question, in the pilot too', async (t) => {
  const { rows } = titleTable(600, 3);
  const { asked, full } = chatOf({ prices: { input: 1e6, output: 1e6 } });
  const { outcome } = await mapRows({
    rows,
    full,
    text: ({ title }) => title,
    bound: { epsilon: 0.05 },
    maxPrice: 1_000,
  }).catch((error: unknown) => ({ outcome: error }));
  t.true(outcome instanceof PriceLimitError || outcome === 'stopped');
  t.true(asked.length > 20 && asked.length <= 90, `${asked.length} asked, at 11 each`);
});

test('a limit on a chat model without prices is refused before anything is asked', async (t) => {
  const { rows } = titleTable(600, 3);
  const { asked, full } = chatOf({});
  await t.throwsAsync(
    mapRows({ rows, full, text: ({ title }) => title, bound: { epsilon: 0.05 }, maxPrice: 1 }),
    { instanceOf: OptionError, message: /maxPrice.*no price/ },
  );
  t.is(asked.length, 0);
});
