import { GROUPS } from '#hints';
import { OptionError } from '../../../../errors.js';
import type { PatternClasses } from '../characters.js';
import { allBut, type Ranges, union } from '../ranges.js';

/** A regular expression as it is read: characters are sets. */
export type PatternPart =
  | { readonly kind: 'one'; readonly set: Ranges }
  /** `\b`, or `\B`. */
  | { readonly kind: 'edge'; readonly isNegated: boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternPart[] }
  | {
      readonly kind: 'repeat';
      readonly part: PatternPart;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'group'; readonly part: PatternPart };

/** Longer patterns, and larger counts, are refused. */
const LONGEST = 500;
const MOST_TIMES = 1000;

const CONTROLS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
};
const HEXADECIMAL: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads a pattern of Python's `re`.
 *
 * @throws OptionError that names what isn't read
 */
export function parse(pattern: string, classes: PatternClasses): PatternPart {
  if (pattern.length > LONGEST) fail(`it has ${pattern.length} characters: expected at most ${LONGEST}`);
  return new Parser(Array.from(pattern.replace(/^\(\?u\)/, '')), classes).whole();
}

/** Whether a part can match nothing. */
export function isNullable(part: PatternPart): boolean {
  switch (part.kind) {
    case 'one':
      return false;
    case 'edge':
      return true;
    case 'sequence':
      return part.parts.every(isNullable);
    case 'choice':
      return part.parts.some(isNullable);
    case 'repeat':
      return part.least === 0 || isNullable(part.part);
    case 'group':
      return isNullable(part.part);
  }
}

/** A pattern that isn't read, for the reason that it gives. */
export class PatternError extends OptionError {
  constructor(readonly why: string) {
    super('tokenPattern', `isn't read: ${why}`);
  }
}

export function fail(why: string): never {
  throw new PatternError(why);
}

class Parser {
  private at = 0;
  private groups = 0;

  constructor(
    private readonly characters: readonly string[],
    private readonly classes: PatternClasses,
  ) {}

  whole(): PatternPart {
    const part = this.choice();
    if (this.at < this.characters.length) fail("a ')' that closes nothing");
    if (this.groups > 1) fail('it has more than one group; write (?: … ) for those that capture nothing');
    if (isNullable(part)) fail('it can match nothing');
    return part;
  }

  private choice(): PatternPart {
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }

  private sequence(): PatternPart {
    const parts: PatternPart[] = [];
    while (this.at < this.characters.length && !'|)'.includes(this.next)) parts.push(this.repeated());
    return { kind: 'sequence', parts };
  }

  private repeated(): PatternPart {
    const before = this.groups;
    const part = this.atom();
    const times = this.times();
    if (times === undefined) return part;
    if (isNullable(part)) fail('it repeats what can match nothing');
    if (this.groups > before) fail('it repeats a group that captures; write (?: … )');
    const isLazy = this.take('?');
    if ('*+?'.includes(this.next || ' ') || this.count() !== undefined)
      fail(`'${this.next}' after a quantifier`);
    return { kind: 'repeat', part, ...times, isLazy };
  }

  private times(): { least: number; most: number } | undefined {
    if (this.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { least: 0, most: 1 };
    const count = this.count();
    if (count === undefined) return undefined;
    this.at += count.length;
    const [least, most = least] = count.slice(1, -1).split(',');
    const times = { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
    const isFew = times.least <= MOST_TIMES && (most === '' || times.most <= MOST_TIMES);
    if (!isFew || times.most < Math.max(1, times.least))
      fail(`the count ${count}: expected at most ${MOST_TIMES}, in order`);
    return times;
  }

  /** The count that comes next, as it stands; another brace stands for itself. */
  private count(): string | undefined {
    if (this.next !== '{') return undefined;
    return /^\{(?:[0-9]+|[0-9]*,[0-9]*)\}/.exec(this.characters.slice(this.at).join(''))?.[0];
  }

  private atom(): PatternPart {
    const isCount = this.count() !== undefined;
    const character = this.any();
    if (character === '.') return one(allBut(single('\n')));
    if (character === '[') return one(this.set());
    if (character === '(') return this.group();
    if (character === '\\') return this.escape();
    if (character === '^' || character === '$') fail(`the anchor '${character}'`);
    if ('*+?'.includes(character) || isCount)
      fail(`'${character}' that repeats nothing; write \\${character}`);
    return one(single(character));
  }

  private group(): PatternPart {
    const captures = !this.take('?');
    if (!captures && !this.take(':')) {
      const kind = `(?${this.characters.slice(this.at, this.at + 2).join('')}`;
      fail(`'${kind}'${GROUPS}`);
    }
    if (captures) this.groups++;
    const part = this.choice();
    if (!this.take(')')) fail("a '(' that isn't closed");
    return captures ? { kind: 'group', part } : part;
  }

  private escape(): PatternPart {
    const character = this.next;
    if (character === 'b' || character === 'B') {
      this.at++;
      return { kind: 'edge', isNegated: character === 'B' };
    }
    return one(this.classOf() ?? single(this.literal()));
  }

  /** The set of `\w`, `\d` or `\s`, or all others. */
  private classOf(): Ranges | undefined {
    const { word, digit, space } = this.classes;
    const name = this.next;
    const set = { w: word, d: digit, s: space }[name.toLowerCase()];
    if (set === undefined) return undefined;
    this.at++;
    return name === name.toLowerCase() ? set : allBut(set);
  }

  /** The character that follows a backslash. */
  private literal(): string {
    const name = this.any();
    const control = CONTROLS[name];
    if (control !== undefined) return control;
    const digits = HEXADECIMAL[name];
    if (digits !== undefined) {
      const text = this.characters.slice(this.at, this.at + digits).join('');
      const code = Number.parseInt(text, 16);
      if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(text) || code > 0x10ffff) fail(`'\\${name}${text}'`);
      this.at += digits;
      return String.fromCodePoint(code);
    }
    if (/[0-9A-Za-z]/.test(name)) fail(`'\\${name}'`);
    return name;
  }

  private set(): Ranges {
    const isNegated = this.take('^');
    const sets: Ranges[] = [];
    do {
      const first = this.member();
      // A hyphen before the end stands for itself.
      if (this.next !== '-' || this.characters[this.at + 1] === ']') {
        sets.push(first);
        continue;
      }
      this.at++;
      const last = this.member();
      if (!isSingle(first) || !isSingle(last) || first[0] > last[0])
        fail('a range of characters without order');
      sets.push(Uint32Array.of(first[0], last[0]));
    } while (!this.take(']'));
    const set = union(...sets);
    return isNegated ? allBut(set) : set;
  }

  private member(): Ranges {
    const character = this.any("a '[' that isn't closed");
    if (character !== '\\') return single(character);
    if (this.take('b')) return single('\b');
    return this.classOf() ?? single(this.literal());
  }

  private get next(): string {
    return this.characters[this.at] ?? '';
  }

  private any(otherwise = 'it ends within an escape'): string {
    if (this.at === this.characters.length) fail(otherwise);
    return this.characters[this.at++];
  }

  private take(character: string): boolean {
    const isNext = this.next === character;
    if (isNext) this.at++;
    return isNext;
  }
}

function one(set: Ranges): PatternPart {
  return { kind: 'one', set };
}

function single(character: string): Ranges {
  const code = character.codePointAt(0) ?? 0;
  return Uint32Array.of(code, code);
}

function isSingle(set: Ranges): boolean {
  return set.length === 2 && set[0] === set[1];
}
