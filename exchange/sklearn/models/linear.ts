import { addDoubles } from '../../../lib/data/blocks/index.js';
import { applyLinks, type Link, numbersAfter } from '../../links.js';
import type { LinearForm } from '../fold.js';
import type { PipelineModel, ReadModel } from '../step.js';
import { toDense, type Values } from '../values.js';
import { readLinks } from './outputs.js';
import { checkSums } from './refuse.js';

/** How far folding may move a sum that becomes a probability, which it moves by half of that at most. */
const SLACK = 1e-9;

/**
 * Weighted sums of the columns, and what makes answers of them. `weights` is columns x sums, row-major; `intercepts`
 * has one a sum.
 */
export const linearOfPipeline: ReadModel = (model) => {
  const sums = model.parameters.count('sums');
  const columns = model.parameters.count('columns');
  const weights = model.numbers('weights', columns * sums);
  const intercepts = model.numbers('intercepts', sums);
  const links = readLinks(model, sums);
  // A regressor's numbers have a size of their own.
  const size = links.length > 0 ? 1 : intercepts.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
  return linearModel(model.path, { columns, sums, weights, intercepts, slack: SLACK * size }, links);
};

function linearModel(path: string, form: LinearForm, links: readonly Link[]): PipelineModel {
  const { sums } = form;
  return {
    outputs: numbersAfter(links, sums),
    predict(parts, rows, out) {
      addForm(form, parts, rows, out);
      checkSums(path, out.subarray(0, rows * sums), parts);
      applyLinks(links, rows, sums, out);
    },
    after(step, inputs) {
      const folded = step.fold?.(form, inputs);
      return folded && linearModel(path, folded, links);
    },
  };
}

/** Writes the sums of some rows: rows x sums. */
export function addForm(form: LinearForm, parts: readonly Values[], rows: number, out: Float64Array): void {
  const { sums, weights, intercepts } = form;
  for (let row = 0, i = 0; row < rows; row++) for (let s = 0; s < sums; s++) out[i++] = intercepts[s];
  let first = 0;
  for (const part of parts) {
    addDoubles(part.kind === 'sparse' ? part : toDense(part), weights, first, sums, out);
    first += part.columns;
  }
}
