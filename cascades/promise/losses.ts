import type { LossName } from '../terms/index.js';

/** What a stage's answer loses against the full model's: 0 or 1, and for `accuracy` -1 where it alone is right. */
export function lossOf(loss: LossName, answer: number, full: number, label: number): number {
  if (answer === full) return 0;
  if (loss === 'disagreement') return 1;
  const worse = Number(full === label);
  return loss === 'harm' ? worse : worse - Number(answer === label);
}

export function lossesOf(
  loss: LossName,
  answers: Int32Array,
  full: Int32Array,
  labels: Int32Array | undefined,
): Float64Array {
  return Float64Array.from(answers, (answer, row) => lossOf(loss, answer, full[row], labels?.[row] ?? -1));
}
