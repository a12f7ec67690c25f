import type { JsonValue } from '../../util/state.js';
import type { Feature } from './feature.js';

/** The stated part of a feature's definition: features with equal definitions give the same row the same values. */
export type Definition = Pick<Feature<never>, 'version' | 'options'>;

/**
 * How a feature's definition differs from the one that it had, in words: empty if it is the same.
 *
 * @example
 * changesOf(tfidf(text, { norm: 'none' }), tfidf(text)); // [`option 'norm' is "none" now, was "l2"`]
 */
export function changesOf(now: Definition, was: Definition): string[] {
  const changes = optionChanges(now.options, was.options);
  const [version, before] = [now.version ?? 'none', was.version ?? 'none'];
  return version === before ? changes : [`version is ${version} now, was ${before}`, ...changes];
}

/** How stated options differ from those that were, in words; option by option where both have names. */
export function optionChanges(now: JsonValue | undefined, was: JsonValue | undefined): string[] {
  if (!isRecord(now) || !isRecord(was)) {
    return stable(now) === stable(was) ? [] : [`options are ${shown(now)} now, were ${shown(was)}`];
  }
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  const [nowBy, wasBy] = [new Map(Object.entries(now)), new Map(Object.entries(was))];
  return [...names].flatMap((name) => {
    const [value, before] = [nowBy.get(name), wasBy.get(name)];
    if (stable(value) === stable(before)) return [];
    return [`option '${name}' is ${shown(value)} now, was ${shown(before)}`];
  });
}

/** JSON that is the same for values that are the same: members in the order of their names. */
export function stable(value: JsonValue | undefined): string {
  return (
    JSON.stringify(value, (_, member: JsonValue) =>
      isRecord(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? 'none'
  );
}

function shown(value: JsonValue | undefined): string {
  const text = value === undefined || value === null ? 'none' : stable(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
