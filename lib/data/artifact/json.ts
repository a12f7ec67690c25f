import { ArtifactError } from '../../errors.js';
import { isPlainObject } from '../../util/isPlainObject.js';
import type { JsonValue } from '../../util/state.js';

const deepest = 500;

/**
 * JSON that parses back to the same value, or an error.
 *
 * `JSON.stringify` turns NaN and Infinity into null, -0 into 0, a date into a string, and drops
 * undefined values; a plan that comes back changed is worse than one that can't be saved.
 *
 * @throws ArtifactError `unsavable`, naming the place in `value`.
 */
export function stringify(value: JsonValue): string {
  return write(value, 'json', 0);
}

function write(value: unknown, place: string, depth: number): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw unsavable(place, `is ${value}, which JSON can't hold: save null instead`);
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (depth === deepest)
    throw unsavable(place, `is nested more than ${deepest} deep, or holds itself: flatten it`);
  if (Array.isArray(value)) {
    // Array.from, unlike map, also visits holes.
    return `[${Array.from(value, (item, i) => write(item, `${place}[${i}]`, depth + 1)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => `${JSON.stringify(key)}:${write(member, `${place}.${key}`, depth + 1)}`,
    );
    return `{${members.join(',')}}`;
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1).toLowerCase();
  const advice = ArrayBuffer.isView(value) ? 'put it among the tensors' : 'save plain data instead';
  throw unsavable(place, `is of type ${kind}, which JSON can't hold: ${advice}`);
}

function unsavable(place: string, what: string): ArtifactError {
  return new ArtifactError('unsavable', `can't save the state: ${place} ${what}`);
}
