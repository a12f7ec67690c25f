import type { PipelineDecision, SklearnLabel, SklearnPipeline } from 'spillway/exchange';
import { type Block, type FittedFeature, RowView } from 'spillway/extend';
import type { TrainedModel, TrainedRegression } from 'spillway/full';

type Pipeline = SklearnPipeline<
  TrainedModel<SklearnLabel> | TrainedRegression,
  PipelineDecision<SklearnLabel>
>;

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

/** The position of the class that a row's answers mean: the likeliest, or the one that has a threshold. */
export function labelFrom({ full, decision }: Pipeline): (answers: Float64Array) => number {
  const labels: readonly SklearnLabel[] = 'labels' in full ? full.labels : [];
  const threshold = labels.findIndex((label) => decision?.threshold[`${label}`] !== undefined);
  const least = decision?.threshold[`${labels[threshold]}`] ?? 0;
  return (answers) => {
    if (threshold !== -1) return answers[threshold] >= least ? threshold : 1 - threshold;
    let best = 0;
    for (let c = 1; c < answers.length; c++) if (answers[c] > answers[best]) best = c;
    return best;
  };
}

function atOnce(block: Block | Promise<Block>): Block {
  if (block instanceof Promise) throw new Error('a feature that waits');
  return block;
}
