import type { Encode } from '../../../../lib/features/embedding/index.js';

/** A vector of a text that tells it from others: its length, its first code unit, and 1. */
export const vectorOf = (text: string): number[] => [
  text.length,
  text.length > 0 ? text.charCodeAt(0) : 0,
  1,
];

/** An encoder that remembers its calls. */
export function listening(encode: (texts: string[]) => ReturnType<Encode> = (texts) => texts.map(vectorOf)) {
  const calls: string[][] = [];
  const heard: Encode = (texts) => {
    calls.push(texts);
    return encode(texts);
  };
  return { calls, encode: heard };
}

/** An encoder whose layer k of 6 adds k to the vectors, and that remembers which were opened. */
export function layered(opened: number[]): Encode {
  const encode: Encode = Object.assign(
    (texts: string[]) => texts.map((each) => vectorOf(each).map((x) => x + 6)),
    {
      layers: 6,
      upTo: async (layer: number): Promise<Encode> => {
        opened.push(layer);
        return (texts) => texts.map((each) => vectorOf(each).map((x) => x + layer));
      },
    },
  );
  return encode;
}
