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

/** A cascade before scikit-learn's pipeline, one before the same pipeline by hand, and scikit-learn itself in turn. */
export async function mailFigures(
  { known, unseen }: MailSplit,
  peer: PipelinesPeer,
  log: (text: string) => void,
) {
  const { file } = await peer.makeOther('mail');
  const options = { bound: { epsilon: 0.01, delta: 0.05 }, repeats: 'copies', seed: 1 } as const;
  log('mail: tuning before the pipeline');
  const read = await tune({
    ...sklearnPipeline(file),
    rows: known.rows.slice(fittedMails(known.rows)),
    ...options,
  });
  log('mail: tuning before the same by hand');
  const hand = await tune({
    features: byHand,
    rows: known.rows,
    labels: known.labels,
    full: logisticRegression({ l2: L2 }),
    ...options,
  });
  log('mail: measuring');
  const rows = unseen.rows.slice(0, BATCH);
  const batch = await inTurn(
    [
      () => read.full.predict(rows),
      () => read.predict(rows),
      () => hand.full.predict(rows),
      () => hand.predict(rows),
    ],
    () => peer.time('sklearn', rows.length, rows.length),
  );
  const few = rows.slice(0, SINGLES).map((row) => [row]);
  const each = (cascade: { predictSync(rows: readonly Mail[]): unknown }) => () => {
    for (const row of few) cascade.predictSync(row);
  };
  const single = await inTurn([each(read), each(hand)], () => peer.time('sklearn', 1, SINGLES));
  const full = (await read.full.predict(unseen.rows)).labels;
  const { labels } = await read.predict(unseen.rows);
  const us = (times: readonly number[], count: number) => (1000 * median(times)) / count;
  const [[readFull, readTimes, handFull, handTimes], sklearn] = batch;
  const [[readSingle, handSingle], sklearnSingle] = single;
  return {
    rows: { unseen: unseen.rows.length, timed: rows.length },
    certificates: { read: read.certificate, hand: hand.certificate },
    stages: { read: read.plan.stages, hand: hand.plan.stages },
    disagreement: labels.filter((label, row) => label !== full[row]).length / labels.length,
    speedup: { read: medianRatio(readFull, readTimes), hand: medianRatio(handFull, handTimes) },
    overSklearn: {
      full: medianRatio(sklearn, readFull),
      batch: medianRatio(sklearn, readTimes),
      single: medianRatio(sklearnSingle, readSingle),
    },
    us: {
      sklearn: us(sklearn, rows.length),
      full: us(readFull, rows.length),
      cascade: us(readTimes, rows.length),
      hand: us(handTimes, rows.length),
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
