import test from 'ava';
import { OptionError, SpillwayError } from '../../index.js';

/** A wrong call that a first user makes, and what the error has to say; its class where it isn't an OptionError. */
export type Mistake = readonly [
  title: string,
  call: () => unknown,
  says: RegExp,
  error?: abstract new (...given: never[]) => SpillwayError,
];

/** A call as plain JavaScript makes it: nothing checks what is given. */
export function js(called: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown {
  return Reflect.apply(called, undefined, given);
}

/** The same of a method. */
export function on(object: object, method: string, ...given: readonly unknown[]): unknown {
  return Reflect.apply(Reflect.get(object, method), object, given);
}

/** One test a mistake: it must not go through in silence, and not end in an error of JavaScript's own. */
export function refused(mistakes: readonly Mistake[]): void {
  for (const [title, call, says, expected = OptionError] of mistakes) {
    test(title, async (t) => {
      const error = await thrownBy(call);
      if (error === undefined) return t.fail('nothing was thrown: the mistake goes through in silence');
      if (!(error instanceof SpillwayError)) return t.fail(`raw: ${error}`);
      t.true(error instanceof expected, `${error.name}: ${error.message}`);
      t.regex(error.message, says);
      // What it says must be about what the user wrote.
      t.notRegex(error.message, /\bundefined is not|\[object|feature ''|is not a function|block \d+,/);
    });
  }
}

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}
