import { insteadOfSignal, meant, ofKind, shapeOf } from '#hints';
import { OptionError } from './errors.js';

export { meant };

/** Checks of options on entry. Each names the option, its value and the expected one. */

export function checkKeys(options: object, known: readonly string[], where = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError(
      where.slice(0, -1) || 'options',
      `expected an object${shapeOf(known)}, got ${show(options)}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new OptionError(where + key, `unknown; known are ${known.join(', ')}${meant(key, known)}`);
  }
}

export function checkWhole(
  name: string,
  value: unknown,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new OptionError(name, `expected a whole number ${range}, got ${show(value)}`);
  }
}

/** Strictly between 0 and 1. */
export function checkInside(name: string, value: unknown, hint = ''): void {
  if (typeof value !== 'number' || !(value > 0 && value < 1)) {
    // A percentage, or a number that was read from a form.
    const share = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number(value) / 100;
    const typed = typeof value === 'string' || typeof value === 'number';
    const better = hint === '' && typed && share > 0 && share < 1 ? `; did you mean ${share}?` : '';
    throw new OptionError(name, `expected a number above 0 and below 1, got ${show(value)}${hint || better}`);
  }
}

/** The chance that a promise fails: above 0, and small enough to be meant as that. */
export function checkDelta(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= LIKE_CONFIDENCE && value < 100) {
    const confidence = value < 1 ? value : value / 100;
    if (confidence >= LIKE_CONFIDENCE) {
      throw new OptionError(
        name,
        `expected the chance that the promise fails, got ${value}; did you mean ${Number((1 - confidence).toPrecision(6))}, which is ${Number((100 * confidence).toPrecision(6))} % confidence?`,
      );
    }
  }
  checkInside(name, value);
}

/** A delta this large is probably a confidence given by mistake. */
const LIKE_CONFIDENCE = 0.9;

/** @throws OptionError for a value that can't abort anything */
export function checkSignal(signal: unknown, name = 'signal'): void {
  if (signal === undefined) return;
  if (typeof signal === 'object' && signal !== null) {
    if ('aborted' in signal && 'throwIfAborted' in signal && 'addEventListener' in signal) return;
  }
  throw new OptionError(name, `expected an AbortSignal, ${insteadOfSignal(signal) || `got ${show(signal)}`}`);
}

export function checkPositive(
  name: string,
  value: unknown,
  what = 'a finite number above 0',
  most = Number.MAX_VALUE,
): void {
  if (typeof value !== 'number' || !(value > 0 && value <= most)) {
    throw new OptionError(name, `expected ${what}, got ${show(value)}`);
  }
}

/** Money a row. */
export function checkPrice(price: unknown): void {
  if (price === undefined) return;
  if (typeof price !== 'number' || !(price >= 0 && price < Number.POSITIVE_INFINITY)) {
    throw new OptionError('price', `expected money a row, 0 or more, got ${show(price)}`);
  }
}

/** The largest difference allowed between two computations of one value. */
export function checkTolerance(name: string, tolerance: unknown): void {
  if (tolerance === undefined) return;
  if (typeof tolerance !== 'number' || !(tolerance >= 0 && tolerance < Number.POSITIVE_INFINITY)) {
    throw new OptionError(name, `expected a finite number, 0 or more, got ${show(tolerance)}`);
  }
}

export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'string' || !known.includes(value)) {
    throw new OptionError(
      name,
      `expected ${known.map((k) => `'${k}'`).join(', ')}, got ${show(value)}${meant(value, known)}`,
    );
  }
}

export function checkSeed(name: string, value: unknown): void {
  if (typeof value !== 'string' && !Number.isFinite(value)) {
    throw new OptionError(name, `expected a number or a string, got ${show(value)}`);
  }
}

export function checkDate(name: string, value: unknown): void {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw new OptionError(name, `expected a valid Date, got ${show(value)}`);
  }
}

export function checkFlag(name: string, value: unknown, expected = 'true or false'): void {
  if (typeof value !== 'boolean') throw new OptionError(name, `expected ${expected}, got ${show(value)}`);
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new OptionError(name, `expected a function, got ${show(value)}`);
}

/** A whole number of at least 0. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** @throws OptionError for what no `define` returned, as option `features` */
export function checkFeatureSet(features: unknown): void {
  if (typeof features === 'object' && features !== null) {
    if ('names' in features && Array.isArray(features.names) && 'get' in features) return;
  }
  const hint = typeof features === 'object' && features !== null ? '; wrap them: define({ … })' : '';
  throw new OptionError('features', `expected what define() returns, got ${show(features)}${hint}`);
}

/** A value in a message, shortened, without the name and the password of an address. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.replace(/\/\/\S*@/, '//…@');
    return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return ofKind(value) || `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'no keys'}`;
}
