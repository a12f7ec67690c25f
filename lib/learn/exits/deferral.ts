import { fitDeferral } from '#fitDeferral';
import { storedClasses, storedNumbers } from '../calibration/index.js';
import { deferralBy } from './deferralScore.js';
import type { ExitScoring } from './exitScore.js';
import { signCount } from './uncertaintyFeatures.js';

/** Agreement as a function of the stage's own scores. */
export const deferral: ExitScoring = {
  words: 'deferral model',
  fewest: 2,
  least: () => 0,
  async fit(rows, context) {
    const fitted = await fitDeferral(rows, context);
    return fitted.unlearnable === undefined ? fitted : undefined;
  },
  load(state) {
    const what = "exit score 'deferral'";
    const classes = storedClasses(state, what);
    return deferralBy(storedNumbers(state, 'weights', signCount(classes) + 1, what), classes);
  },
  blank: (classes) => deferralBy(new Float64Array(signCount(classes) + 1), classes),
};
