import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
}

/** Reads an option that is a share. */
export function shareFrom(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number above 0 and below 1, such as 0.01.');
}

/** Reads an option that is a quantity. */
export function positiveFrom(text: string): number {
  const value = Number(text);
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new InvalidArgumentError('Expected a number above 0, such as 0.25.');
}

/** Reads an option that is a factor. */
export function factorFrom(text: string): number {
  const value = Number(text);
  if (value > 1 && value < Number.POSITIVE_INFINITY) return value;
  throw new InvalidArgumentError('Expected a number above 1, such as 1.1.');
}

/** Reads an option that is a size in pixels: `30x30`. */
export function sizeFrom(text: string): readonly [width: number, height: number] {
  const [, width, height] = /^(\d{1,9})x(\d{1,9})$/.exec(text) ?? [];
  if (width === undefined) throw new InvalidArgumentError('Expected WIDTHxHEIGHT in pixels, such as 30x30.');
  return [Number(width), Number(height)];
}
