import {
  define,
  dense,
  gradientBoosting,
  logisticRegression,
  type Progress,
  type TuneOptions,
} from '../../index.js';
import { random } from '../../lib/stats/index.js';

/** A number, and what is seen of it from afar. */
export interface NearFarRow {
  readonly near: number;
  readonly far: number;
}

export function nearFarRows(count: number, seed: number): NearFarRow[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const value = draw.normal();
    return { near: value + 0.3 * draw.normal(), far: value };
  });
}

/** @param onCall called for each batch of each feature */
export function nearFarFeatures(onCall: () => void = () => {}) {
  const column = (of: (row: NearFarRow) => number) =>
    dense(1, (batch: readonly NearFarRow[]) => {
      onCall();
      return Float32Array.from(batch, of);
    });
  return define({ near: column(({ near }) => near), far: column(({ far }) => far) });
}

export const smallTrees = gradientBoosting({ rounds: 4, maxLeaves: 3 });

export type NearFarTuning = TuneOptions<NearFarRow, boolean, 'near' | 'far'>;

/** What a call of `tune` is given. */
export function nearFarOptions(rows: readonly NearFarRow[]) {
  return {
    features: nearFarFeatures(),
    rows,
    labels: rows.map(({ far }) => far > 0),
    full: smallTrees,
    approximate: [smallTrees, logisticRegression()],
    bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.1 },
    split: { folds: 2 },
    seed: 1,
    date: new Date(0),
  } as const satisfies NearFarTuning;
}

/** Ends a call at the first report of a step that has begun. */
export function endingAt(step: Progress['step'], reason: Error) {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress(progress: Progress) {
      if (progress.step === step && progress.forecast === undefined) controller.abort(reason);
    },
  };
}
