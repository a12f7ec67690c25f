import type { NodeFields } from '../node.js';
import type { PipelineStep } from '../step.js';
import { faultAt, toDense, type Values } from '../values.js';
import { columnNames } from './columns.js';

/** A step over numbers that refuses what scikit-learn's does: infinite ones, and NaN where its file says so. */
export function refusing(node: NodeFields, step: PipelineStep): PipelineStep {
  if (!node.parameters.has('refuses')) return step;
  const takesNaN = node.oneOf('refuses', ['nan', 'infinite']) === 'infinite';
  const nameOf = columnNames(node);
  return { ...step, run: (inputs) => step.run(inputs.map((each) => finite(each, takesNaN, nameOf))) };
}

function finite(given: Values, takesNaN: boolean, nameOf: (column: number) => string): Values {
  const numbers = given.kind === 'raw' ? toDense(given) : given;
  const { values } = numbers;
  // Most are finite: their sum of differences with themselves is 0, of any other it is NaN.
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += values[i] - values[i];
  if (rest === 0) return numbers;
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    // Of finite numbers alone the difference with itself is 0.
    if (x - x === 0 || (takesNaN && Number.isNaN(x))) continue;
    const [row, column] =
      numbers.kind === 'dense'
        ? [Math.floor(i / numbers.columns), i % numbers.columns]
        : [numbers.offsets.findIndex((end) => end > i) - 1, numbers.indices[i]];
    throw faultAt(
      row,
      `${nameOf(column)}: ${x}, where scikit-learn's step takes finite numbers${takesNaN ? ' and NaN' : ''}`,
    );
  }
  return numbers;
}
