/** Exit codes. Documented in docs/cli.md. */

export const DONE = 0;
/** Something failed: a file that can't be read, a feature, a missing package. */
export const FAILED = 1;
/** Invalid input: options, rows, labels. */
export const USAGE = 2;
/** All went well, and nothing is promised but by the full model. */
export const NOT_CERTIFIED = 3;
/** Interrupted. */
export const ABORTED = 130;
