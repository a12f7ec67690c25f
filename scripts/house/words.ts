import { basename } from 'node:path';
import { identifiersOf } from './identifiers.js';

/** Each retired word, with a better one: docs/README.md has the words that we use. */
const RETIRED: Readonly<Record<string, string>> = {
  asked: 'requested',
  besides: 'withoutRows',
  bold: 'aggressive',
  careful: 'conservative',
  goOn: 'resume',
  lopsided: 'unbalanced',
  say: 'decide',
  supposed: 'withCosts',
  told: 'stated',
  workshop: 'trainer',
};

/**
 * The retired word that a name has among its camel-case parts, if any.
 *
 * @example retiredIn('askedRows'); // 'asked'
 * @example retiredIn('masked'); // undefined
 */
export function retiredIn(name: string): string | undefined {
  const parts = partsOf(name);
  return Object.keys(RETIRED).find((word) => parts.includes(partsOf(word)));
}

/** In lower case, with a blank before, between and after them. */
function partsOf(name: string): string {
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+/gu) ?? [];
  return ` ${parts.join(' ').toLowerCase()} `;
}

/** A complaint for each retired word in a source's identifiers and in its file's name. */
export function retiredWords(path: string, source: string): string[] {
  const file = { name: basename(path).replace(/\..*$/, ''), line: 1 };
  return [file, ...identifiersOf(source)].flatMap(({ name, line }) => {
    const word = retiredIn(name);
    if (word === undefined) return [];
    return [`${path}:${line} ${name}: the word '${word}' is retired; use '${RETIRED[word]}' or the like`];
  });
}
