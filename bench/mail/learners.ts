import { median } from 'simple-statistics';
import { gradientBoosting, type Learner, logisticRegression, type Profile, tune } from 'spillway';
import { features } from '../../examples/mail/pipeline.js';
import { atLeast, columns } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { disagreementRefuted } from '../harness/refute.js';
import { L2, type MailSplit, splitMail } from './data.js';
import { countsOf, timed } from './seed.js';

/** Mail with boosted trees to choose from, against logistic regression alone: the same mails, at the same measured costs. */
export const mailLearners: Workload = { run };

const ROUNDS = 7;
const logistic = logisticRegression({ l2: L2 });

async function run({ seeds = [], quick, full = false, log }: RunOptions) {
  const split = await splitMail(quick);
  const perSeed = [];
  for (const seed of seeds.length > 0 ? seeds : full ? [1, 2, 3] : [1]) {
    log(`seed ${seed}`);
    perSeed.push({ seed, ...(await measure(split(seed), seed)) });
  }
  const checks = [
    // If both take the same plan, one looks quicker by chance alone.
    atLeast(
      'speedup with both learners, as a multiple of that with logistic regression alone',
      median(perSeed.map(({ ratio }) => ratio)),
      0.97,
    ),
    disagreementRefuted(perSeed.map(({ counts }) => counts)),
  ];
  const table = columns([
    ['seed', 'both', 'logistic', 'ratio', 'same plan', 'tuned in', 'alone', 'won by'],
    ...perSeed.map(({ seed, both, alone, ratio, samePlan, seconds, stages }) => [
      String(seed),
      `${both.toFixed(1)}x`,
      `${alone.toFixed(1)}x`,
      ratio.toFixed(2),
      samePlan ? 'yes' : 'no',
      `${seconds.both.toFixed(0)} s`,
      `${seconds.alone.toFixed(0)} s`,
      stages.map(({ features: read, learner }) => `${learner} on ${read.join(' ')}`).join(', '),
    ]),
  ]);
  const json = {
    workload: 'mail-learners',
    quick,
    machine: machine(),
    versions: versions(),
    checks,
    perSeed,
  };
  return { json, table };
}

async function measure({ known, unseen }: MailSplit, seed: number) {
  const tuned = (approximate: readonly Learner[], profile?: Profile<(typeof features.names)[number]>) =>
    timed(() =>
      tune({
        features,
        rows: known.rows,
        labels: known.labels,
        full: logistic,
        approximate,
        bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
        repeats: 'copies',
        seed,
        ...(profile && { profile }),
      }),
    );
  const { result: both, seconds } = await tuned([logistic, gradientBoosting()]);
  const { result: alone, seconds: aloneSeconds } = await tuned([logistic], both.profile);
  const { rows, labels } = unseen;
  const [fullTimes, bothTimes, aloneTimes] = await interleave(
    [both.full, both, alone].map((each) => () => each.predict(rows)),
    ROUNDS,
    true,
  );
  const full = (await both.full.predict(rows)).labels;
  return {
    both: medianRatio(fullTimes, bothTimes),
    alone: medianRatio(fullTimes, aloneTimes),
    ratio: medianRatio(aloneTimes, bothTimes),
    samePlan: JSON.stringify(both.plan.stages) === JSON.stringify(alone.plan.stages),
    seconds: { both: seconds, alone: aloneSeconds },
    counts: countsOf((await both.predict(rows)).labels, full, labels),
    certificate: both.certificate,
    stages: both.plan.stages,
    summary: both.summary(),
  };
}
