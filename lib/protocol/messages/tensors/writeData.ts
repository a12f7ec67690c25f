import { RequestError } from '../errors.js';
import { utf8Text } from '../text.js';
import type { Elements, Tensor } from '../types.js';
import { isStrings } from './octets.js';
import { elementPlace } from './outline.js';

/** A tensor's place in messages, and what to do where JSON doesn't have its elements. */
export interface Written {
  /** Such as `output "scores"`. */
  readonly place: string;
  readonly remedy: string;
}

/**
 * Elements as a JSON list, flat. Whole numbers have all of their digits, and -0 has its sign.
 *
 * @param written is only asked for an error
 * @throws RequestError `invalid` for what JSON doesn't have: NaN, infinities, BYTES that aren't UTF-8
 */
export function writeData(written: () => Written, tensor: Tensor): string {
  const { datatype, elements } = tensor;
  if (isStrings(elements)) return writeTexts(written, tensor, elements);
  if (datatype === 'BOOL') return writeFlags(elements);
  if (elements instanceof Float32Array || elements instanceof Float64Array) {
    return writeFloats(written, tensor, elements);
  }
  return `[${elements.join(',')}]`;
}

function writeFlags(elements: Elements): string {
  const flags: string[] = new Array(elements.length);
  for (let i = 0; i < elements.length; i++) flags[i] = elements[i] ? 'true' : 'false';
  return `[${flags.join(',')}]`;
}

function writeFloats(
  written: () => Written,
  { shape }: Tensor,
  elements: Float32Array | Float64Array,
): string {
  let hasNegativeZero = false;
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    if (element - element !== 0) throw notInJson(written, shape, i, String(element));
    if (element === 0 && 1 / element < 0) hasNegativeZero = true;
  }
  if (!hasNegativeZero) return `[${elements.join(',')}]`;
  // As text, -0 is 0.
  return `[${Array.from(elements, (element) => (Object.is(element, -0) ? '-0' : String(element))).join(',')}]`;
}

function writeTexts(written: () => Written, { shape }: Tensor, elements: readonly Uint8Array[]): string {
  // Labels are few, and the same octets in many rows.
  const known: { readonly octets: Uint8Array; readonly json: string }[] = [];
  let json = '[';
  for (let i = 0; i < elements.length; i++) {
    const octets = elements[i];
    let same = known.find((each) => each.octets === octets);
    if (same === undefined) {
      const text = utf8Text(octets);
      if (text === undefined) throw notInJson(written, shape, i, "octets that aren't UTF-8");
      same = { octets, json: JSON.stringify(text) };
      if (known.length < KEPT) known.push(same);
    }
    json += i === 0 ? same.json : `,${same.json}`;
  }
  return `${json}]`;
}

/** Texts that are kept as JSON while others are written. */
const KEPT = 8;

function notInJson(
  written: () => Written,
  shape: readonly number[],
  position: number,
  what: string,
): RequestError {
  const { place, remedy } = written();
  return new RequestError(
    'invalid',
    `${place}: element ${elementPlace(shape, position)} is ${what}, which JSON doesn't have: ${remedy}`,
  );
}
