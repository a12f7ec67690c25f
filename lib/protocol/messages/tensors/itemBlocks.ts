import type { DataSpan } from '../dataSpans.js';
import type { RequestError } from '../errors.js';
import { utf8Text } from '../text.js';

const [CLOSE_LIST, OPEN_LIST, SPACE] = [0x5d, 0x5b, 0x20];
const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];

/** Items of a list of data, block by block, with the JSON that they come from. */
export interface ItemBlock {
  readonly items: readonly unknown[];
  readonly json: string;
}

/** Whether the items of data are lists. */
export function hasLists(json: Uint8Array, { start, end }: DataSpan): boolean {
  let at = start + 1;
  while (at < end && json[at] <= SPACE) at++;
  return json[at] === OPEN_LIST;
}

/**
 * Parses the items of a list block by block, so that no more than a block's are objects at a time. Gives way between
 * blocks.
 *
 * @param limit octets of a block
 * @param take gets each block; returns whether to go on
 * @param tooLarge makes the error of a block over the limit, of its octets
 * @returns whether all were taken; false also for what is no JSON
 * @throws what `tooLarge` makes
 */
export function* itemsIn(
  json: Uint8Array,
  { start, end, cuts }: DataSpan,
  limit: number,
  take: (block: ItemBlock) => boolean,
  tooLarge: (octets: Uint8Array) => RequestError,
): Generator<undefined, boolean> {
  if (json[end - 1] !== CLOSE_LIST) return false;
  let from = start + 1;
  for (let cut = 0; cut <= cuts.length; cut++) {
    const to = cut < cuts.length ? cuts[cut] : end - 1;
    const octets = json.subarray(from, to);
    if (octets.length > limit) throw tooLarge(octets);
    const block = itemsOf(octets);
    if (block === undefined || !take(block)) return false;
    // Between two cuts there are items.
    if (cuts.length > 0 && block.items.length === 0) return false;
    from = to + 1;
    if (cut < cuts.length) yield;
  }
  return true;
}

/** The position among items of the first text that has more octets of JSON than a limit. */
export function longTextIn(octets: Uint8Array, limit: number): number {
  let item = 0;
  let start: number | undefined;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at];
    if (start === undefined) {
      if (octet === QUOTE) start = at;
      else if (octet === COMMA) item++;
    } else if (at - start > limit) break;
    else if (octet === BACKSLASH) at++;
    else if (octet === QUOTE) start = undefined;
  }
  return item;
}

function itemsOf(octets: Uint8Array): ItemBlock | undefined {
  const json = utf8Text(octets);
  if (json === undefined) return undefined;
  try {
    const items: unknown = JSON.parse(`[${json}]`);
    return Array.isArray(items) ? { items, json } : undefined;
  } catch {
    return undefined;
  }
}
