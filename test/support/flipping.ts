import type { Answer } from '../../datasets/index.js';
import type { TrainedModel } from '../../entries/full.js';
import { random } from '../../lib/stats/index.js';
import { worldsFull } from './agreement.js';

/** The full model of an agreement world, which gives each row its other answer by chance; it notes how often it is asked. */
export function flipping(share: number, seed: number, more: Partial<TrainedModel<Answer>> = {}) {
  const chance = random(seed).fork('flipping');
  const asked = [0, 0];
  const full: TrainedModel<Answer> = {
    ...worldsFull,
    ...more,
    score([{ values }], out, context) {
      asked[context?.ask ?? 0] += values.length;
      values.forEach((logOdds, row) => {
        out[2 * row + Number(logOdds > 0 !== chance.uniform() < share)] = 1;
      });
    },
  };
  return { full, asked };
}
