import test from 'ava';
import { countedWords, objectiveNotes } from '../../../cascades/reporting/objectiveNotes.js';
import { agreementWorld } from '../../../datasets/index.js';
import { Cascade, define, dense, type Plan } from '../../../index.js';
import {
  sigmoidLearner,
  tuneWorld,
  type WorldOptions,
  worldsFull,
  worldsProfile,
} from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { stageOf } from '../../support/plans.js';
import { perRow, profileWith } from '../../support/profile.js';

const profile = profileWith({
  own: perRow(10),
  redis: perRow(250, { wait: 0.8 }),
  http: perRow(4_000, { wait: 0.75, price: 2 }),
});
/** Own columns for all, Redis for half, HTTP for a tenth. */
const plan: Plan = {
  classes: ['a', 'b'],
  decision: { kind: 'argmax' },
  stages: [stageOf({ features: ['own'], reach: 1 }), stageOf({ features: ['own', 'redis'], reach: 0.5 })],
  full: { features: ['own', 'redis', 'http'], reach: 0.1, cost: 0 },
  expected: { cost: 1, fullCost: 10, speedup: 10 },
};

test('one line says what plans were compared by, why, and what the others expect', (t) => {
  const [line, ...rest] = objectiveNotes({ profile, plan, objective: 'latency', whyObjective: 'since so' });
  // Processor time: 10 + .5 x 50 + .1 x 1,000 = 135 us, of 10 + 50 + 1,000; a tenth of the money.
  t.is(
    line,
    'Plans are compared by latency, since so. The plan is expected to take by throughput 135 µs of processor time in ' +
      "batches for the full pipeline's 1.06 ms (7.85×), and by price 0.200 of declared prices for the full pipeline's 2.00 (10.0×).",
  );
  t.deepEqual(rest, [
    "50.0 % of rows ask for 'redis', which waits 200 µs. 10.0 % of rows ask for 'http', which waits 3.00 ms and costs 2.00 a row.",
  ]);
});

test('a plan that asks a source that waits or has a price for every row is shown as such', (t) => {
  const first = { ...plan, stages: [stageOf({ features: ['own', 'http'], reach: 1 })] };
  const asked = objectiveNotes({ profile, plan: first, objective: 'throughput' }).at(-1) ?? '';
  t.true(asked.startsWith("Every row asks for 'http', which waits 3.00 ms and costs 2.00 a row."));
  t.regex(asked, /10.0 % of rows ask for 'redis'/);
  // No row leaves at the first stage: those of the second ask for every row, too.
  const late = {
    ...plan,
    stages: [stageOf({ features: ['own'], reach: 1 }), stageOf({ features: ['redis'], reach: 1 })],
  };
  t.regex(
    objectiveNotes({ profile, plan: late, objective: 'latency' }).at(-1) ?? '',
    /^Every row asks for 'redis'/,
  );
});

test('a source that is begun a stage early is asked for by the rows of that stage', (t) => {
  const slow = profileWith({ own: perRow(500), redis: perRow(250, { wait: 0.8 }) });
  const early = {
    ...plan,
    stages: plan.stages.slice(0, 1),
    full: { ...plan.full, features: ['own', 'redis'] },
  };
  const asked = (objective: 'latency' | 'throughput') =>
    objectiveNotes({ profile: slow, plan: early, objective }).at(-1);
  const usual = "10.0 % of rows ask for 'redis', which waits 200 µs";
  t.is(asked('latency'), `${usual}, and of rows alone 100 %, a stage early.`);
  t.is(asked('throughput'), `${usual}.`);
});

test('waiting that was measured and isn’t counted is pointed at, also where the full model answers alone', (t) => {
  const hint =
    "waiting counts for nothing: 'redis' waits 200 µs, 'http' waits 3.00 ms for a row alone. objective: 'latency' counts it.";
  for (const objective of ['throughput', 'price'] as const) {
    for (const each of [plan, { ...plan, stages: [] }]) {
      t.true(objectiveNotes({ profile, plan: each, objective }).includes(`By ${objective} ${hint}`));
    }
  }
  t.false(
    objectiveNotes({ profile, plan, objective: 'latency' }).some((note) =>
      note.includes('counts for nothing'),
    ),
  );
});

test('a source that says it waits is named however short its wait was; nothing else is', (t) => {
  const quick = profileWith({ own: perRow(10), redis: perRow(50) });
  const short = { ...plan, full: { ...plan.full, features: ['own', 'redis'] } };
  const column = (waits: boolean) =>
    dense(1, (rows: readonly object[]) => new Float32Array(rows.length), { waits });
  const features = define({ own: column(false), redis: column(true) });
  const notes = { profile: quick, plan: short, objective: 'latency' } as const;
  t.deepEqual(objectiveNotes({ ...notes, features }), ["50.0 % of rows ask for 'redis', which waits."]);
  t.deepEqual(objectiveNotes(notes), []);
});

const column = (of: 'cheap' | 'costly', more: { readonly price?: number; readonly waits?: boolean } = {}) =>
  dense(
    1,
    (rows: readonly { readonly cheap: number; readonly costly: number }[]) =>
      Float32Array.from(rows, (row) => row[of]),
    more,
  );
const costing = (costly: Partial<(typeof worldsProfile)['features']['costly']['cost']>) => ({
  ...worldsProfile,
  features: {
    ...worldsProfile.features,
    costly: { ...worldsProfile.features.costly, cost: { ...worldsProfile.features.costly.cost, ...costly } },
  },
});
const priced = {
  features: define({ cheap: column('cheap'), costly: column('costly', { price: 2 }) }),
  profile: costing({ price: 2 }),
};
const waiting = {
  features: define({ cheap: column('cheap'), costly: column('costly', { waits: true }) }),
  profile: costing({ perRow: 3_000, wait: 0.9 }),
};
const both = {
  features: define({ cheap: column('cheap'), costly: column('costly', { waits: true, price: 2 }) }),
  profile: costing({ perRow: 3_000, wait: 0.9, price: 2 }),
};
const billed = { ...worldsFull, price: 2, waits: true, money: { spent: () => 0, byBatch: () => undefined } };
/** What a user declares, and what the summary says. */
const users: readonly (readonly [string, WorldOptions, ...RegExp[]])[] = [
  ['nothing', {}, /compared by throughput, since nothing is said to wait or to have a price\. (?!The plan)/],
  [
    'prices',
    priced,
    /compared by price, since 'costly' has a price\. The plan is expected to take by throughput .* by latency/,
    /% of rows ask for 'costly', which costs 2\.00 a row\./,
  ],
  [
    'waits',
    waiting,
    /compared by latency, since 'costly' waits for an answer\. The plan is expected to take by throughput/,
    /% of rows ask for 'costly', which waits 2\.70 ms\./,
  ],
  [
    'both',
    both,
    /compared by latency, since 'costly' waits for an answer, though 'costly' has a price\. .* by price/,
    /which waits 2\.70 ms and costs 2\.00 a row\./,
  ],
  [
    'a model that bills',
    { full: billed, profile: { ...worldsProfile, full: perRow(0.02, { price: 2 }) } },
    /compared by price, since the full model bills each request\. .* by latency/,
  ],
  [
    'both, against which throughput is given',
    { ...both, objective: 'throughput' },
    /as 'objective' says, though 'costly' waits for an answer and 'costly' has a price: without it they are compared by latency\./,
    /By throughput waiting counts for nothing: 'costly' waits 2\.70 ms/,
  ],
];
for (const [what, options, ...said] of users) {
  test(`a summary says what the objective followed from: ${what}`, async (t) => {
    const cascade = await tuneWorld(agreementWorld({ rows: 800, seed: 1, accuracy: 0.95 }), {
      bound: { epsilon: 0.1 },
      ...options,
    });
    t.is(cascade.certificate.verdict, 'certified');
    const summary = cascade.summary({ time: false }).replaceAll(/\s+/g, ' ');
    for (const each of said) t.regex(summary, each);
  });
}

test('a file keeps the reason, and a what-if has its own', async (t) => {
  const cascade = await tuneWorld(agreementWorld({ rows: 800, seed: 1, accuracy: 0.95 }), {
    bound: { epsilon: 0.1 },
    ...both,
  });
  const path = `${await folderFor(t)}/world.cascade`;
  await cascade.save(path);
  const loaded = await Cascade.load(path, {
    features: both.features,
    full: worldsFull,
    learners: [sigmoidLearner],
  });
  const lineOf = (of: Pick<typeof cascade, 'summary'>) =>
    /Plans are compared by \w+, .*?\.(?= [A-Z])/.exec(of.summary().replaceAll(/\s+/g, ' '))?.[0];
  t.is(lineOf(loaded), lineOf(cascade));
  t.is(
    lineOf(cascade.whatIf({ objective: 'price' })),
    "Plans are compared by price, as 'whatIf.objective' says.",
  );
  t.is(lineOf(cascade.whatIf({ costs: { costly: { perRow: 5 } } })), lineOf(cascade));
});

test('whether waits and prices are in the cost is said for each objective, in the summary too', async (t) => {
  t.is(
    countedWords('throughput'),
    "Expected costs and speedups are of processor time in batches: waits and prices aren't counted.",
  );
  t.regex(countedWords('latency'), /for a row alone: processor time and waits .*, prices aren't counted/);
  t.regex(countedWords('price'), /of declared prices: neither processor time nor waits/);
  const { rows } = agreementWorld({ rows: 2_000, seed: 6 });
  const text = (await tuneWorld({ rows }, { objective: 'latency' })).summary().replace(/\s+/g, ' ');
  t.true(text.includes(countedWords('latency')));
});
