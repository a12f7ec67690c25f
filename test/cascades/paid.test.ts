import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { chatModel } from '../../entries/llm.js';
import { BudgetStop, define, dense, PriceLimitError, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { folderFor } from '../support/files.js';
import { LlmServer, type LlmServerOptions } from '../support/llm/index.js';

interface Note {
  readonly text: string;
  readonly at: number;
}

function notes(count: number, seed: string): Note[] {
  const draw = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const at = 4 * draw.uniform() - 2;
    return { text: `note ${seed}${i}, of ${at < 0 ? 'minus' : 'plus'}`, at };
  });
}

const features = define({
  at: dense(1, (rows: readonly Note[]) => Float32Array.from(rows, ({ at }) => (Math.abs(at) < 0.5 ? 0 : at))),
});
const bound = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 } as const;
const prices = { input: 0.15, output: 0.6, batch: 0.5, currency: 'USD' };
const rows = notes(700, 'a');
/** Rows that are asked anew on purpose, alone and a few at a time: does the model agree with itself? */
const ANEW = 96;

async function setting(t: ExecutionContext, options: Partial<LlmServerOptions> = {}) {
  const server = new LlmServer({
    speak: ([{ content }]) => (content.endsWith('minus') ? 'down' : 'up'),
    ...options,
  });
  const url = await server.start();
  t.teardown(() => server.stop());
  const journal = join(await folderFor(t), 'answers.journal');
  const modelOf = (own: object = {}) =>
    chatModel({
      baseURL: `${url}/v1`,
      model: 'small',
      labels: ['down', 'up'],
      prompt: ({ text }: Note) => `Is this up or down? ${text}`,
      prices,
      journal,
      ...own,
    });
  const tuned = (full: ReturnType<typeof modelOf>) =>
    // What a paid model costs is its price.
    tune({ features, rows, full, bound, seed: 1 });
  return { server, modelOf, tuned };
}

test('tuned by batches: three rounds, and nothing but some rows on purpose is asked twice', async (t) => {
  const { server, modelOf, tuned } = await setting(t);
  await using full = modelOf({ batch: { pollMs: 1 } });
  const cascade = await tuned(full);
  t.is(cascade.certificate.verdict, 'certified');
  t.is(server.room.batches.length, 2);
  t.is(server.charged.length, rows.length + ANEW);
  const fresh = notes(2_000, 'b');
  const answered = await cascade.predict(fresh);
  t.is(server.room.batches.length, 3);
  const asked = answered.exits.filter((exit) => exit === cascade.plan.stages.length).length;
  t.is(server.charged.length, rows.length + ANEW + asked);
  t.is(new Set(server.charged).size, server.charged.length - ANEW);
});

test('a run that is stopped by its budget goes on without asking again, and comes to the same', async (t) => {
  const { server, modelOf, tuned } = await setting(t);
  const whole = await setting(t);
  await using alone = whole.modelOf();
  const expected = await whole.tuned(alone);
  const stopped = modelOf({ maxPrice: 0.002 });
  const stop = await t.throwsAsync(tuned(stopped), { instanceOf: BudgetStop });
  t.true(stop instanceof PriceLimitError && stop.spent <= 0.002 && stop.spent > 0.0015);
  t.true(server.charged.length > 100 && server.charged.length < rows.length);
  await stopped.close();
  await using full = modelOf({ maxPrice: 1 });
  const cascade = await tuned(full);
  t.is(server.charged.length, rows.length + ANEW);
  t.is(new Set(server.charged).size, rows.length);
  t.is(cascade.certificate.verdict, expected.certificate.verdict);
  t.deepEqual(
    cascade.plan.stages.map(({ thresholds }) => thresholds),
    expected.plan.stages.map(({ thresholds }) => thresholds),
  );
  // Once more, with all of it paid for.
  await tuned(full);
  t.is(server.charged.length, rows.length + ANEW);
});

test("tune's own limit counts what is paid: what the journal has costs nothing again", async (t) => {
  const { server, modelOf } = await setting(t);
  const tuned = (full: ReturnType<typeof modelOf>, maxPrice: number) =>
    tune({ features, rows, full, bound, seed: 1, maxPrice });
  // The forecast is of what a row costs at most, 71 bytes and 100 tokens.
  const refused = await t.throwsAsync(tuned(modelOf(), 0.01), { instanceOf: PriceLimitError });
  t.is(refused?.reason, 'forecast');
  t.is(server.charged.length, 0);
  // A price of one's own, which is too small.
  await using full = modelOf({ price: 1e-6 });
  const stop = await t.throwsAsync(tuned(full, 0.002), { instanceOf: PriceLimitError });
  t.is(stop?.reason, 'spent');
  const { spent, reserved } = await full.account();
  t.true(spent + reserved <= 0.002 && spent > 0.0015);
  const asked = server.charged.length;
  t.true(asked < rows.length);
  const price = spent / asked;
  await tuned(full, (rows.length + ANEW - asked) * price * 1.1 + 0.0002);
  t.is(server.charged.length, rows.length + ANEW);
});

test('a summary says in which money, and what is saved against the batch price', async (t) => {
  const { modelOf, tuned } = await setting(t);
  await using full = modelOf();
  const cascade = await tuned(full);
  const summary = cascade.summary().replaceAll(/\s+/g, ' ');
  t.true(summary.includes("Prices are USD a row, by what the full model's questions cost so far."));
  const [, batch, gain] =
    /by its batch API costs (\S+) USD a row: against that, the cascade is (\S+) times cheaper/.exec(
      summary,
    ) ?? [];
  const { mean = 0 } = await full.account();
  t.true(Math.abs(Number(batch) - mean / 2) < 1e-7);
  const { cost, fullCost } = cascade.plan.expected;
  t.true(Math.abs(Number(gain) - Number(batch) / cost) < 0.02 * Number(gain));
  // Asked at once, it costs twice as much as by batch, and saves that much less.
  t.true(Math.abs(fullCost / cost - 2 * Number(gain)) < 0.02 * Number(gain));
});

test('a model that flips is asked twice in one batch, each row by a coin of its own', async (t) => {
  const draw = random('flips');
  const { server, modelOf } = await setting(t, {
    speak: ([{ content }]) => (content.endsWith('minus') !== draw.uniform() < 0.05 ? 'down' : 'up'),
  });
  await using full = modelOf({ batch: { pollMs: 1 } });
  const cascade = await tune({
    features,
    rows: notes(2_000, 'a'),
    full,
    bound: { loss: 'excessDisagreement', epsilon: 0.05, delta: 0.05 },
    seed: 1,
  });
  t.is(cascade.certificate.verdict, 'certified');
  const asks = server.room.batches.map(({ input_file_id }) =>
    (server.room.files.get(input_file_id) ?? '')
      .trim()
      .split('\n')
      .map((line) => /"custom_id":"(\w+)\.(\d)\./.exec(line)?.slice(1) ?? []),
  );
  const both = asks.filter(
    (lines) => lines.some(([, ask]) => ask === '0') && lines.some(([, ask]) => ask === '1'),
  );
  t.is(both.length, 1);
  const [lines] = both;
  const firstOf = new Map<string, string>();
  for (const [key, ask] of lines) if (!firstOf.has(key)) firstOf.set(key, ask);
  const share = [...firstOf.values()].filter((ask) => ask === '0').length / firstOf.size;
  t.is(lines.length, 2 * firstOf.size);
  t.true(share > 0.4 && share < 0.6);
});
