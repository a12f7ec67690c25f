/**
 * The best score of a class other than the one decided in `scores[from … from + classes - 1]`; NaN where the row can't
 * exit: nothing decided, a score outside [0, 1], or a tie with the class decided.
 */
export function runnerUp(scores: Float64Array, from: number, classes: number, decided: number): number {
  if (!(decided >= 0 && decided < classes)) return Number.NaN;
  const own = scores[from + decided];
  if (!(own >= 0 && own <= 1)) return Number.NaN;
  let best = -1;
  for (let c = 0; c < classes; c++) {
    if (c === decided) continue;
    const score = scores[from + c];
    if (!(score >= 0 && score <= 1) || score === own) return Number.NaN;
    if (score > best) best = score;
  }
  return best;
}
