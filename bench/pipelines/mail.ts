import { median } from 'simple-statistics';
import { define, logisticRegression, tfidf, tune } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { sklearnPipeline } from 'spillway/exchange';
import { interleave, medianRatio } from '../harness/measure.js';
import { L2, type MailSplit } from '../mail/data.js';
import type { PipelinesPeer } from '../peers/pipelines.js';
import { fittedMails } from './data.js';

/** The pipeline of `mail_branches` in `forty.py`, written by hand. */
const byHand = define({
  subject: tfidf((mail: Mail) => mail.subject, { maxFeatures: 3_000, sublinear: true }),
  words: tfidf((mail: Mail) => mail.body, { maxFeatures: 10_000, sublinear: true }),
  chars: tfidf((mail: Mail) => mail.body, {
    analyzer: 'char',
    ngrams: [2, 5],
    maxFeatures: 50_000,
    sublinear: true,
  }),
});

const ROUNDS = 5;
const BATCH = 1_000;
const SINGLES = 50;

/** The draws of a search vary: the medians of three are figures. One takes some two minutes. */
const SEEDS = { usual: [1], full: [1, 2, 3] };

/**
 * Cascades before scikit-learn's pipeline, cascades before the same pipeline by hand that get the same rows and labels,
 * and scikit-learn itself, in turn.
 */
export async function mailFigures(
  split: MailSplit,
  peer: PipelinesPeer,
  { full, log }: { readonly full: boolean; readonly log: (text: string) => void },
) {
  const { file } = await peer.makeOther('mail');
  const runs: MailRun[] = [];
  for (const seed of full ? SEEDS.full : SEEDS.usual) runs.push(await mailRun(seed, file, split, peer, log));
  const medianOf = (of: (run: MailRun) => number) => median(runs.map(of));
  const spanOf = (of: (run: MailRun) => number) => span(runs.map(of));
  return {
    certified: runs.every(({ certificates }) =>
      Object.values(certificates).every(({ verdict }) => verdict === 'certified'),
    ),
    byHand: medianOf(({ speedup }) => speedup.read / speedup.hand),
    overSklearn: {
      full: medianOf(({ overSklearn }) => overSklearn.full),
      batch: medianOf(({ overSklearn }) => overSklearn.batch),
      single: medianOf(({ overSklearn }) => overSklearn.single),
    },
    /** In batches: what the whole comes from, the features and the full model here, then the cascade before them. */
    bySeed: {
      whole: spanOf(({ overSklearn }) => overSklearn.batch),
      kernels: spanOf(({ overSklearn }) => overSklearn.full),
      cascade: spanOf(({ speedup }) => speedup.read),
      single: spanOf(({ overSklearn }) => overSklearn.single),
    },
    runs,
  };
}

export interface Span {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export function span(values: readonly number[]): Span {
  return { least: Math.min(...values), median: median([...values]), most: Math.max(...values) };
}

type MailRun = Awaited<ReturnType<typeof mailRun>>;

async function mailRun(
  seed: number,
  file: string,
  { known, unseen }: MailSplit,
  peer: PipelinesPeer,
  log: (text: string) => void,
) {
  const from = fittedMails(known.rows);
  const rows = known.rows.slice(from);
  const labels = known.labels.slice(from);
  const options = { rows, labels, bound: { epsilon: 0.01, delta: 0.05 }, repeats: 'copies', seed } as const;
  log(`mail, seed ${seed}: tuning before the pipeline`);
  const read = await tune({ ...sklearnPipeline(file, { labels: ['ham', 'spam'] }), ...options });
  log(`mail, seed ${seed}: tuning before the same by hand`);
  const hand = await tune({ features: byHand, full: logisticRegression({ l2: L2 }), ...options });
  log(`mail, seed ${seed}: measuring`);
  const timed = unseen.rows.slice(0, BATCH);
  const batch = await inTurn(
    [
      () => read.full.predict(timed),
      () => read.predict(timed),
      () => hand.full.predict(timed),
      () => hand.predict(timed),
    ],
    () => peer.time('sklearn', timed.length, timed.length),
  );
  const few = timed.slice(0, SINGLES).map((row) => [row]);
  const each = (cascade: { predictSync(rows: readonly Mail[]): unknown }) => () => {
    for (const row of few) cascade.predictSync(row);
  };
  const single = await inTurn([each(read), each(hand)], () => peer.time('sklearn', 1, SINGLES));
  const full = (await read.full.predict(unseen.rows)).labels;
  const own = (await read.predict(unseen.rows)).labels;
  const us = (times: readonly number[], count: number) => (1000 * median(times)) / count;
  const [[readFull, readTimes, handFull, handTimes], sklearn] = batch;
  const [[readSingle, handSingle], sklearnSingle] = single;
  return {
    seed,
    rows: { unseen: unseen.rows.length, tuned: rows.length, timed: timed.length },
    certificates: { read: read.certificate, hand: hand.certificate },
    stages: { read: read.plan.stages, hand: hand.plan.stages },
    disagreement: own.filter((label, row) => label !== full[row]).length / own.length,
    speedup: { read: medianRatio(readFull, readTimes), hand: medianRatio(handFull, handTimes) },
    overSklearn: {
      full: medianRatio(sklearn, readFull),
      batch: medianRatio(sklearn, readTimes),
      single: medianRatio(sklearnSingle, readSingle),
    },
    us: {
      sklearn: us(sklearn, timed.length),
      full: us(readFull, timed.length),
      cascade: us(readTimes, timed.length),
      hand: us(handTimes, timed.length),
      single: us(readSingle, SINGLES),
      singleHand: us(handSingle, SINGLES),
      singleSklearn: us(sklearnSingle, SINGLES),
    },
  };
}

/** Ours, and scikit-learn's by its own clock in the same rounds. */
async function inTurn(ours: readonly (() => unknown)[], sklearn: () => Promise<number>) {
  const own: number[] = [];
  const times = await interleave([...ours, async () => own.push(await sklearn())], ROUNDS, false);
  return [times.slice(0, -1), own] as const;
}
