import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fitThreads } from '../../entries/threads.js';
import {
  define,
  dense,
  gradientBoosting,
  type Learner,
  logisticRegression,
  MemoryLimitError,
  OptionError,
  type Progress,
  ridgeRegression,
  ThreadError,
  type TuneOptions,
  tfidf,
  tune,
  tuneTopK,
} from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from '../support/agreement.js';
import { atLength } from '../support/atLength.js';
import { folderFor } from '../support/files.js';
import { modulesUrl } from '../support/modulesUrl.js';
import { perRow } from '../support/profile.js';

// A process of its own: it starts threads, as `child_process` starts others.
const url = new URL(await modulesUrl(new URL('../../lib/learn/fits/threads/worker.ts', import.meta.url)));
const teams = [1, 2, 3].map((threads) => fitThreads({ threads }, url));
const [, two] = teams;
test.after.always(() => Promise.all(teams.map((threads) => threads.close())));

type Step = Progress['step'];

interface Row {
  readonly text: string;
  readonly near: number;
  readonly far: number;
  readonly value: number;
}

const WORDS = ['amber', 'basalt', 'cedar', 'dune', 'ember', 'fjord', 'glade', 'heath', 'islet', 'jetty'];

function rowsOf(count: number, seed: number): Row[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const value = 2 * draw.uniform() - 1;
    const words = Array.from({ length: 6 }, () => WORDS[draw.integer(value > 0 ? 10 : 6)]);
    return {
      text: words.join(' '),
      near: value + 0.3 * draw.normal(),
      far: value + 0.05 * draw.normal(),
      value,
    };
  });
}

const column = (of: (row: Row) => number) =>
  dense(2, (rows: readonly Row[]) => Float32Array.from(rows.flatMap((row) => [of(row), of(row) ** 2])));
const features = define({
  near: column(({ near }) => near),
  words: tfidf((row: Row) => row.text),
  far: column(({ far }) => far),
});
const rows = rowsOf(300, 1);
const labels = rows.map(({ value }) => (value > 0 ? 'high' : 'low'));
const values = rows.map(({ value }) => value);
const date = new Date(0);
const profile = profileOf({ near: 1, words: 5, far: 200 }, [
  'logistic-regression',
  'gradient-boosting',
  'ridge-regression',
]);
// Models cost enough that their first rounds are tried, too.
const dear = {
  ...profile,
  models: { ...profile.models, 'gradient-boosting': { fixed: 0, perRow: 20, perEntry: 0 } },
  full: perRow(40),
};
const trees = { rounds: 16, maxLeaves: 3, minRows: 10, maxBins: 32 };
const classes = {
  features,
  rows,
  labels,
  full: gradientBoosting(trees),
  approximate: [gradientBoosting(trees), logisticRegression()],
  bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.1 },
  profile: dear,
  split: { folds: 2 },
  seed: 3,
  date,
} as const satisfies TuneOptions<Row, string, 'near' | 'words' | 'far'>;
const numbers = {
  features,
  rows,
  labels: values,
  full: gradientBoosting({ ...trees, loss: 'squared' }),
  approximate: [ridgeRegression(), gradientBoosting({ ...trees, loss: 'squared' })],
  bound: { loss: { absoluteError: 1 }, epsilon: 0.25, delta: 0.1 },
  profile: dear,
  split: { folds: 2 },
  seed: 4,
  date,
} as const;
const stopping = { ...trees, earlyStopping: { heldOut: 0.2, patience: 3 } } as const;

/** A cascade's file: it has the plan, the models, and the evidence that they were chosen by. */
async function bytesOf(
  t: ExecutionContext,
  cascade: { save(path: string, options: { evidence: boolean }): Promise<void> },
): Promise<Buffer> {
  const path = join(await folderFor(t), 'made.cascade');
  await cascade.save(path, { evidence: true });
  return readFile(path);
}

test('classes: the same file on the caller’s thread and on 1, 2 and 3 others', async (t) => {
  const expected = await tune(classes);
  t.is(expected.certificate.verdict, 'certified');
  const bytes = await bytesOf(t, expected);
  for (const threads of teams) t.deepEqual(await bytesOf(t, await tune({ ...classes, threads })), bytes);
});

test('a slow machine finds the same plan, with threads and without: the budget is counted in work', async (t) => {
  const given = { ...classes, split: { folds: 5 }, budget: { fits: 14 } };
  const cascade = await tune(given);
  // It cuts the search: where it does is what a clock could move.
  t.regex(cascade.summary().replaceAll(/\s+/g, ' '), /To keep within the budget: 3 folds instead of 5\./);
  const expected = await bytesOf(t, cascade);
  // Each look at this clock takes a minute.
  let time = 0;
  const now = () => {
    time += 60_000;
    return time;
  };
  for (const slow of [given, { ...given, threads: two }]) {
    t.deepEqual(await bytesOf(t, await tune({ ...slow, clock: { now, cpu: now } })), expected);
  }
  t.true(time > 3_600_000);
});

if (atLength(false, true)) {
  test('numbers: the same file on the caller’s thread and on others', async (t) => {
    const expected = await tune(numbers);
    t.is(expected.certificate.verdict, 'certified');
    const bytes = await bytesOf(t, expected);
    for (const threads of teams) t.deepEqual(await bytesOf(t, await tune({ ...numbers, threads })), bytes);
  });
}

test('early stopping, with rounds that are known after the fits alone', async (t) => {
  const given = { ...classes, full: gradientBoosting(stopping), approximate: gradientBoosting(stopping) };
  const bytes = await bytesOf(t, await tune(given));
  t.deepEqual(await bytesOf(t, await tune({ ...given, threads: two })), bytes);
});

if (atLength(false, true)) {
  test('many rows, whose stages are tried lightly, then in the first round, then in all', async (t) => {
    const many = rowsOf(7_000, 8);
    const given = {
      features: define({
        near: column(({ near }) => near),
        both: column(({ near, far }) => near + far),
        far: column(({ far }) => far),
      }),
      rows: many,
      labels: many.map(({ value }) => (value > 0 ? 'high' : 'low')),
      full: gradientBoosting({ ...trees, rounds: 8 }),
      bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.1 },
      profile: {
        ...dear,
        features: profileOf({ near: 1, both: 20, far: 200 }, ['gradient-boosting']).features,
      },
      split: { folds: 2 },
      // Four of the six stages are fitted in full.
      effort: 'quick',
      seed: 5,
      date,
    } as const;
    const expected = await tune(given);
    t.regex(expected.summary({ time: false }), /stages were tried on few rows/);
    const bytes = await bytesOf(t, expected);
    for (const threads of teams) t.deepEqual(await bytesOf(t, await tune({ ...given, threads })), bytes);
  });
}

test('learners of users are fitted on the caller’s thread, beside others', async (t) => {
  const ours = logisticRegression();
  let fits = 0;
  const own: Learner = {
    name: 'own',
    work: ours.work,
    load: ours.load,
    async fit(set, context) {
      fits++;
      const model = await ours.fit(set, context);
      t.true(set.blocks.every(({ values }) => !(values.buffer instanceof SharedArrayBuffer)));
      return { ...model, name: 'own' };
    },
  };
  // A copy of ours with another fit is no longer ours.
  const changed: Learner = { ...ours, fit: own.fit };
  const costs = { ...profile, models: { ...profile.models, own: profile.models['logistic-regression'] } };
  for (const learner of [own, changed]) {
    const given = { ...classes, profile: costs, approximate: [learner, gradientBoosting(trees)] };
    const bytes = await bytesOf(t, await tune(given));
    const alone = fits;
    t.deepEqual(await bytesOf(t, await tune({ ...given, threads: two })), bytes);
    t.is(fits, 2 * alone);
    fits = 0;
  }
});

test('tuneTopK: the same ranker on the caller’s thread and on others', async (t) => {
  const given = {
    features,
    rows,
    labels,
    full: gradientBoosting(trees),
    approximate: [gradientBoosting(trees), logisticRegression()],
    rankClass: 'high',
    queries: Array.from({ length: 24 }, (_, q) => rowsOf(60, 100 + q)),
    k: 5,
    bound: { recall: 0.7, delta: 0.2 },
    profile: dear,
    seed: 5,
  } as const;
  const expected = await tuneTopK(given);
  const query = rowsOf(60, 500);
  for (const threads of atLength([two], teams)) {
    const ranker = await tuneTopK({ ...given, threads });
    t.deepEqual(ranker.plan, expected.plan);
    t.deepEqual(ranker.certificate, expected.certificate);
    t.deepEqual(await ranker.query(query, 5), await expected.query(query, 5));
  }
});

test('an abort in any step ends it at once with the reason, and the threads do other work', async (t) => {
  // With costs that are measured, all steps are made.
  const { profile: _, ...measured } = classes;
  const steps: Step[] = ['features', 'full model', 'profile', 'stages', 'search', 'certify'];
  for (const step of steps) {
    const reason = new Error('enough');
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      if (progress.step === step && progress.share > 0) controller.abort(reason);
    };
    const under = tune({ ...measured, threads: two, signal: controller.signal, onProgress });
    t.is(await t.throwsAsync(under), reason, step);
  }
  const controller = new AbortController();
  const under = tune({ ...classes, threads: two, signal: controller.signal });
  setImmediate(() => controller.abort(new Error('soon')));
  await t.throwsAsync(under, { message: 'soon' });
  t.is((await tune({ ...numbers, threads: two })).certificate.verdict, 'certified');
});

test('progress never goes back, in any step', async (t) => {
  const shares = new Map<Step, number[]>();
  const onProgress = ({ step, share }: Progress) => {
    shares.set(step, [...(shares.get(step) ?? []), share]);
  };
  await tune({ ...classes, threads: two, onProgress });
  for (const [step, all] of shares) {
    t.deepEqual(
      all.toSorted((a, b) => a - b),
      all,
      step,
    );
    t.is(all.at(-1), 1, step);
  }
  t.true((shares.get('full model') ?? []).length > 6, 'fits report their shares');
});

test('threads that die end tuning with a ThreadError; one that is closed does, too', async (t) => {
  await using dead = fitThreads({ threads: 2 }, new URL('data:text/javascript,process.exit(1)'));
  const lost = await t.throwsAsync(tune({ ...classes, threads: dead }), { instanceOf: ThreadError });
  t.is(lost.reason, 'lost');
  const closed = fitThreads({ threads: 1 }, url);
  await closed.close();
  const refused = await t.throwsAsync(tune({ ...classes, threads: closed }), { instanceOf: ThreadError });
  t.is(refused.reason, 'closed');
});

test('a limit of memory that no fit keeps within is refused, one of some fits changes nothing', async (t) => {
  await using none = fitThreads({ threads: 2, memory: 1_000 }, url);
  await t.throwsAsync(tune({ ...numbers, threads: none }), { instanceOf: MemoryLimitError });
  await using few = fitThreads({ threads: 2, memory: 40_000 }, url);
  const bytes = await bytesOf(t, await tune(numbers));
  t.deepEqual(await bytesOf(t, await tune({ ...numbers, threads: few })), bytes);
});

test('refused: threads that are none', async (t) => {
  for (const wrong of [2, fitThreads, {}]) {
    const threads = wrong as unknown as typeof two;
    const error = await t.throwsAsync(tune({ ...classes, threads }), { instanceOf: OptionError });
    t.is(error.option, 'threads');
  }
  t.throws(() => fitThreads({ threads: 0 }), { instanceOf: OptionError });
  t.throws(() => fitThreads({ memory: 0 }), { instanceOf: OptionError });
});
