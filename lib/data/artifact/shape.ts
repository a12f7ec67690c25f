import { show } from '../../check.js';
import { ArtifactError } from '../../errors.js';

/**
 * Checks of an artifact's JSON: a digest is no signature, so nothing in a file is trusted. Each returns the value
 * itself, with any further members.
 *
 * @throws ArtifactError `damaged`, naming the place
 */
export type Shape<T> = (value: unknown, place: string) => T;

function shape<T>(what: string, is: (value: unknown) => value is T): Shape<T> {
  return (value, place) => {
    if (is(value)) return value;
    throw wrong(place, value, what);
  };
}

export function wrong(place: string, value: unknown, expected: string): ArtifactError {
  return new ArtifactError('damaged', `${place} is ${show(value)}; expected ${expected}`);
}

export const text = shape('text', (value) => typeof value === 'string');
export const flag = shape('true or false', (value) => typeof value === 'boolean');
export const number = shape('a number', (value) => typeof value === 'number');
export const naturalNumber = shape(
  'a whole number of at least 0',
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
);

export function nullable<T>(inner: Shape<T>): Shape<T | null> {
  return (value, place) => (value === null ? null : inner(value, place));
}

export function optional<T>(inner: Shape<T>): Shape<T | undefined> {
  return (value, place) => (value === undefined ? undefined : inner(value, place));
}

export function oneOf<const T extends string>(...known: readonly T[]): Shape<T> {
  return shape(known.map((each) => `'${each}'`).join(' or '), (value): value is T =>
    known.some((each) => each === value),
  );
}

/** @param length how many there must be, where that is known */
export function list<T>(inner: Shape<T>, length?: number): Shape<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length))
      throw wrong(place, value, `an array${length === undefined ? '' : ` of ${length}`}`);
    value.forEach((item, i) => {
      inner(item, `${place}[${i}]`);
    });
    return value;
  };
}

/** An object whose members are all alike. */
export function record<T>(inner: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, place) => {
    const members = membersOf(value, place);
    for (const [name, member] of Object.entries(members)) inner(member, `${place}.${name}`);
    return value as Readonly<Record<string, T>>;
  };
}

/** An object with these members of its own, and perhaps others. */
export function object<T extends object>(shapes: { readonly [Name in keyof T]: Shape<T[Name]> }): Shape<T> {
  return (value, place) => {
    const members = membersOf(value, place);
    for (const name in shapes) shapes[name](members[name], `${place}.${name}`);
    return value as T;
  };
}

/** The first of several shapes that fits. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value, place) => {
    try {
      return first(value, place);
    } catch {
      return second(value, place);
    }
  };
}

/** Its own members alone: none of what every object inherits. */
function membersOf(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(place, value, 'an object');
  return Object.assign(Object.create(null), value);
}
