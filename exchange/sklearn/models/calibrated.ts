import { exp, log } from '../../../lib/util/math/index.js';
import { softmaxLink } from '../../links.js';
import type { NodeFields } from '../node.js';
import type { ReadModel } from '../step.js';
import { toDense, valuesBeside } from '../values.js';

/** More than any classifier has: a damaged file must not take memory for them. */
const MOST_CLASSES = 2 ** 16;

/** Probabilities made of another model's decision values, for one of the members of a calibrated classifier. */
interface Calibrator {
  /** Decision values a row that it reads. */
  readonly width: number;
  /** Writes the probabilities of a row, one a class, which were 0. */
  write(values: Float64Array, from: number, out: Float64Array): void;
}

/**
 * A calibrated classifier: the mean of its members' probabilities. It reads the decision values, or the probabilities,
 * of the models that the members calibrate, side by side.
 */
export const calibrated: ReadModel = (model) => {
  const columns = model.parameters.count('columns');
  const classes = model.parameters.count('classes', MOST_CLASSES);
  const members = model.parameters
    .list('members')
    .map((_, at) => readCalibrator(model.inner('members', at), classes));
  const width = members.reduce((sum, each) => sum + each.width, 0);
  if (classes < 2 || width !== columns || width === 0)
    throw model.damaged(`${width} decision values of ${columns}, for ${classes} classes`);
  const own = new Float64Array(classes);
  return {
    outputs: classes,
    predict(parts, rows, out) {
      const { values } = toDense(valuesBeside(parts));
      out.fill(0, 0, rows * classes);
      for (let row = 0, from = 0; row < rows; row++) {
        for (const member of members) {
          own.fill(0);
          member.write(values, from, own);
          from += member.width;
          for (let k = 0; k < classes; k++) out[row * classes + k] += Math.min(1, own[k]);
        }
        for (let k = 0; k < classes; k++) out[row * classes + k] /= members.length;
      }
    },
  };
};

function readCalibrator(member: NodeFields, classes: number): Calibrator {
  if (member.op === 'temperature') return temperature(member, classes);
  const places = member.indices('classes', classes);
  const turn = member.op === 'isotonic' ? isotonic(member, places.length) : sigmoid(member, places.length);
  const isPair = classes === 2;
  if (isPair && (places.length !== 1 || places[0] !== 1))
    throw member.damaged('two classes, which one decision value of the second tells');
  return {
    width: places.length,
    write(values, from, out) {
      let sum = 0;
      for (let i = 0; i < places.length; i++) {
        const probability = turn(values[from + i], i);
        out[places[i]] = probability;
        sum += probability;
      }
      if (isPair) out[0] = 1 - out[1];
      else for (let k = 0; k < classes; k++) out[k] = sum === 0 ? 1 / classes : out[k] / sum;
    },
  };
}

type Turn = (value: number, at: number) => number;

function sigmoid(member: NodeFields, count: number): Turn {
  const slopes = member.numbers('slopes', count);
  const offsets = member.numbers('offsets', count);
  return (value, at) => 1 / (1 + exp(slopes[at] * value + offsets[at]));
}

/** Lines between points of ascending x, and their ends beyond. `ends` is where each class's points end. */
function isotonic(member: NodeFields, count: number): Turn {
  const ends = member.tensor('ends', Uint32Array, count);
  const xs = member.numbers('x');
  const ys = member.numbers('y', xs.length);
  const isSingle = member.flag('single');
  const firsts = Array.from(ends, (_, at) => (at === 0 ? 0 : ends[at - 1]));
  firsts.forEach((first, at) => {
    const points = xs.subarray(first, ends[at]);
    if (ends[at] > xs.length || points.length === 0 || points.some((x, i) => i > 0 && !(x > points[i - 1])))
      throw member.damaged('points of a line that do not ascend');
  });
  const line = (x: number, first: number, end: number) => {
    if (Number.isNaN(x)) return x;
    if (x <= xs[first]) return ys[first];
    if (x >= xs[end - 1]) return ys[end - 1];
    let [low, high] = [first, end - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= x) low = middle;
      else high = middle;
    }
    return ((ys[high] - ys[low]) / (xs[high] - xs[low])) * (x - xs[low]) + ys[low];
  };
  return (value, at) => {
    const y = line(isSingle ? Math.fround(value) : value, firsts[at], ends[at]);
    return isSingle ? Math.fround(y) : y;
  };
}

/** Added to probabilities before their logarithms are taken, as scikit-learn does. */
const LEAST = 1e-12;

/** Softmax of the values times one number; one value of two classes stands for itself and its negative. */
function temperature(member: NodeFields, classes: number): Calibrator {
  const beta = member.number('beta');
  const isProbability = member.flag('probabilities');
  const width = classes === 2 && !isProbability ? 1 : classes;
  return {
    width,
    write(values, from, out) {
      if (width === 1) {
        out[0] = -beta * values[from];
        out[1] = beta * values[from];
      } else {
        for (let k = 0; k < classes; k++)
          out[k] = beta * (isProbability ? log(values[from + k] + LEAST) : values[from + k]);
      }
      softmaxLink.apply(1, classes, out);
    },
  };
}
