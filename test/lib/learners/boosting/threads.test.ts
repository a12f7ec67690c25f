import type { Worker } from 'node:worker_threads';
import test from 'ava';
import fc from 'fast-check';
import { denseBlock } from '../../../../lib/blocks/index.js';
import { OptionError } from '../../../../lib/errors.js';
import { planBins } from '../../../../lib/learners/boosting/bins.js';
import { boost, boostWith } from '../../../../lib/learners/boosting/boost.js';
import { Crew } from '../../../../lib/learners/boosting/crew.js';
import { joinJobs, runPart, type SharedJobs } from '../../../../lib/learners/boosting/jobs.js';
import { squaredLoss } from '../../../../lib/learners/boosting/losses/index.js';
import { Margins, marginArrays } from '../../../../lib/learners/boosting/margins.js';
import { checkOptions, type EarlyStopping } from '../../../../lib/learners/boosting/options.js';
import { shareOut, takeParts } from '../../../../lib/learners/boosting/parts.js';
import { lossOn } from '../../../../lib/learners/boosting/target.js';
import { TrainingRows } from '../../../../lib/learners/boosting/trainingRows.js';
import { type BoostingOptions, gradientBoosting, type TrainingSet } from '../../../../lib/learners/index.js';
import { uniform } from '../problem.js';
import { classesOf, numbersOf, problem, sparseOf } from './problem.js';

const ROWS = 300;

/** Three threads in one: parts run in any order, each by any of them, as if the others were as quick or asleep. */
class Shuffled extends Crew {
  readonly taken = [0, 0, 0];
  private readonly random: () => number;
  private others: ReturnType<typeof joinJobs>[] = [];

  constructor(seed: number) {
    super(1);
    this.isSharing = true;
    this.random = uniform(seed);
  }

  override readonly threads = 3;

  override give(shared: SharedJobs): void {
    this.others = [1, 2].map((thread) => joinJobs(structuredClone(shared), thread));
  }

  override run(job: number, parts: number, work: (job: number, part: number) => void): void {
    const left = Array.from({ length: parts }, (_, part) => part);
    while (left.length > 0) {
      const [part] = left.splice(Math.floor(this.random() * left.length), 1);
      const thread = Math.floor(this.random() * 3);
      this.taken[thread]++;
      if (thread === 0) work(job, part);
      else runPart(this.others[thread - 1], job, part);
    }
  }
}

const mixed = (missing: boolean, kind: 'dense' | 'sparse' | 'both') => {
  const { block } = problem(ROWS, missing);
  const random = uniform(3);
  const kinds = denseBlock(
    ROWS,
    2,
    Float32Array.from({ length: 2 * ROWS }, () => Math.floor(9 * random())),
  );
  const other = sparseOf(problem(ROWS, missing, 8).block);
  if (kind === 'both') return { blocks: [other, block, kinds], features: ['other', 'numbers', 'kinds'] };
  if (kind === 'sparse') return { blocks: [other], features: ['other'] };
  return { blocks: [block, kinds], features: ['numbers', 'kinds'] };
};

const queries = Int32Array.from({ length: ROWS }, (_, row) => row >> 3);

test('which thread takes which part, and when, changes no bit of a model', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        loss: fc.constantFrom('auto', 'softmax', 'squared', 'quantile', 'pairwise', 'listwise'),
        classes: fc.constantFrom(2, 3),
        kind: fc.constantFrom('dense', 'sparse', 'both'),
        missing: fc.boolean(),
        isCategorical: fc.boolean(),
        isMonotone: fc.boolean(),
        seed: fc.integer(),
        growth: fc.constantFrom('leaf', 'depth'),
        rowSample: fc.constantFrom(1, 0.6),
        columnSample: fc.constantFrom(1, 0.5),
        earlyStopping: fc.constantFrom<false | EarlyStopping>(false, { heldOut: 0.2, patience: 2 }),
      } as const),
      async ({ loss, classes, kind, missing, isCategorical, isMonotone, seed, ...sampling }) => {
        const ofClasses = loss === 'auto' || loss === 'softmax';
        const given: BoostingOptions = {
          loss,
          ...sampling,
          rounds: 4,
          minRows: 5,
          ...(isCategorical && { categorical: { kinds: true } }),
          ...(isMonotone && loss === 'squared' && { monotone: { numbers: [1, 0, -1, 0, 0, 0] } }),
        };
        const data = problem(ROWS, missing);
        const set: TrainingSet = {
          ...(ofClasses ? classesOf(data, classes) : numbersOf(data)),
          ...mixed(missing, kind),
          ...(loss.endsWith('wise') && { groups: queries }),
        };
        const options = checkOptions({ ...given, threads: 1 });
        const crew = new Shuffled(seed);
        const alone = await boost(set, lossOn(set, options), options, { seed: 1 });
        t.deepEqual(await boostWith(crew, set, lossOn(set, options), options, { seed: 1 }), alone);
        t.true(crew.taken.every((parts) => parts > 0));
      },
    ),
    { numRuns: 60 },
  );
});

/** Threads, and what they need to differentiate squared errors. */
function squares(rows: number) {
  const crew = new Crew(2);
  const block = denseBlock(
    rows,
    1,
    Float32Array.from({ length: rows }, (_, row) => row % 99),
  );
  const roles = { categorical: new Uint8Array(1), monotone: new Int8Array(1) };
  const columns = planBins([block], new Uint8Array(rows).fill(1), roles, 255, 1);
  const training = new TrainingRows(columns, rows, 2, true, crew);
  const { order, derivatives, shared } = training;
  const arrays = { order, derivatives, ...marginArrays(rows, 1, 4, crew) };
  const values = Float64Array.from({ length: rows }, (_, row) => row);
  const targets = { rows, classes: 1, labels: new Int32Array(0), values };
  if (shared === undefined) throw new Error('no WebAssembly');
  const options = checkOptions({ loss: 'squared' });
  crew.give({ memory: shared, histograms: training.arrays, margins: arrays, targets, options });
  return { crew, arrays, margins: new Margins(arrays, squaredLoss(values)) };
}

test('a worker takes parts once it has started, and ends when it is told to', async (t) => {
  const workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  process.on('worker', note);
  const { crew, arrays, margins } = squares(40_000);
  await new Promise(setImmediate);
  process.off('worker', note);
  t.is(workers.length, 1);
  let own = 0;
  let jobs = 0;
  const counted = {
    threads: 2,
    run: (job: number, parts: number, work: (job: number, part: number) => void) =>
      crew.run(job, parts, (...which) => {
        own++;
        work(...which);
      }),
  };
  const parts = Math.ceil(40_000 / 4096);
  for (const end = Date.now() + 60_000; own === jobs * parts && Date.now() < end; jobs++) {
    arrays.firsts.fill(0);
    margins.differentiate(counted);
    t.true(arrays.firsts.every((first, row) => first === -row));
    await new Promise(setImmediate);
  }
  t.true(own < jobs * parts);
  await crew.end();
  t.deepEqual(
    workers.map(({ threadId }) => threadId),
    [-1],
  );
});

test.serial(
  'no worker is left by a fit that ends, fails or is aborted, and one that dies early isn’t missed',
  async (t) => {
    const workers: Worker[] = [];
    const note = (worker: Worker) => workers.push(worker);
    const dies = (worker: Worker) => void worker.terminate();
    const set = classesOf(problem(2_000), 3);
    const learner = gradientBoosting({ rounds: 20, threads: 3 });
    const alone = await gradientBoosting({ rounds: 20, threads: 1 }).fit(set, { seed: 1 });
    process.on('worker', note);
    t.deepEqual((await learner.fit(set, { seed: 1 })).state, alone.state);
    const stop = new AbortController();
    const stopped = learner.fit(set, {
      seed: 1,
      signal: stop.signal,
      onProgress: (share) => share > 0.5 && stop.abort(new Error('enough')),
    });
    await t.throwsAsync(stopped, { message: 'enough' });
    const failing = () => {
      throw new Error('broken');
    };
    await t.throwsAsync(learner.fit(set, { seed: 1, onProgress: failing }), { message: 'broken' });
    process.on('worker', dies);
    t.deepEqual((await learner.fit(set, { seed: 1 })).state, alone.state);
    process.off('worker', note).off('worker', dies);
    t.is(workers.length, 8);
    t.true(workers.every(({ threadId }) => threadId === -1));
  },
);

test('a part that fails fails its job, whoever took it', (t) => {
  const control = new Int32Array(new SharedArrayBuffer(12));
  const broken = (_: number, part: number) => {
    if (part === 2) throw new Error('broken');
  };
  t.throws(() => shareOut(control, 0, 4, broken), { message: 'broken' });
  // As if another thread had taken the part that fails.
  const other = (_: number, part: number) => {
    if (part === 3) t.throws(() => takeParts(control, broken), { message: 'broken' });
  };
  t.throws(() => shareOut(control, 0, 4, other), { message: /a thread of the fit failed/ });
});

test('threads are a whole number or auto', (t) => {
  for (const threads of [0, 1.5, Number.NaN, 65]) {
    const error = t.throws(() => gradientBoosting({ threads }), { instanceOf: OptionError });
    t.regex(error.message, /threads/);
  }
  t.notThrows(() => gradientBoosting({ threads: 'auto' }));
});
