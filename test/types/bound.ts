/** What the compiler must accept and refuse of bounds. Never run: `tsc` is the test. */
import { type Bound, type Loss, logisticRegression, recall, type TuneOptions, tune } from '../../index.js';
import { worldsFeatures } from '../support/agreement.js';

type Answer = 'no' | 'yes';
type Options = Pick<
  TuneOptions<{ cheap: number; costly: number }, Answer, 'cheap' | 'costly'>,
  'rows' | 'labels'
>;

export async function typed({ rows, labels = [] }: Options) {
  const options = { features: worldsFeatures, rows: rows as never[], labels, full: logisticRegression() };
  // A loss of the user's is asked in the user's labels, which are those of `labels`, whatever the bound says …
  const cascade = await tune({
    ...options,
    bound: {
      all: [
        { loss: recall('yes'), epsilon: 0.1 },
        {
          loss: { name: 'cost', loss: (answer, full, label) => Number(answer !== (label ?? full)) },
          epsilon: 0.1,
        },
      ],
    },
  });
  const answers: Answer[] = (await cascade.predict([])).labels;
  // … and which it can't mistake.
  // @ts-expect-error 'maybe' is none of them
  const mistaken: Loss<Answer> = { name: 'cost', loss: (answer) => Number(answer === 'maybe') };
  return { answers, mistaken };
}

// One loss or several, not both.
export const one: Bound = { epsilon: 0.1 };
// @ts-expect-error both
export const both: Bound = { epsilon: 0.1, all: [{ loss: 'harm', epsilon: 0.1 }] };
// @ts-expect-error of several each says which it is
export const unsaid: Bound = { all: [{ epsilon: 0.1 }] };
// Modes are of one loss.
export const moded: Bound = { epsilon: 0.1, modes: [0.2] };
// @ts-expect-error several losses have none
export const severalModed: Bound = { all: [{ loss: 'harm', epsilon: 0.1 }], modes: [0.2] };
