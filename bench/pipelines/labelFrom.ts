import type { PipelineDecision, SklearnLabel } from 'spillway/exchange';

/** What decides of a pipeline: its classes, none where it gives numbers, and a threshold where it has one. */
interface Deciding {
  readonly full: { readonly labels?: readonly SklearnLabel[] };
  readonly decision?: PipelineDecision<SklearnLabel>;
}

/** The position of the class that a row's answers mean: the likeliest, or the one that has a threshold. */
export function labelFrom({ full, decision }: Deciding): (answers: Float64Array) => number {
  const { labels = [] } = full;
  const threshold = labels.findIndex((label) => decision?.threshold[`${label}`] !== undefined);
  const least = decision?.threshold[`${labels[threshold]}`] ?? 0;
  return (answers) => {
    if (threshold !== -1) return answers[threshold] >= least ? threshold : 1 - threshold;
    let best = 0;
    for (let c = 1; c < answers.length; c++) if (answers[c] > answers[best]) best = c;
    return best;
  };
}
