import { damagedXml } from './faults.js';
import type { Element } from './xml.js';

/**
 * Reads elements of a cascade as OpenCV's files have them. All throw ArtifactError (`damaged`) for what is missing or
 * not a number.
 */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export function find(parent: Element, name: string): Element | undefined {
  return parent.children.find((child) => child.name === name);
}

export function requiredElement(parent: Element, name: string): Element {
  const child = find(parent, name);
  if (child === undefined) throw damagedXml(`<${parent.name}> has no <${name}>`);
  return child;
}

/** The numbers in an element's text. */
export function numbersIn(element: Element): number[] {
  const words = element.text.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    const value = NUMBER.test(word) ? Number(word) : Number.NaN;
    if (!Number.isFinite(value)) {
      throw damagedXml(`<${element.name}>: expected a number, got ${JSON.stringify(word.slice(0, 20))}`);
    }
    return value;
  });
}

/** The one number of a child. */
export function numberIn(parent: Element, name: string): number {
  const numbers = numbersIn(requiredElement(parent, name));
  if (numbers.length !== 1) throw damagedXml(`<${name}>: expected one number, got ${numbers.length}`);
  return numbers[0];
}

/** A whole number of 32 bits. */
export function whole(value: number, what: string): number {
  if (value !== (value | 0)) {
    throw damagedXml(`${what}: expected a whole number of 32 bits, got ${value}`);
  }
  return value | 0;
}

export function wholeOf(parent: Element, name: string): number {
  return whole(numberIn(parent, name), `<${name}>`);
}

/** Whether a Haar feature is tilted. */
export function isTilted(feature: Element): boolean {
  return find(feature, 'tilted') !== undefined && wholeOf(feature, 'tilted') !== 0;
}
