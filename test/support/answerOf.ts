import { type Executor, isRunning, type Slice, type SliceAnswer } from '../../serve/executor.js';

/** An executor's answer to a slice, whether it is there at once or not. */
export async function answerOf(executor: Executor, slice: Slice): Promise<SliceAnswer> {
  const started = executor.run(slice);
  return isRunning(started) ? started.answer : started;
}
