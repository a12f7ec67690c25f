/** `learnTerms.ts` as `spillway/runtime` has it: nothing is fitted there. */
export class TermLearner {
  constructor() {
    throw new TypeError('fits nothing');
  }
}
