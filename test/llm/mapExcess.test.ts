import { join } from 'node:path';
import test from 'ava';
import { chatModel } from '../../entries/llm.js';
import { OptionError, PriceLimitError } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { mapRows } from '../../llm/index.js';
import { folderFor } from '../support/files.js';
import { modelOf, titleTable, words } from './world.js';

/** A model that gives a row another of its answers by chance, each time anew: what it would say is drawn before. */

const FLIPS = 0.05;
const table = titleTable(2_400, 1);
const { rows, labels } = table;
const said = [0, 1].map((ask) => {
  const chance = random(`said ${ask}`);
  return table.truth.map((truth) => (chance.uniform() < FLIPS ? labels[chance.integer(3)] : truth));
});
const [first, second] = said;
const given = {
  rows,
  features: words,
  bound: { loss: 'excessDisagreement', epsilon: 0.05 },
  training: 400,
  sampleSeed: 'fixed',
} as const;

test('in excess sampled rows are asked about twice, and questions, money and excess add up', async (t) => {
  const { calls, full } = modelOf(table, (row, ask) => said[ask][row]);
  const { answers, certificate, asked, spent, forecast, afterTraining, cascade } = await mapRows({
    ...given,
    full,
  });
  t.is(certificate?.verdict, 'certified');
  t.is(certificate?.loss, 'excessDisagreement');
  const { pilot, training, sample, rest, again } = asked;
  t.is(again, pilot + sample);
  t.is(certificate?.n, sample);
  t.is(calls.length, pilot + training + sample + rest + again);
  t.true(calls.length < rows.length);
  const times = new Map<string, number>();
  for (const title of calls) times.set(title, (times.get(title) ?? 0) + 1);
  t.is([...times.values()].filter((count) => count === 2).length, again);
  t.is(Math.max(...times.values()), 2);

  t.true(Math.abs(spent - 0.001 * calls.length) < 1e-9);
  t.true(Math.abs(answers.reduce((sum, { price }) => sum + price, 0) - spent) < 1e-9);
  const { certified, pilot: told } = forecast ?? {};
  t.is(told?.twice, 200);
  t.true((certified?.again ?? 0) > 200);
  t.true((certified?.money.middle ?? 0) > 0.001 * (certified?.asked.middle ?? 0) + 0.2);
  t.is(afterTraining?.certified.again, again);
  t.true((afterTraining?.certified.money.low ?? 9) <= spent);

  let [differ, flips] = [0, 0];
  answers.forEach(({ label, verdict }, row) => {
    if (verdict === 'model') t.is(label, first[row]);
    if (label !== first[row]) differ++;
    if (second[row] !== first[row]) flips++;
  });
  t.true(differ - flips <= 0.05 * rows.length, `${differ} of ${flips}`);
  const inSample = certificate?.flips;
  t.is(inSample?.rows, sample);
  t.true((inSample?.differ ?? 0) > 0 && (inSample?.differ ?? 0) < 0.15 * sample);

  t.is(cascade?.certificate.verdict, 'exploratory');
  t.deepEqual(cascade?.certificate.batch, {
    loss: 'excessDisagreement',
    rows: rows.length,
    epsilon: 0.05,
    delta: 0.05,
  });
  t.regex(
    cascade?.summary().replace(/\s+/g, ' ') ?? '',
    /less the share on which it differs from itself when it is asked again, is at most 5 % on a table of 2,400 rows/,
  );
});

test('which of a row’s two answers is the earlier one is a coin’s throw', async (t) => {
  const order: (readonly [string, number])[] = [];
  const { full } = modelOf(table, (row, ask) => {
    order.push([rows[row].title, ask]);
    return said[ask][row];
  });
  const { asked } = await mapRows({ ...given, full });
  const sampled = order.slice(
    asked.pilot * 2 + asked.training,
    asked.pilot * 2 + asked.training + 2 * asked.sample,
  );
  const places = new Map<string, number[]>();
  sampled.forEach(([title, ask], place) => {
    const both = places.get(title) ?? [];
    both[ask] = place;
    places.set(title, both);
  });
  t.is(places.size, asked.sample);
  const ahead = [...places.values()].filter(([one, two]) => one < two).length;
  t.true(ahead > 0.35 * asked.sample && ahead < 0.65 * asked.sample, `${ahead} of ${asked.sample}`);
});

/** The same model over a journal, and what it was asked. */
function journalled(journal: string) {
  const asked: string[] = [];
  const places = new Map(rows.map(({ title }, row) => [title, row]));
  const full = chatModel({
    model: 'own',
    labels: ['a', 'b', 'c'],
    prompt: ({ title }: { readonly title: string }) => `a, b or c? ${title}`,
    journal,
    generate: async ([{ content }]: readonly { readonly content: string }[]) => {
      const times = asked.filter((text) => text === content).length;
      asked.push(content);
      const row = places.get(content.slice('a, b or c? '.length)) ?? -1;
      return { text: said[times][row] ?? 'a', usage: { input: 10, cached: 0, output: 1 } };
    },
    prices: { input: 1e3, output: 1e3 },
  });
  return { asked, full };
}

test('a run that ends within the sample goes on, and a third asks nothing', async (t) => {
  const journal = join(await folderFor(t), 'paid.journal');
  const whole = 1e-3 * 11;
  const before = journalled(journal);
  const stopped = await mapRows({
    ...given,
    full: before.full,
    maxPrice: 100,
    onForecast: () => true,
    onProgress: ({ step, share }) => {
      if (step === 'sample' && share > 0.4) throw new Error('the process ends');
    },
  }).catch((error: Error) => error.message);
  await before.full.close();
  t.is(stopped, 'the process ends');
  t.true(before.asked.length > 600 && before.asked.length < 1_200, `${before.asked.length}`);

  const after = journalled(journal);
  const done = await mapRows({ ...given, full: after.full, maxPrice: 100 });
  await after.full.close();
  t.is(done.certificate?.verdict, 'certified');
  const questions =
    done.asked.pilot + done.asked.training + done.asked.sample + done.asked.rest + done.asked.again;
  t.is(before.asked.length + after.asked.length, questions);
  t.true(Math.abs(done.spent - whole * questions) < 1e-6);

  const third = journalled(journal);
  const same = await mapRows({ ...given, full: third.full, maxPrice: 100 });
  await third.full.close();
  t.is(third.asked.length, 0);
  t.deepEqual(same.certificate, done.certificate);

  const limited = journalled(`${journal}.2`);
  const maxPrice = 0.9 * done.spent;
  const ended = await mapRows({ ...given, full: limited.full, maxPrice }).catch((error: unknown) => error);
  await limited.full.close();
  t.true(ended instanceof PriceLimitError || (ended as typeof done).outcome === 'stopped');
  t.true(limited.asked.length >= 400 && whole * limited.asked.length <= maxPrice);
});

test('what a bound in excess can’t have is refused before anything is asked', async (t) => {
  const { calls, full } = modelOf(table, (row) => first[row]);
  const refuse = (more: object, message: RegExp) =>
    t.throwsAsync(mapRows({ ...given, full, ...more } as never), { instanceOf: OptionError, message });
  await refuse({ newRows: true }, /'newRows': isn't tested in excess.*excessDisagreement/);
  await refuse({ newRows: { delta: 0.1 } }, /'newRows'/);
  await refuse({ bound: { loss: 'harm', epsilon: 0.05 } }, /bound\.loss/);
  t.is(calls.length, 0);
});
