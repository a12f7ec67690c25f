import { median } from 'simple-statistics';
import { logisticRegression } from 'spillway';
import { RowView } from 'spillway/extend';
import { features } from '../../examples/mail/pipeline.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { fitVectorizer } from '../peers/sklearn.js';
import { L2, type MailSplit } from './data.js';
import { relativeGap } from './optimum.js';

/** The baseline of the cascade's speedup must itself be fast, and its fit exact. */

const FITTED = 1_500;
const TRANSFORMED = 400;
const ROUNDS = 5;

export interface CharTfidf {
  readonly usPerMail: number;
  /** Absent, with the reason, where scikit-learn is missing. */
  readonly sklearnUsPerMail?: number;
  readonly ratio?: number;
  readonly sklearn?: string;
  readonly leftOut?: string;
  /** Nonzeros a mail, ours and theirs: about the same, or they didn't do the same work. */
  readonly entriesPerMail: number;
  readonly sklearnEntriesPerMail?: number;
}

/** Character TF-IDF, fitted on the same mails and timed in turn with scikit-learn's on the same others. */
export async function charTfidf({ known, unseen }: MailSplit): Promise<CharTfidf> {
  const train = known.rows.slice(0, FITTED);
  const test = unseen.rows.slice(0, TRANSFORMED);
  const feature = await features.get('chars').fit(RowView.of(train));
  const transform = () => feature.compute(RowView.of(test));
  const block = await transform();
  if (block.kind !== 'sparse') throw new TypeError('expected a sparse block of terms');
  const entriesPerMail = block.values.length / test.length;
  const perMail = (milliseconds: readonly number[]) => (1000 * median(milliseconds)) / test.length;

  const peer = await fitVectorizer(
    train.map((mail) => mail.body),
    test.map((mail) => mail.body),
  );
  if (typeof peer === 'string') {
    const [times] = await interleave([transform], ROUNDS);
    return { usPerMail: perMail(times), entriesPerMail, leftOut: peer };
  }
  try {
    // Timed by its own clock, so that talking to it isn't counted.
    const theirs: number[] = [];
    const { entries } = await peer.transform();
    const [ours] = await interleave(
      [transform, async () => theirs.push(1000 * (await peer.transform()).seconds)],
      ROUNDS,
    );
    return {
      usPerMail: perMail(ours),
      sklearnUsPerMail: perMail(theirs),
      ratio: medianRatio(theirs, ours),
      sklearn: peer.version,
      entriesPerMail,
      sklearnEntriesPerMail: entries / test.length,
    };
  } finally {
    await peer.close();
  }
}

/** The relative gap of a logistic regression on the mails' words. */
export async function logisticGap({ known }: MailSplit): Promise<{ relativeGap: number; seconds: number }> {
  const view = RowView.of(known.rows);
  const words = await (await features.get('words').fit(view)).compute(view);
  if (words.kind !== 'sparse') throw new TypeError('expected a sparse block of terms');
  const labels = Int32Array.from(known.labels, (label) => Number(label === 'spam'));
  const start = performance.now();
  const model = await logisticRegression({ l2: L2 }).fit(
    { blocks: [words], rows: words.rows, classes: 2, labels },
    { seed: 1 },
  );
  const seconds = (performance.now() - start) / 1000;
  return { relativeGap: relativeGap(model, words, labels, L2), seconds };
}
