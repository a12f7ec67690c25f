import type { ReadModel } from '../step.js';

/** The same answer to every row. */
export const constantOfPipeline: ReadModel = (model) => {
  const answer = model.numbers('answer');
  if (answer.length === 0) throw model.damaged('no answer');
  return {
    outputs: answer.length,
    predict(_, rows, out) {
      for (let row = 0; row < rows; row++) out.set(answer, row * answer.length);
    },
  };
};
