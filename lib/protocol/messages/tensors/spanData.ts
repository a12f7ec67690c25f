import { errorText } from '../../../util/errorText.js';
import { BLOCK, type DataSpan } from '../dataSpans.js';
import { ARRAYS } from '../datatypes.js';
import { RequestError } from '../errors.js';
import { octetsOfTexts, utf8Text } from '../text.js';
import type { Elements } from '../types.js';
import { areTexts, EXPECTED, flatItems, readData, readExactly, wrongElement } from './data.js';
import { writtenNumbers } from './digits.js';
import { fill, type Taken } from './fill.js';
import { hasLists, type ItemBlock, itemsIn, longTextIn } from './itemBlocks.js';
import type { Outline } from './outline.js';

/** Blocks may be larger by one item, which may be a list: so large at most, in octets. */
const LARGEST = 16 * BLOCK;
/** Octets of JSON for one of a text, at most: `\u0000`. */
const ESCAPE = 6;
/** Octets of data that are parsed in one piece to say what is wrong with them. */
const EXPLAINED = 2 ** 20;

/**
 * Elements of a tensor's data, read from the octets of JSON without an object a value. Reads what {@link readData}
 * reads, and gives way between blocks.
 *
 * @param mostText octets of a text: one that can't have as few is refused before it is decoded
 * @throws RequestError `invalid`, naming the tensor, and the element unless the data are large
 */
export function* readSpan(
  outline: Outline,
  json: Uint8Array,
  span: DataSpan,
  taken: Taken,
  mostText = Number.POSITIVE_INFINITY,
): Generator<undefined, Elements> {
  const { shape, count, datatype, place } = outline;
  const areNested = shape.length > 1 && hasLists(json, span);
  // Before memory is allocated: each element has an octet, and all but one a comma.
  if (2 * count - 1 > span.end - span.start - 2) return explained(outline, json, span, taken);
  const reader = new BlockReader(outline, taken, areNested);
  const isText = datatype === 'BYTES' && !areNested;
  const limit = areNested ? LARGEST : isText ? BLOCK + ESCAPE * mostText : Number.POSITIVE_INFINITY;
  const tooLarge = (octets: Uint8Array) => {
    const element = reader.at + (isText ? longTextIn(octets, ESCAPE * mostText) : 0);
    return new RequestError(
      'too-large',
      isText
        ? `row ${Math.floor((element * shape[0]) / count)}, ${place}: a text of more than ${mostText} octets, which is the most that this model takes (maxTextOctets in its model.json)`
        : `${place}: a list in its data has more than ${limit} octets, which is the limit (data may be flat)`,
    );
  };
  const isWhole = yield* itemsIn(json, span, limit, (block) => reader.take(block), tooLarge);
  const elements = isWhole ? reader.elements : undefined;
  return elements ?? explained(outline, json, span, taken, reader.problem);
}

/** Puts blocks of items into elements. */
class BlockReader {
  /** Why a block wasn't taken, where that is known. */
  problem: RequestError | undefined;
  private numbers: Exclude<Elements, readonly Uint8Array[]> | undefined;
  private readonly texts: Uint8Array[] = [];
  /** The position of the next element. */
  at = 0;
  private items = 0;

  constructor(
    private readonly outline: Outline,
    private readonly taken: Taken,
    private readonly areNested: boolean,
  ) {}

  take({ items, json }: ItemBlock): boolean {
    const { outline, taken, areNested, at } = this;
    const { datatype, shape, count } = outline;
    const values = areNested ? flatItems(items, shape) : items;
    this.items += items.length;
    if (values === undefined || at + values.length > count) return false;
    this.at += values.length;
    if (datatype === 'BYTES') {
      const texts = areTexts(values) ? octetsOfTexts(values) : undefined;
      if (texts !== undefined) this.texts.push(...texts);
      return texts !== undefined;
    }
    this.numbers ??= new ARRAYS[datatype](count);
    const { numbers } = this;
    const bad = fill(datatype, values, numbers, at, taken);
    if (bad < 0 || readExactly(numbers, at, values, bad, () => writtenNumbers(json))) return true;
    this.problem = wrongElement(outline, at + bad, values[bad]);
    return false;
  }

  /** Undefined where there are too few. */
  get elements(): Elements | undefined {
    const { at, items, outline, areNested, numbers, texts } = this;
    const { count, shape, datatype } = outline;
    if (at !== count || (areNested && items !== shape[0])) return undefined;
    if (datatype === 'BYTES') return texts;
    return numbers ?? new ARRAYS[datatype](0);
  }
}

/** What is wrong with data, by the reader that parses all of them; where it finds nothing, they are read. */
function explained(
  outline: Outline,
  json: Uint8Array,
  { start, end }: DataSpan,
  taken: Taken,
  problem?: RequestError,
): Elements {
  const { place, datatype, shape, count } = outline;
  if (end - start > EXPLAINED) {
    if (problem !== undefined) throw problem;
    const sizes = shape.length > 1 ? `, or nested as its shape ${shape.join(' x ')} says` : '';
    throw new RequestError(
      'invalid',
      `${place}: its data aren't a JSON list of ${count} elements (${EXPECTED[datatype]})${sizes}`,
    );
  }
  const text = utf8Text(json.subarray(start, end));
  if (text === undefined) throw new RequestError('invalid', `${place}: its data aren't UTF-8`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const why = errorText(error);
    throw new RequestError('invalid', `the request is no JSON: in the data of ${place}: ${why}`, undefined, {
      cause: error,
    });
  }
  return readData(outline, data, taken, () => writtenNumbers(text));
}
