/** Exit codes. Documented in docs/cli.md. */

export const DONE = 0;
/** Something failed: a file that can't be read, a feature, a missing package. */
export const FAILED = 1;
/** Invalid input: options, rows, labels. */
export const USAGE = 2;
/** All went well, and nothing is promised but by the full model. */
export const NOT_CERTIFIED = 3;
/** Units of a run are missing, or set aside. */
export const INCOMPLETE = 3;
/** A row can't be answered: another attempt fails alike. */
export const POISON = 42;
/** The model isn't the one that was expected. */
export const OTHER_MODEL = 43;
/** Rows can't be read: a stream or a file is damaged, ends early, or isn't of its format. */
export const BAD_INPUT = 44;
/** The budget ended it, or its forecast is above it: what was paid for is kept, and the same command goes on. */
export const BUDGET_STOP = 45;
/** The answer to a question was no. */
export const DECLINED = 46;
/** Interrupted. */
export const ABORTED = 130;
/** Nobody reads standard output any more, as after `| head`. */
export const BROKEN_PIPE = 141;
/** Ended by SIGTERM before all was done: what was written is whole as far as it goes. */
export const TERMINATED = 143;
