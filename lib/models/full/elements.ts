import { wellFormed } from '../../features/text/index.js';
import { fromHalfBits, halfBits } from '../../util/half.js';

/** Types of a tensor's elements, by the names that runtimes of JavaScript give them. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

/** The same, and texts. */
export type DeclaredType = ElementType | 'string';

/** The elements of a tensor of numbers; float16 as bits. */
export type NumericElements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Whole numbers: their kind of array, and the least and the most that they hold. */
const WHOLE = {
  int8: [Int8Array, -(2 ** 7), 2 ** 7 - 1],
  int16: [Int16Array, -(2 ** 15), 2 ** 15 - 1],
  int32: [Int32Array, -(2 ** 31), 2 ** 31 - 1],
  uint8: [Uint8Array, 0, 2 ** 8 - 1],
  uint16: [Uint16Array, 0, 2 ** 16 - 1],
  uint32: [Uint32Array, 0, 2 ** 32 - 1],
  bool: [Uint8Array, 0, 1],
} as const;

const WIDE = {
  int64: [BigInt64Array, -(2 ** 63), 2 ** 63],
  uint64: [BigUint64Array, 0, 2 ** 64],
} as const;

const TYPES = new Set<unknown>([
  'float32',
  'float64',
  'float16',
  ...Object.keys(WHOLE),
  ...Object.keys(WIDE),
]);

export function isElementType(type: unknown): type is ElementType {
  return TYPES.has(type);
}

export function isElements(value: unknown): value is NumericElements {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** The elements of a tensor: numbers, or well-formed texts. */
export type TensorElements = NumericElements | readonly string[];

/**
 * Numbers as elements of a type; a Float32Array stays as it is where the type is float32.
 *
 * @param refuse called with the position of a number that the type can't hold
 */
export function toElements(
  type: ElementType,
  numbers: Float32Array | Float64Array,
  refuse: (at: number) => never,
): NumericElements {
  if (type === 'float32') return numbers instanceof Float32Array ? numbers : toSingles(numbers, refuse);
  if (type === 'float64') return Float64Array.from(numbers);
  if (type === 'float16') return Uint16Array.from(numbers, halfBits);
  const [, least, most] = type === 'int64' || type === 'uint64' ? WIDE[type] : WHOLE[type];
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (!(Number.isInteger(number) && number >= least && number <= most)) refuse(i);
  }
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt);
  if (type === 'uint64') return BigUint64Array.from(numbers, BigInt);
  return new WHOLE[type][0](numbers);
}

function toSingles(numbers: Float64Array, refuse: (at: number) => never): Float32Array {
  const singles = Float32Array.from(numbers);
  for (let i = 0; i < singles.length; i++) {
    if (!Number.isFinite(singles[i]) && Number.isFinite(numbers[i])) refuse(i);
  }
  return singles;
}

/**
 * Values of any kind as elements of a type: texts; or numbers, BigInts, true and false. Lone surrogates become U+FFFD.
 *
 * @param refuse called with the position of a value that the type can't hold
 */
export function valueElements(
  type: DeclaredType,
  values: readonly unknown[],
  refuse: (at: number) => never,
): TensorElements {
  if (type === 'string') {
    return values.map((value, i) => (typeof value === 'string' ? wellFormed(value) : refuse(i)));
  }
  if (type === 'int64' || type === 'uint64') return toWide(type, values, refuse);
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i];
    numbers[i] = isNumeric(value) ? Number(value) : refuse(i);
  }
  return toElements(type, numbers, refuse);
}

/** Whole numbers in all of their digits. */
function toWide(
  type: 'int64' | 'uint64',
  values: readonly unknown[],
  refuse: (at: number) => never,
): BigInt64Array | BigUint64Array {
  const elements = new WIDE[type][0](values.length);
  for (let i = 0; i < elements.length; i++) {
    const value = values[i];
    const isWhole = isNumeric(value) && (typeof value !== 'number' || Number.isInteger(value));
    const whole = isWhole ? BigInt(value) : refuse(i);
    elements[i] = whole;
    if (elements[i] !== whole) refuse(i);
  }
  return elements;
}

function isNumeric(value: unknown): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

/** Elements as numbers; float16 is decoded from its bits. */
export function fromElements(type: ElementType, elements: ArrayLike<number | bigint>): ArrayLike<number> {
  // Float16Array, if there is one, holds numbers; all other arrays hold bits.
  if (type === 'float16' && elements instanceof Uint16Array) return Float64Array.from(elements, fromHalfBits);
  return isNumbers(elements) ? elements : Float64Array.from(elements, Number);
}

function isNumbers(elements: ArrayLike<number | bigint>): elements is ArrayLike<number> {
  return !(elements instanceof BigInt64Array || elements instanceof BigUint64Array);
}
