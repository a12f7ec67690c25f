import { softmaxLink } from '../../links.js';
import type { ReadModel } from '../step.js';
import { faultAt, toDense, valuesBeside } from '../values.js';
import { checkSums } from './refuse.js';

/**
 * Gaussian naive Bayes: `means` and `variances` are classes x columns, `intercepts` has a class's log prior and the
 * logs of its densities' factors.
 */
export const gaussianBayes: ReadModel = (model) => {
  const columns = model.parameters.count('columns');
  const intercepts = model.numbers('intercepts');
  const classes = intercepts.length;
  const means = model.numbers('means', classes * columns);
  const variances = model.numbers('variances', classes * columns);
  return {
    outputs: classes,
    predict(parts, rows, out) {
      const { values } = toDense(valuesBeside(parts));
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < classes; k++) {
          let sum = 0;
          for (let c = 0, at = k * columns, e = row * columns; c < columns; c++, at++, e++) {
            const off = values[e] - means[at];
            sum += (off * off) / variances[at];
          }
          out[row * classes + k] = intercepts[k] - sum / 2;
        }
      }
      checkSums(model.path, out.subarray(0, rows * classes), parts);
      softmaxLink.apply(rows, classes, out);
    },
  };
};

/**
 * Categorical naive Bayes: columns hold whole numbers below `counts`; `logs` has a column's log probabilities, category
 * by category and in each class by class, column after column.
 */
export const categoricalBayes: ReadModel = (model) => {
  const columns = model.parameters.count('columns');
  const intercepts = model.numbers('intercepts');
  const classes = intercepts.length;
  const counts = model.tensor('counts', Int32Array, columns);
  const total = counts.reduce((sum, each) => sum + each, 0);
  if (counts.some((each) => each < 1)) throw model.damaged('a column without categories');
  const logs = model.numbers('logs', total * classes);
  return {
    outputs: classes,
    predict(parts, rows, out) {
      const { values } = toDense(valuesBeside(parts));
      for (let row = 0, e = 0; row < rows; row++) {
        for (let k = 0; k < classes; k++) out[row * classes + k] = intercepts[k];
        for (let c = 0, first = 0; c < columns; first += counts[c++], e++) {
          const category = Math.trunc(values[e]);
          if (!(category >= 0 && category < counts[c]))
            throw faultAt(
              row,
              `column ${c} has category ${values[e]}, where 0 to ${counts[c] - 1} are known`,
            );
          for (let k = 0; k < classes; k++) out[row * classes + k] += logs[(first + category) * classes + k];
        }
      }
      softmaxLink.apply(rows, classes, out);
    },
  };
};
