import { OptionError } from '../../lib/errors.js';
import { RIGHTS, type Right } from './caller.js';

/**
 * Checks of keys and of what stands beside them. A key may stand in a wrong place, even as a name, so errors say where
 * something is wrong, what kind of thing is there and what was expected, and never what it is.
 */

/** @throws OptionError for what is no object, or has other members */
export function checkMembers(value: unknown, known: readonly string[], name: string): void {
  const expected = `an object with ${known.join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw misfit(name, expected, value);
  const unknown = Object.keys(value).findIndex((each) => !known.includes(each));
  if (unknown >= 0)
    throw new OptionError(name, `its member ${unknown + 1} is unknown; known are ${known.join(', ')}`);
}

/** @throws OptionError */
export function rightsOf(rights: unknown, name: string): ReadonlySet<Right> {
  if (!Array.isArray(rights)) throw misfit(name, 'an array', rights);
  rights.forEach((right: unknown, i) => {
    if (!RIGHTS.some((each) => each === right))
      throw misfit(name, `one of ${RIGHTS.join(', ')} at place ${i + 1}`, right);
  });
  return new Set(RIGHTS.filter((right) => rights.includes(right)));
}

/** What is wrong with a value, by its kind alone. */
export function misfit(name: string, expected: string, value: unknown): OptionError {
  return new OptionError(name, `expected ${expected}, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
