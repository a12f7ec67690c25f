import { foldSelect } from '../fold.js';
import type { ReadStep } from '../step.js';
import { chosenColumns } from '../values.js';

/** Some of the columns, in the order given. */
export const select: ReadStep = (node) => {
  const inputs = node.width;
  const chosen = node.indices('chosen', inputs, node.parameters.count('columns'));
  return {
    columns: chosen.length,
    run: ([all]) => chosenColumns(all, chosen),
    fold: (form, given) => (given === inputs ? foldSelect(form, chosen, inputs) : undefined),
  };
};
