/** Numbers written in text. @throws an error that names the text that isn't a number */
export function numberOfText(text: string, what: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number)) throw new Error(`${what} is '${text.slice(0, 40)}', which is no number`);
  return number;
}

/** The numbers of a JSON value: of an array, or the named members of an object. `null` is NaN, a missing value. */
export function numbersOf(value: unknown, fields: readonly string[] | undefined): number[] | null {
  if (value === null || value === undefined) return null;
  if (fields === undefined) {
    if (!Array.isArray(value)) throw new Error('expected an array of numbers');
    return value.map(numberIn);
  }
  if (typeof value !== 'object') throw new Error(`expected an object with ${fields.join(', ')}`);
  return fields.map((field) =>
    numberIn(Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined, field),
  );
}

function numberIn(value: unknown, at: number | string): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  throw new Error(`'${at}' is ${typeof value}, and no number`);
}
