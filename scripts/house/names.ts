import { WINGS } from './arrows.js';

const DECLARED = /^export (?:abstract |async )*(?:class|const|function\*?|interface|type) *(\w+)/gm;
const SOURCES = ['lib', ...WINGS, 'entries', 'cli', 'datasets'];
/** In `spillway/runtime` it stands for the file without `light`, and has the same names. */
const LIGHT = /\/light[A-Z]\w*\.ts$/;
/** Users import each of them from two entries: what `fetch` is, and what a tensor is, depends on the entry. */
const BY_ENTRY = ['Fetch', 'Tensor'];

/**
 * A complaint for each exported name that several files declare: a name that stands for two things misleads, and a
 * thing that is declared twice comes apart. Overloads, and a type and a value of one file, are one declaration.
 *
 * @param sources their texts by their paths from the root
 */
export function declaredTwice(sources: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    if (!SOURCES.includes(path.split('/')[0]) || LIGHT.test(path)) continue;
    for (const [, name] of text.matchAll(DECLARED))
      places.set(name, (places.get(name) ?? new Set()).add(path));
  }
  return [...places]
    .filter(([name, paths]) => paths.size > 1 && !BY_ENTRY.includes(name))
    .map(
      ([name, paths]) => `${[...paths].join(' and ')} declare ${name}; share it, or name each for what it is`,
    );
}
