import { median } from 'simple-statistics';
import { type Cascade, type LossName, logisticRegression, tune } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';
import { pairedTable } from '../../lib/stats/index.js';
import { handWritten } from '../harness/handwritten.js';
import { peakMemory } from '../harness/machine.js';
import { interleave, measurement, medianRatio } from '../harness/measure.js';
import { PairedAnswers } from '../harness/paired.js';
import { partsOf } from '../harness/parts.js';
import { oracleOf } from '../peers/oracle.js';
import { tuneWillump } from '../peers/willump.js';
import { batchFigures } from './batch.js';
import { L2, type MailLabel, type MailSplit } from './data.js';
import { harmCascade } from './harm.js';

/** One seed's cascades and peers, tuned on the same mails and timed in turn on the same unseen ones. */

type MailCascade = Cascade<Mail, MailLabel, (typeof features.names)[number]>;

/** Rounds in which the whole pipelines are timed, and those in which one batch is. */
const ROUNDS = { whole: 5, batch: 15 };
const BATCH = 1024;

export async function measureSeed(split: MailSplit, seed: number, log: (text: string) => void) {
  const { unseen, known } = split;
  log(`seed ${seed}: tuning for disagreement`);
  const disagreement = await timed(() => peakMemory(() => tuneMail(split, seed, 'disagreement')));
  const { result: cascade, peakMB } = disagreement.result;
  log(`seed ${seed}: tuning for accuracy`);
  const accuracy = await timed(() => tuneMail(split, seed, 'accuracy', cascade));
  const harm = harmCascade(accuracy.result);
  log(`seed ${seed}: tuning Willump's way`);
  const willump = await tuneWillump({
    features,
    rows: known.rows,
    labels: known.labels,
    classes: ['ham', 'spam'],
    learner: logisticRegression({ l2: L2 }),
    profile: cascade.profile,
    seed,
  });

  log(`seed ${seed}: measuring`);
  const { rows, labels } = unseen;
  const full = (await cascade.full.predict(rows)).labels;
  const oracle = oracleOf(partsOf(cascade), rows, full);
  const [fullTimes, cascadeTimes, accuracyTimes, harmTimes, willumpFullTimes, willumpTimes, oracleTimes] =
    await interleave(
      [
        () => cascade.full.predict(rows),
        () => cascade.predict(rows),
        () => accuracy.result.predict(rows),
        () => harm.predict(rows),
        () => willump.full.predict(rows),
        () => willump.predict(rows),
        () => oracle.run(),
      ],
      ROUNDS.whole,
      true,
    );
  const measured = await cascadeFigures(cascade, fullTimes, cascadeTimes, split);
  return {
    seed,
    rows: rowsOf(cascade, split),
    ...measured,
    tuneSeconds: disagreement.seconds,
    peakMemoryMB: peakMB,
    accuracyBound: {
      ...(await cascadeFigures(accuracy.result, fullTimes, accuracyTimes, split)),
      tuneSeconds: accuracy.seconds,
      pairedShare: pairedSeconds(accuracy.result) / accuracy.seconds,
    },
    harmBound: await cascadeFigures(harm, fullTimes, harmTimes, split),
    willump: await cascadeFigures(willump, willumpFullTimes, willumpTimes, split),
    oracle: {
      full: measured.full,
      cascade: measurement(oracleTimes, oracle.run(), full, labels),
      speedup: medianRatio(fullTimes, oracleTimes),
      predictedSpeedup: oracle.predictedSpeedup,
      exits: exitShares(oracle.exits, cascade.plan.stages.length),
    },
    engine: await engineFigures(cascade, split),
    batch: await batchFigures(cascade, rows),
  };
}

export type SeedResult = Awaited<ReturnType<typeof measureSeed>>;

/** `earlier` gives its measured costs, so that they aren't measured again. */
function tuneMail({ known }: MailSplit, seed: number, loss: LossName, earlier?: MailCascade) {
  return tune({
    features,
    rows: known.rows,
    labels: known.labels,
    full: logisticRegression({ l2: L2 }),
    bound: { loss, epsilon: 0.01, delta: 0.05 },
    // A mail that stands twice is one.
    repeats: 'copies',
    seed,
    ...(earlier && { profile: earlier.profile }),
  });
}

/** The figures of a cascade, and its plan. Its answers are counted in a run of their own. */
async function cascadeFigures(cascade: MailCascade, full: number[], quick: number[], { unseen }: MailSplit) {
  const { rows, labels } = unseen;
  const reference = await cascade.full.predict(rows);
  const answers = await cascade.predict(rows);
  const figures = {
    full: measurement(full, reference.labels, reference.labels, labels),
    cascade: measurement(quick, answers.labels, reference.labels, labels),
    speedup: medianRatio(full, quick),
    predictedSpeedup: cascade.plan.expected.speedup,
  };
  return {
    ...figures,
    /** Among the unseen mails: answers that differ, right ones made wrong, wrong ones made right. */
    counts: countsOf(answers.labels, reference.labels, labels),
    paired: PairedAnswers.of(
      rows.map(({ subject, body }) => `${subject}\n${body}`),
      { answers: answers.labels, full: reference.labels, truth: labels },
    ),
    certificate: cascade.certificate,
    stages: cascade.plan.stages,
    exits: exitShares(answers.exits, cascade.plan.stages.length),
  };
}

export function countsOf<L>(answers: readonly L[], full: readonly L[], truth: readonly L[]) {
  const counts = { rows: answers.length, changed: 0, worse: 0, better: 0 };
  answers.forEach((answer, row) => {
    if (answer === full[row]) return;
    counts.changed++;
    if (full[row] === truth[row]) counts.worse++;
    else if (answer === truth[row]) counts.better++;
  });
  return counts;
}

/** Shares of rows answered at each stage, the full model's last. */
function exitShares(exits: Uint8Array, stages: number): number[] {
  return Array.from(
    { length: stages + 1 },
    (_, s) => exits.filter((exit) => exit === s).length / exits.length,
  );
}

/** How much a batch costs through the engine, as a multiple of a loop written by hand for this pipeline. */
async function engineFigures(cascade: MailCascade, { unseen }: MailSplit) {
  const batch = unseen.rows.slice(0, BATCH);
  const loop = handWritten(partsOf(cascade));
  const labels = cascade.predictSync(batch).labels;
  const byHand = Array.from(loop(batch), (c) => cascade.plan.classes[c]);
  if (labels.some((label, row) => label !== byHand[row]))
    throw new Error('the loop by hand answers differently');
  const [engine, hand] = await interleave(
    [() => cascade.predictSync(batch), () => loop(batch)],
    ROUNDS.batch,
  );
  const perRow = (times: number[]) => (1000 * median(times)) / batch.length;
  return {
    rows: batch.length,
    ratio: medianRatio(engine, hand),
    usPerRow: perRow(engine),
    handUsPerRow: perRow(hand),
  };
}

/** How long the paired test takes along the path, once its table stands. */
function pairedSeconds(cascade: MailCascade): number {
  const { evidence, certificate } = partsOf(cascade);
  const walk = () =>
    evidence?.path.observed.filter(
      ({ rows, worse, better }) => worse <= pairedTable(rows, certificate.epsilon, certificate.delta)(better),
    );
  walk();
  const start = performance.now();
  walk();
  return (performance.now() - start) / 1000;
}

function rowsOf(cascade: MailCascade, { known, unseen }: MailSplit) {
  const certification = cascade.certificate.n;
  return { unseen: unseen.rows.length, development: known.rows.length - certification, certification };
}

export async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}
