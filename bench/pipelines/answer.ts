import type { SklearnLabel, SklearnPipeline } from 'spillway/exchange';
import { type Block, type FittedFeature, RowView } from 'spillway/extend';
import type { TrainedModel, TrainedRegression } from 'spillway/full';

type Pipeline = SklearnPipeline<TrainedModel<SklearnLabel> | TrainedRegression>;

/** From rows to what a pipeline answers, rows x outputs: its features and its model, and nothing else. */
export type Answer = (rows: readonly unknown[]) => Float64Array;

/** @throws for a pipeline whose features or model wait for something */
export function answerOf({ features, full }: Pipeline): Answer {
  const fitted: FittedFeature<unknown>[] = features.names.map((name) =>
    features.get(name).load({ json: null, tensors: {} }),
  );
  return (rows) => {
    const view = RowView.of(rows);
    const out = new Float64Array(rows.length * full.classes);
    if (
      full.score(
        fitted.map((each) => atOnce(each.compute(view))),
        out,
      ) instanceof Promise
    )
      throw new Error('a model that waits');
    return out;
  };
}

function atOnce(block: Block | Promise<Block>): Block {
  if (block instanceof Promise) throw new Error('a feature that waits');
  return block;
}
