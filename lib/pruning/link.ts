/** A model of one sum a row: two classes, or a number. */
interface OneSum {
  readonly classes: number;
  conclude(rows: number, sums: Float64Array, out: Float64Array): void;
}

/** What such a model says of sums: the probability of its second class, or the number. */
export function lastClass(model: OneSum, sums: Float64Array): Float64Array {
  const { classes } = model;
  const all = new Float64Array(sums.length * classes);
  model.conclude(sums.length, sums, all);
  if (classes === 1) return all;
  const last = new Float64Array(sums.length);
  for (let row = 0; row < sums.length; row++) last[row] = all[row * classes + classes - 1];
  return last;
}
