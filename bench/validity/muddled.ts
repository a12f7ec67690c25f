import { type Learner, logisticRegression, type Model } from '../../index.js';

/**
 * Logistic regression of three classes that answers as usual, but hides its confidence: the highest
 * probability is uninformative, the margin barely informative, and only both together identify a
 * confident answer. The exit score must be learnt.
 */
export function muddled(l2: number): Learner {
  const plain = logisticRegression({ l2 });
  return {
    name: plain.name,
    work: plain.work,
    fit: async (set, context) => muddle(await plain.fit(set, context)),
  };
}

function muddle(model: Model): Model {
  return {
    name: model.name,
    classes: model.classes,
    async score(blocks, out) {
      await model.score(blocks, out);
      for (let from = 0; from < out.length; from += 3) muddleRow(out.subarray(from, from + 3));
    },
  };
}

/** @param scores of one row, in place */
function muddleRow(scores: Float64Array): void {
  const [first, second, third] = [0, 1, 2].sort((a, b) => scores[b] - scores[a]);
  const lead = scores[first] - scores[second];
  const noise = (scores[third] * 1e4) % 1;
  scores[first] = 0.45 + 0.1 * noise;
  scores[second] = scores[first] - (0.02 + 0.2 * noise + 0.1 * lead);
  scores[third] = 1 - scores[first] - scores[second];
}
