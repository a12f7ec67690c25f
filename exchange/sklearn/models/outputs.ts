import {
  complement,
  eachLogistic,
  eachNumber,
  exponential,
  type Link,
  logisticOf,
  softmaxLink,
} from '../../links.js';
import { greatest } from '../greatest.js';
import type { NodeFields } from '../node.js';

/** Added to the class that scikit-learn's `predict` names where its probabilities don't tell it from others. */
const TIE = 2 ** -40;

/** Each class against all others: their probabilities, made to sum to 1. */
const againstRest = (probability: (x: number) => number): Link => ({
  numbers: (width) => width,
  apply: (rows, width, out) => {
    for (let from = 0; from < rows * width; from += width) {
      const named = greatest(out, from, width);
      let sum = 0;
      for (let i = from; i < from + width; i++) {
        out[i] = probability(out[i]);
        sum += out[i];
      }
      for (let i = from; i < from + width; i++) out[i] = sum === 0 ? 1 / width : out[i] / sum;
      if (greatest(out, from, width) !== named) out[from + named] += TIE;
    }
  },
});

const clipped = (x: number) => (Math.min(1, Math.max(-1, x)) + 1) / 2;

/** Probability 1 for the greatest sum, which is the label of a model without probabilities. */
export const certainLargest: Link = {
  numbers: (width) => width,
  apply: (rows, width, out) => {
    for (let from = 0; from < rows * width; from += width) {
      // NaN stays NaN: such a row has no label.
      let sum = 0;
      for (let i = from; i < from + width; i++) sum += out[i];
      const best = greatest(out, from, width);
      out.fill(Number.isNaN(sum) ? sum : 0, from, from + width);
      if (!Number.isNaN(sum)) out[from + best] = 1;
    }
  },
};

/** The second of two classes where a sum reaches a limit. */
export const certainFrom = (isYes: (x: number) => boolean): readonly Link[] => [
  eachNumber((x) => (Number.isNaN(x) ? x : Number(isYes(x)))),
  complement,
];

/** How scikit-learn's models turn sums into their answers. */
const LINKS: ReadonlyMap<string, readonly Link[]> = new Map([
  ['none', []],
  ['exp', [exponential]],
  ['logistic', [eachLogistic(), complement]],
  ['softmax', [softmaxLink]],
  ['one against rest', [againstRest(logisticOf)]],
  ['huber', [eachNumber(clipped), complement]],
  ['huber against rest', [againstRest(clipped)]],
  ['sign', certainFrom((x) => x > 0)],
  ['largest', [certainLargest]],
]);

/** What a model's file says of its link. @throws ArtifactError */
export function readLinks(model: NodeFields, sums: number): readonly Link[] {
  const name = model.parameters.text('link');
  const links = LINKS.get(name);
  if (links === undefined) throw model.damaged(`an unknown link '${name}'`);
  if (links.includes(complement) && sums !== 1) throw model.damaged(`${sums} sums for two classes`);
  return links;
}
