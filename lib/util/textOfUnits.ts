/** A text by its UTF-16 units, `from` to `to - 1`: in pieces, since a call takes some ten thousand arguments at most. */
export function textOfUnits(units: Uint16Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 4096)
    text += String.fromCharCode(...units.subarray(at, Math.min(at + 4096, to)));
  return text;
}
