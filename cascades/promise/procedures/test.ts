/** One loss of a plan's answers, tested on the certification rows. */
export interface Test {
  /** As a certificate says it. */
  readonly method: string;
  /** Of 'these answers lose epsilon or more'. At level delta, which the test is made for. */
  pValue(answers: Float64Array): number;
  /** What is to be said of the answers that are served. */
  sample(answers: Float64Array): Sample;
}

export interface Sample {
  /** Units tested. */
  readonly n: number;
  /** The sum of their losses. */
  readonly lost: number;
  /** Upper limit of the loss at level delta. */
  readonly upper: number;
}
