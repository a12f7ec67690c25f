import { exitStage, type StageAnswers, type Thresholds } from './evidence.js';

/** The share of rows that a plan may let out beyond the one before it. */
const STEP = 1 / 250;

/**
 * A path with plans in between, so that none lets out many more rows than the one before. Thresholds that are found jointly jump
 * where a class's risk is flat, over a tenth of the rows at times. A test that ends just short of a jump would leave all of it to
 * the full model.
 *
 * Between two plans each class's threshold of each stage passes the rows that lie between, the most confident first,
 * all classes at one pace.
 *
 * @param path from conservative to aggressive; its plans stay on it
 * @param stages answers to the rows by whose number plans are told apart
 */
export function finerPath(path: readonly Thresholds[], stages: readonly StageAnswers[]): Thresholds[] {
  const rows = stages[0]?.answers.length ?? 0;
  if (path.length < 2 || rows === 0) return [...path];
  const counts = path.map((at) => leaving(stages, at, rows));
  const sorted = stages.map((stage) => byClass(stage, path[0][0].length));
  return path.flatMap((at, j) => {
    if (j === 0) return [at];
    const parts = Math.ceil((counts[j] - counts[j - 1]) / (STEP * rows));
    const before = path[j - 1];
    const between = Array.from({ length: Math.max(0, parts - 1) }, (_, i) =>
      at.map((stage, s) =>
        stage.map((to, c) => thresholdAt(before[s][c], to, sorted[s][c], (i + 1) / parts)),
      ),
    );
    return [...between, at];
  });
}

function leaving(stages: readonly StageAnswers[], at: Thresholds, rows: number): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (exitStage(stages, at, row) < stages.length) count++;
  return count;
}

/** The confidences of each class's rows, the highest first. */
function byClass({ answers, confidence }: StageAnswers, width: number): Float64Array[] {
  return Array.from({ length: width }, (_, c) => {
    const own = confidence.filter(
      (sure, row) => (width === 1 || answers[row] === c) && sure >= 0 && sure <= 1,
    );
    return own.sort().reverse();
  });
}

/** The threshold that has passed a share of the rows on its way. @param sorted falling */
function thresholdAt(from: number, to: number, sorted: Float64Array, share: number): number {
  if (from === to) return from;
  if (from < to) return thresholdAt(to, from, sorted, 1 - share);
  const first = sorted.findIndex((sure) => sure < from);
  if (first < 0) return from;
  const past = sorted.findIndex((sure) => sure < to);
  const end = past < 0 ? sorted.length : past;
  const last = first + Math.round(share * (end - first)) - 1;
  if (last < first) return from;
  return last + 1 === end ? to : sorted[last];
}
