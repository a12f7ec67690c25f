/** What a message may hold. Limits are checked before memory of that size is allocated. */
export interface MessageLimits {
  /** Octets of a message, unpacked. @defaultValue 64 MiB */
  readonly octets: number;
  /** Nesting of JSON, and sizes of a shape. @defaultValue 32 */
  readonly depth: number;
  /** Tensors, and outputs that are named. @defaultValue 256 */
  readonly tensors: number;
  /** Elements of all tensors together. @defaultValue 2^24 */
  readonly elements: number;
  /** Elements of BYTES of all tensors together: each is an object. @defaultValue 2^18 */
  readonly strings: number;
}

/** What a message may hold unless a server or client says otherwise. */
export const DEFAULT_LIMITS: MessageLimits = {
  octets: 64 * 2 ** 20,
  depth: 32,
  tensors: 256,
  elements: 2 ** 24,
  strings: 2 ** 18,
};

/** What a message may still hold while its tensors are read. */
export class TensorAllowance {
  private elements: number;
  private strings: number;

  constructor(readonly limits: MessageLimits) {
    this.elements = limits.elements;
    this.strings = limits.strings;
  }

  /** @returns whether a tensor of so many elements is within the limits; if so it is counted */
  take(count: number, areStrings: boolean): boolean {
    if (count > this.elements || (areStrings && count > this.strings)) return false;
    this.elements -= count;
    if (areStrings) this.strings -= count;
    return true;
  }
}
