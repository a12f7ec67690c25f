/** Whole numbers beyond 2^53 as a JSON text has them: parsing rounds them to doubles. */

/**
 * The numbers of `data` of each tensor in a list, as texts. Reads what JSON.parse has accepted.
 *
 * @param json the text of a whole message
 * @param list the key of the tensors: `inputs` or `outputs`
 */
export class TensorDigits {
  /** Where `data` begins, by the tensor's position. */
  private starts: readonly (number | undefined)[] | undefined;

  constructor(
    private readonly json: string,
    private readonly list: string,
  ) {}

  /** The texts of the numbers of the tensor's data, in order. */
  of(tensor: number): string[] {
    this.starts ??= this.find();
    const start = this.starts[tensor];
    if (start === undefined) return [];
    return writtenNumbers(this.json.slice(start, endOf(this.json, start)));
  }

  private find(): (number | undefined)[] {
    const { json, list } = this;
    const tensors = memberOf(json, skipSpace(json, 0), list);
    const starts: (number | undefined)[] = [];
    if (tensors === undefined) return starts;
    let at = skipSpace(json, tensors + 1);
    while (json[at] !== ']') {
      starts.push(json[at] === '{' ? memberOf(json, at, 'data') : undefined);
      at = skipSpace(json, endOf(json, at));
      if (json[at] === ',') at = skipSpace(json, at + 1);
    }
    return starts;
  }
}

/** The numbers in JSON without texts, as they are written. */
export function writtenNumbers(json: string): string[] {
  return json.match(/-?\d[\d.eE+-]*/g) ?? [];
}

/** Where the value of a key begins; the last one, where the key occurs more than once. */
function memberOf(json: string, object: number, key: string): number | undefined {
  let found: number | undefined;
  let at = skipSpace(json, object + 1);
  while (json[at] !== '}') {
    const keyEnd = endOf(json, at);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (JSON.parse(json.slice(at, keyEnd)) === key) found = value;
    at = skipSpace(json, endOf(json, value));
    if (json[at] === ',') at = skipSpace(json, at + 1);
  }
  return found;
}

const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [0x20, 0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Of JSON's characters those up to the space are white. */
function skipSpace(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= SPACE) at++;
  return at;
}

/** Where a value ends that begins here. */
function endOf(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at) - 1;
      if (depth === 0) return at + 1;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      // The end of what holds a number, or of the value itself.
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || code === COLON || code <= SPACE)) return at;
  }
  return json.length;
}

function endOfString(json: string, from: number): number {
  let at = from + 1;
  for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) {
    at += code === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}

/** More digits than 64 bits hold. */
const MOST_DIGITS = 20;

/** A JSON number as a whole one; undefined where it has a fraction, or more digits than 64 bits. */
export function exactWhole(text: string): bigint | undefined {
  const [, sign, whole, fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.slice(0, withoutZeros(digits));
  if (significant === '') return 0n;
  const zeros = Number(power) - fraction.length + digits.length - significant.length;
  if (zeros < 0 || significant.length + zeros > MOST_DIGITS) return undefined;
  const magnitude = BigInt(significant + '0'.repeat(zeros));
  return sign === '-' ? -magnitude : magnitude;
}

/**
 * Where the zeros begin that end a text. A regular expression would look at each run of zeros once for each of its
 * zeros.
 */
function withoutZeros(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return end;
}
