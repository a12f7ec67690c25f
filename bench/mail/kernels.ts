import { median } from 'simple-statistics';
import { logisticRegression } from 'spillway';
import { type LinearModel, RowView, type SparseBlock } from 'spillway/extend';
import { features } from '../../examples/mail/pipeline.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { fitVectorizer } from '../peers/sklearn.js';
import { L2, type MailSplit } from './data.js';

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

/**
 * How far, at most, a logistic regression's loss is from its minimum, as a share of it, worked out by plain loops.
 *
 * The loss, cross-entropy summed over rows + l2 / 2 |weights|^2, is l2-strongly convex in the weights, so that it
 * exceeds its minimum by at most |gradient|^2 / (2 l2) (Boyd and Vandenberghe, Convex Optimization, section 9.1.2);
 * the intercept's part of the gradient counts in the same norm.
 *
 * @param labels 0 or 1
 */
export function relativeGap(
  { weights, intercepts: [intercept] }: LinearModel,
  { rows, offsets, indices, values }: SparseBlock,
  labels: Int32Array,
  l2: number,
): number {
  const gradient = weights.map((weight) => l2 * weight);
  let byIntercept = 0;
  let loss = weights.reduce((sum, weight) => sum + (l2 / 2) * weight ** 2, 0);
  for (let row = 0; row < rows; row++) {
    let margin = intercept;
    for (let e = offsets[row]; e < offsets[row + 1]; e++) margin += values[e] * weights[indices[e]];
    const against = labels[row] === 1 ? -margin : margin;
    loss += Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
    const residual = 1 / (1 + Math.exp(-margin)) - labels[row];
    byIntercept += residual;
    for (let e = offsets[row]; e < offsets[row + 1]; e++) gradient[indices[e]] += residual * values[e];
  }
  const squared = gradient.reduce((sum, g) => sum + g * g, byIntercept ** 2);
  return squared / (2 * l2) / loss;
}
