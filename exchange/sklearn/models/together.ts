import { applyLinks, type Link, normalise, numbersAfter } from '../../links.js';
import { greatest } from '../greatest.js';
import type { NodeFields } from '../node.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { toDense, valuesBeside } from '../values.js';
import { certainFrom, certainLargest } from './outputs.js';

/** The weighted mean of their answers: soft voting, and regressors that vote. */
export const meanOfAnswers: ReadModel = (model) => {
  const { columns, outputs, weights } = readVoters(model);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    outputs,
    predict(parts, rows, out) {
      const { values } = toDense(valuesBeside(parts));
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let m = 0; m < weights.length; m++)
            sum += weights[m] * values[row * columns + m * outputs + o];
          out[row * outputs + o] = sum / total;
        }
      }
    },
  };
};

/** The class that most of them name, each as much as it weighs. */
export const majorityOfAnswers: ReadModel = (model) => {
  const { columns, outputs, weights } = readVoters(model);
  return {
    outputs,
    predict(parts, rows, out) {
      const { values } = toDense(valuesBeside(parts));
      out.fill(0, 0, rows * outputs);
      for (let row = 0; row < rows; row++) {
        for (let m = 0; m < weights.length; m++) {
          const from = row * columns + m * outputs;
          const named = greatest(values, from, outputs);
          out[row * outputs + named] += Number.isNaN(values[from]) ? Number.NaN : weights[m];
        }
      }
      certainLargest.apply(rows, outputs, out);
    },
  };
};

function readVoters(model: NodeFields) {
  const columns = model.parameters.count('columns');
  const outputs = model.parameters.count('outputs');
  const weights = model.numbers('weights');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (outputs < 1 || weights.length * outputs !== columns || total === 0)
    throw model.damaged(`${weights.length} models of ${outputs} answers in ${columns} columns`);
  return { columns, outputs, weights };
}

/** Their answers as they are, made to sum to 1, or 1 for the greatest. */
export const answersOfPipeline: ReadModel = (model) => {
  const links = { values: [], shares: [normalise], largest: [certainLargest] };
  return linked(links[model.oneOf('rule', ['values', 'shares', 'largest'])], model);
};

/** The class that a number decides: `class` of two where it reaches the threshold, the other one where not. */
export const thresholdOfPipeline: ReadModel = (model) => {
  const threshold = model.number('threshold');
  const isSecond = model.parameters.count('class', 1) === 1;
  if (model.parameters.count('columns') !== 1) throw model.damaged('a threshold of several numbers');
  return linked(
    certainFrom((x) => (isSecond ? x >= threshold : x < threshold)),
    model,
  );
};

function linked(links: readonly Link[], model: NodeFields): PipelineModel {
  const columns = model.parameters.count('columns');
  return {
    outputs: numbersAfter(links, columns),
    predict(parts, rows, out) {
      out.set(toDense(valuesBeside(parts)).values.subarray(0, rows * columns));
      applyLinks(links, rows, columns, out);
    },
  };
}
