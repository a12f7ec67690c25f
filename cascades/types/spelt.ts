/**
 * Makes the compiler name a misspelt option. TypeScript infers no type argument from an object that
 * both lacks a required property and has an unknown one, such as `bounds` for `bound`: its error is
 * then about the first property. With all properties also optional, it infers as usual and names
 * the misspelt one.
 */
export type Spelt<Options> = Options & Partial<Options>;
