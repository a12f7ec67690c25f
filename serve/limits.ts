import { checkKeys, checkWhole } from '../lib/check.js';

/**
 * Limits, with defaults where none are given.
 *
 * @param name of the option, in messages
 * @throws OptionError for what is no whole number above 0
 */
export function withDefaults<Limits extends object>(
  name: string,
  given: Partial<Limits> = {},
  defaults: Limits,
): Limits {
  checkKeys(given, Object.keys(defaults), `${name}.`);
  for (const [key, value] of Object.entries(given)) checkWhole(`${name}.${key}`, value, 1);
  return { ...defaults, ...given };
}
