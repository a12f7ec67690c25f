import { type Feature, type Label, type Learner, logisticRegression } from 'spillway';
import { type Block, type LinearModel, RowView } from 'spillway/extend';
import type { TrainedModel } from 'spillway/full';

/** Rows of one kind, their features and classes. */
export interface ModelData<Row, L extends Label, Name extends string> {
  readonly features: { readonly names: readonly Name[]; get(name: Name): Feature<Row> };
  readonly rows: readonly Row[];
  readonly labels: readonly L[];
  readonly classes: readonly L[];
}

/** Logistic regressions on all features and on some subsets, each fitted once, for any number of rankers. */
export interface FittedModels<Row, L extends Label> {
  readonly full: TrainedModel<L>;
  /** A learner for each subset: it has its model already. */
  readonly stages: readonly (Learner & { readonly model: LinearModel; readonly reads: readonly string[] })[];
  /** The blocks of all features for some rows. */
  readonly blocks: (rows: readonly Row[]) => Promise<ReadonlyMap<string, Block>>;
}

/** Rankings need no more: the reference is the full model as fitted. */
const TOLERANCE = 1e-4;

export async function fitModels<Row, L extends Label, Name extends string>(
  { features, rows, labels, classes }: ModelData<Row, L, Name>,
  subsets: readonly (readonly Name[])[],
  log: (text: string) => void,
): Promise<FittedModels<Row, L>> {
  const fitted = new Map<string, Awaited<ReturnType<Feature<Row>['fit']>>>();
  for (const name of features.names) fitted.set(name, await features.get(name).fit(RowView.of(rows)));
  const blocksOf = async (some: readonly Row[]) => {
    const blocks = new Map<string, Block>();
    for (const [name, feature] of fitted) blocks.set(name, await feature.compute(RowView.of(some)));
    return blocks;
  };
  const blocks = await blocksOf(rows);
  const codes = Int32Array.from(labels, (label) => classes.indexOf(label));
  const fit = (reads: readonly string[]) => {
    log(`fitting ${reads.join(' + ')}`);
    const read = reads.flatMap((name) => blocks.get(name) ?? []);
    const set = { blocks: read, rows: rows.length, classes: classes.length, labels: codes };
    return logisticRegression({ tolerance: TOLERANCE }).fit(set, { seed: 0 });
  };
  const stages = [];
  for (const reads of subsets) {
    const model = await fit(reads);
    stages.push({
      name: reads.join(' + '),
      predicts: classes,
      reads,
      model,
      work: () => 1,
      fit: () => model,
    });
  }
  const whole = await fit(features.names);
  const full: TrainedModel<L> = {
    name: 'logistic-regression',
    classes: classes.length,
    labels: classes,
    reads: features.names,
    score: (all, out) => whole.score(all, out),
  };
  return { full, stages, blocks: blocksOf };
}
