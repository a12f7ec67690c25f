import { FeatureError } from '../errors.js';

/** `learnTerms` as `spillway/runtime` has it, which loads what was learnt. */
export function learnTerms(): never {
  throw new FeatureError(
    '',
    undefined,
    "can't be fitted with 'spillway/runtime', which loads: fit it with 'spillway'",
  );
}
