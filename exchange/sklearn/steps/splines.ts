import type { NodeFields } from '../node.js';
import type { ReadStep } from '../step.js';
import { denseValues, faultAt, toDense, zeros } from '../values.js';
import { columnNames } from './columns.js';

/**
 * B-splines of each column (de Boor, A Practical Guide to Splines, 1978), `width` columns each. Beyond its first and last
 * knot a spline goes on as `beyond` says; NaN, where the file takes it, gives zeros.
 */
export const splines: ReadStep = (node) => {
  const degree = node.parameters.count('degree', 100);
  const width = node.parameters.count('width');
  const inputs = node.width;
  const kept = node.flag('bias') ? width : width - 1;
  const columns = inputs * kept;
  const curves = readCurves(node, inputs, degree, width);
  const nameOf = columnNames(node);
  const own = zeros(1, width);
  return {
    columns,
    run([given]) {
      const { rows, values } = toDense(given);
      const out = zeros(rows, columns);
      for (let row = 0, i = 0; row < rows; row++) {
        for (let c = 0; c < inputs; c++, i++) {
          if (Number.isNaN(values[i])) continue;
          if (!curves[c](values[i], own.fill(0)))
            throw faultAt(row, `${nameOf(c)}: ${values[i]} is beyond the knots (extrapolation='error')`);
          out.set(own.subarray(0, kept), i * kept);
        }
      }
      return denseValues(rows, columns, out);
    },
  };
};

/** Adds the values of a column's splines to `out`. @returns false for a number that it refuses */
type Curve = (x: number, out: Float64Array) => boolean;

function readCurves(node: NodeFields, inputs: number, degree: number, width: number): Curve[] {
  const beyond = node.oneOf('beyond', ['constant', 'linear', 'continue', 'periodic', 'error']);
  const all = node.numbers('knots');
  const count = all.length / inputs;
  if (!Number.isInteger(count) || count < 2 * degree + 2) throw node.damaged(`${all.length} knots`);
  const ends = beyond === 'linear' ? ['low', 'lowSlope', 'high', 'highSlope'] : [];
  const lines = ends.map((name) => node.numbers(name, inputs * width));
  return Array.from({ length: inputs }, (_, c) => {
    const knots = all.subarray(c * count, (c + 1) * count);
    const [first, last] = [knots[degree], knots[count - degree - 1]];
    const add = basis(knots, degree, width);
    const line = (value: Float64Array, slope: Float64Array, distance: number, out: Float64Array) => {
      for (let j = 0; j < width; j++) out[j] = value[c * width + j] + distance * slope[c * width + j];
    };
    return (x, out) => {
      if (beyond === 'error' && !(x >= first && x <= last)) return false;
      if (beyond === 'linear' && x < first) line(lines[0], lines[1], x - first, out);
      else if (beyond === 'linear' && x > last) line(lines[2], lines[3], x - last, out);
      else if (beyond === 'constant') add(Math.max(first, Math.min(last, x)), out);
      else add(beyond === 'periodic' ? within(x, first, last) : x, out);
      return true;
    };
  });
}

function within(x: number, first: number, last: number): number {
  const period = last - first;
  if (!(period > 0)) return 0;
  const over = (x - first) % period;
  return first + (over < 0 ? over + period : over);
}

/** The splines that aren't 0 between two knots, by Cox and de Boor's recursion; the outer two go on beyond their ends. */
function basis(knots: Float64Array, degree: number, width: number): (x: number, out: Float64Array) => void {
  const values = new Float64Array(degree + 1);
  const highest = knots.length - degree - 2;
  return (x, out) => {
    let at = degree;
    while (at < highest && x >= knots[at + 1]) at++;
    values[0] = 1;
    for (let d = 1; d <= degree; d++) {
      let saved = 0;
      for (let r = 0; r < d; r++) {
        const [left, right] = [knots[at + 1 - d + r], knots[at + 1 + r]];
        const share = right === left ? 0 : values[r] / (right - left);
        values[r] = saved + (right - x) * share;
        saved = (x - left) * share;
      }
      values[d] = saved;
    }
    // Periodic ones are fewer than their knots have: the last are the first again.
    for (let r = 0; r <= degree; r++) out[(at - degree + r) % width] += values[r];
  };
}
