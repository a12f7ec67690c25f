/** What the shell is told. Documented in docs/cli.md. */

export const DONE = 0;
/** Something failed: a file that can't be read, a feature, a missing package. */
export const FAILED = 1;
/** What was asked can't be understood, or can't be right: options, rows, labels. */
export const USAGE = 2;
/** All went well, and nothing is promised but by the full model. */
export const NOT_CERTIFIED = 3;
/** Interrupted. */
export const ABORTED = 130;
