/**
 * The first characters of a text. A surrogate pair isn't cut in half: then one unit fewer is left.
 *
 * @param most UTF-16 units, 0 or more
 * @example cut('a😀b', 2); // 'a'
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const next = text.charCodeAt(most);
  const isInPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return text.slice(0, isInPair ? most - 1 : most);
}
