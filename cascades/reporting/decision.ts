import { grouped, shortNumber } from '../../lib/util/count.js';
import { quoted } from '../losses/index.js';
import type { Plan } from '../types/index.js';

/** Costs of more classes than this are too many to list. */
const LISTED = 4;

/** The rule from probabilities to an answer, where it isn't the likeliest class. */
export function decisionWords({ decision, classes }: Pick<Plan, 'decision' | 'classes'>): string | undefined {
  switch (decision.kind) {
    case 'argmax':
    case 'value':
      return undefined;
    case 'threshold':
    case 'first-threshold': {
      const own = decision.kind === 'threshold' ? 1 : 0;
      const [answer, other] = [classes[own], classes[1 - own]].map(quoted);
      return (
        `The answer is ${answer} where its probability is at least ${grouped(decision.threshold, 6)}, ` +
        `else ${other}.`
      );
    }
    case 'costs': {
      const costs = decision.costs.flatMap((row, truth) =>
        row.flatMap((cost, answer) =>
          truth === answer && cost === 0
            ? []
            : [
                `${shortNumber(cost)} for ${quoted(classes[answer])} where ${quoted(classes[truth])} is right`,
              ],
        ),
      );
      const listed = classes.length > LISTED ? '' : `: ${costs.join(', ')}`;
      return `The answer is the class of least expected cost${listed}.`;
    }
  }
}
