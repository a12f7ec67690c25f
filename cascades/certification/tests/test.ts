/** One loss of a plan's answers, tested on the certification rows. */
export interface Test {
  /** As a certificate says it. */
  readonly method: string;
  /** Of 'these answers lose epsilon or more'. At level delta, which the test is made for. */
  pValue(answers: Float64Array): number;
  tally(answers: Float64Array): Tally;
  /** Upper limit of the loss at level delta. */
  upper(answers: Float64Array): number;
}

export interface Tally {
  /** Units tested. */
  readonly n: number;
  /** The sum of their losses. */
  readonly lost: number;
}
