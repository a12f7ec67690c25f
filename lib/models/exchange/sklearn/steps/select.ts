import { foldSelect } from '../fold.js';
import type { ReadStep } from '../step.js';
import { chosenColumns } from '../values.js';

/** Some of the columns, in the order given. */
export const select: ReadStep = (node) => {
  const chosen = node.indices('chosen', node.width, node.parameters.count('columns'));
  return {
    columns: chosen.length,
    run: ([all]) => chosenColumns(all, chosen),
    fold: (form) => foldSelect(form, chosen, node.width),
  };
};
