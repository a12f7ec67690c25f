import type { Learner } from 'spillway';
import type { State, TrainingSet } from 'spillway/extend';

/** The state of a network that is trained to these examples, which may take minutes: each twentieth is told. */
export async function trainedState(
  learner: Learner,
  examples: TrainingSet,
  log: (text: string) => void,
): Promise<State> {
  let reported = 0;
  const model = await learner.fit(examples, {
    seed: 1,
    onProgress(share) {
      if (share < reported + 0.05) return;
      reported = share;
      log(`  ${Math.round(100 * share)} %`);
    },
  });
  if (model.state === undefined) throw new TypeError('expected a model with a state');
  return model.state;
}
