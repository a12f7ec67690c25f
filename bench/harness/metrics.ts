import { mean, meanSimple, sum } from 'simple-statistics';

/** Measures of predictions, by their definitions. */

export function logLoss(scores: Float64Array, labels: Int32Array): number {
  const classes = scores.length / labels.length;
  return meanSimple(Array.from(labels, (label, r) => -Math.log(scores[r * classes + label])));
}

/** The share of pairs of a positive and a negative row that are in order, ties counting half. */
export function auc(scores: ArrayLike<number>, isPositive: (row: number) => boolean): number {
  const rows = Array.from({ length: scores.length }, (_, r) => r).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (let i = 0; i < rows.length; ) {
    let end = i;
    while (end < rows.length && scores[rows[end]] === scores[rows[i]]) end++;
    for (let j = i; j < end; j++) {
      if (!isPositive(rows[j])) continue;
      ranks += (i + end + 1) / 2;
      positives++;
    }
    i = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (rows.length - positives));
}

/** The mean over classes of one against the others. */
export function aucOfClasses(scores: Float64Array, labels: Int32Array, classes: number): number {
  return mean(
    Array.from({ length: classes }, (_, k) =>
      auc(
        Array.from(labels, (_, r) => scores[r * classes + k]),
        (r) => labels[r] === k,
      ),
    ),
  );
}

/** Expected calibration error over ten bins of equal width. */
export function calibrationError(probabilities: readonly number[], right: readonly boolean[]): number {
  const gaps = new Array<number>(10).fill(0);
  probabilities.forEach((p, r) => {
    gaps[Math.min(9, Math.floor(p * 10))] += Number(right[r]) - p;
  });
  return sum(gaps.map(Math.abs)) / probabilities.length;
}

/** The calibration error of two classes' second one, or of the top class of several. */
export function calibrationOf(scores: Float64Array, labels: Int32Array): number {
  const classes = scores.length / labels.length;
  const rows = Array.from(labels, (label, r) => ({
    label,
    scores: scores.subarray(r * classes, (r + 1) * classes),
  }));
  if (classes === 2) {
    return calibrationError(
      rows.map((row) => row.scores[1]),
      rows.map(({ label }) => label === 1),
    );
  }
  const tops = rows.map((row) => row.scores.indexOf(Math.max(...row.scores)));
  return calibrationError(
    rows.map((row, r) => row.scores[tops[r]]),
    rows.map(({ label }, r) => label === tops[r]),
  );
}
