import { fail, type PatternPart } from './syntax.js';

/** Where a part begins and ends: numbers of its characters. */
interface Ends {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

/** Outside of repeats, at so many places a text may go on in several ways. */
const MOST_CHOICES = 2;

/**
 * Refuses patterns for which a text of some length could take years: those with a repeat within which a text can go on
 * in two ways, so that the ways multiply, or with many choices in a row. A repeat without them reads a text in one way
 * alone (Brüggemann-Klein and Wood, "One-unambiguous regular languages", 1998).
 *
 * @param lettersOf the letters that each of the part's characters stands for, in order
 */
export function checkAmbiguity(part: PatternPart, lettersOf: readonly (readonly number[])[]): void {
  /** By character, the outermost repeat that it is in, 0 for none; and which may follow, once for each way to them. */
  const repeats: number[] = [];
  const follow: number[][] = [];
  const link = (from: readonly number[], to: readonly number[]) => {
    for (const position of from) follow[position].push(...to);
  };

  const walk = (own: PatternPart, repeat: number): Ends => {
    switch (own.kind) {
      case 'one': {
        const position = repeats.push(repeat) - 1;
        follow.push([]);
        return { first: [position], last: [position], isNullable: false };
      }
      case 'edge':
        return { first: [], last: [], isNullable: true };
      case 'group':
        return walk(own.part, repeat);
      case 'choice': {
        const all = own.parts.map((one) => walk(one, repeat));
        return {
          first: all.flatMap(({ first }) => first),
          last: all.flatMap(({ last }) => last),
          isNullable: all.some((ends) => ends.isNullable),
        };
      }
      case 'sequence':
        return own.parts.reduce<Ends>(
          (before, one) => {
            const ends = walk(one, repeat);
            link(before.last, ends.first);
            return {
              first: before.isNullable ? [...before.first, ...ends.first] : before.first,
              last: ends.isNullable ? [...before.last, ...ends.last] : ends.last,
              isNullable: before.isNullable && ends.isNullable,
            };
          },
          { first: [], last: [], isNullable: true },
        );
      case 'repeat': {
        const isLoop = own.most > 1;
        const ends = walk(own.part, repeat === 0 && isLoop ? repeats.length + 1 : repeat);
        if (isLoop) link(ends.last, ends.first);
        return { ...ends, isNullable: own.least === 0 };
      }
    }
  };

  const { first } = walk(part, 0);
  const isAmbiguous = (positions: readonly number[]) => {
    const letters = positions.flatMap((position) => lettersOf[position]);
    return new Set(letters).size < letters.length;
  };
  follow.forEach((next, position) => {
    const within = next.filter((other) => repeats[other] !== 0 && repeats[other] === repeats[position]);
    if (isAmbiguous(within)) fail('within a repeat a text could go on in two ways, which can take too long');
  });
  const choices = [first, ...follow].filter(isAmbiguous).length;
  if (choices > MOST_CHOICES)
    fail(`at ${choices} places a text could go on in two ways, which can take too long`);
}
