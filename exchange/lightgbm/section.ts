import { damagedModel } from '../fields.js';

/** Lines `name=value` up to an empty one or the next section; lines without a value count as present. */
export class Section {
  private readonly values: ReadonlyMap<string, string>;

  constructor(lines: readonly string[]) {
    this.values = new Map(
      lines.map((line) => {
        const at = line.indexOf('=');
        return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    return this.values.get(name);
  }

  /** A whole number, 0 or more. */
  count(name: string, most = Number.MAX_SAFE_INTEGER): number {
    const text = this.values.get(name) ?? '';
    const count = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(count) || count < 0) {
      throw damagedModel('lightgbm', `no count ${name}`);
    }
    if (count > most) throw damagedModel('lightgbm', `${count} for ${name}, where ${most} is the most`);
    return count;
  }

  numbers(name: string, length: number): Float64Array {
    const words = this.values.get(name)?.trim() ?? '';
    const numbers = words === '' ? [] : words.split(' ');
    if (numbers.length !== length) {
      throw damagedModel('lightgbm', `${numbers.length} numbers in ${name}, expected ${length}`);
    }
    return Float64Array.from(numbers, (word) => parse(name, word));
  }
}

function parse(name: string, word: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(word);
  if (special !== null) {
    if (special[2].toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const number = Number(word);
  if (Number.isNaN(number) || word === '')
    throw damagedModel('lightgbm', `'${word.slice(0, 20)}' in ${name}`);
  return number;
}
