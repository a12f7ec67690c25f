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

/** The elements of a tensor; float16 as bits. */
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

/**
 * Numbers as elements of a type; float32 stays as it is.
 *
 * @param refuse called with the position of a number that the type can't hold
 */
export function toElements(
  type: ElementType,
  numbers: Float32Array,
  refuse: (at: number) => never,
): NumericElements {
  if (type === 'float32') return numbers;
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

/** Elements as numbers; float16 is decoded from its bits. */
export function fromElements(type: ElementType, elements: ArrayLike<number | bigint>): ArrayLike<number> {
  // Float16Array, if there is one, holds numbers; all other arrays hold bits.
  if (type === 'float16' && elements instanceof Uint16Array) return Float64Array.from(elements, fromHalfBits);
  return isNumbers(elements) ? elements : Float64Array.from(elements, Number);
}

function isNumbers(elements: ArrayLike<number | bigint>): elements is ArrayLike<number> {
  return !(elements instanceof BigInt64Array || elements instanceof BigUint64Array);
}
