/**
 * Options, for the sake of errors. TypeScript infers no type argument from an object that both lacks a required property
 * and has one too many, as one with `bounds` for `bound`: its error is then about whatever property comes first. With all
 * of them optional beside it, it infers as ever and names the misspelt one.
 */
export type Spelt<Options> = Options & Partial<Options>;
