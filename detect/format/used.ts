import { damagedXml } from './faults.js';
import { find } from './fields.js';
import type { Element } from './xml.js';

/** Beside the cascade, where OpenCV, which takes the first element, doesn't look. */
const NAME = 'spillway_used';
const LINE = 6;
/** OpenCV reads what begins with a letter as a string, and would shorten a number. */
const WORD = /^d[0-9a-z]{1,11}$/;

/** Digests of used images as an element. */
export function usedElement(used: Iterable<number>): string {
  const words = Array.from(used, (digest) => `d${digest.toString(36)}`);
  const lines = words.map((word, i) => (i % LINE === 0 ? '\n' : ' ') + word);
  return words.length === 0 ? '' : `<${NAME}>${lines.join('')}</${NAME}>\n`;
}

/** @param storage may have that element */
export function readUsed(storage: Element): number[] {
  const words = find(storage, NAME)?.text.split(/\s+/) ?? [];
  return words
    .filter((word) => word !== '')
    .map((word) => {
      const digest = WORD.test(word) ? Number.parseInt(word.slice(1), 36) : Number.NaN;
      if (Number.isSafeInteger(digest)) return digest;
      throw damagedXml(`<${NAME}>: expected digests of images, got ${JSON.stringify(word.slice(0, 20))}`);
    });
}
