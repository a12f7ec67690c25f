import { show } from '../../../check.js';
import { RequestError } from '../errors.js';
import { DEFAULT_LIMITS, type MessageLimits, TensorAllowance } from '../limits.js';
import type { Tensor } from '../types.js';
import { readValues } from './data.js';
import { octetsIn, readOctets, writeOctets } from './octets.js';
import { outlineOf } from './outline.js';

/** A tensor whose elements have another form, and nothing of which has been checked. */
export interface LooseTensor {
  readonly name: string;
  readonly datatype: unknown;
  readonly shape: unknown;
}

/** Tensors of one message of a protocol other than JSON over HTTP: their elements count against its limits together. */
export class TensorReader {
  private readonly allowance: TensorAllowance;
  private readonly names = new Set<string>();

  /** @param kind what its errors call them */
  constructor(
    private readonly kind: 'input' | 'output',
    limits: MessageLimits = DEFAULT_LIMITS,
  ) {
    this.allowance = new TensorAllowance(limits);
  }

  /**
   * A tensor of elements as they follow JSON: little-endian, of BYTES each with its length before it. Its elements
   * are a view of the octets where alignment allows.
   *
   * @throws RequestError `invalid` or `too-large`, naming the tensor
   */
  ofOctets({ name, datatype, shape }: LooseTensor, octets: Uint8Array): Tensor {
    const outline = outlineOf(this.place(name), datatype, shape, this.allowance);
    return { name, datatype: outline.datatype, shape: outline.shape, elements: readOctets(outline, octets) };
  }

  /**
   * A tensor of values, row-major: numbers, BigInts, true or false; of BYTES texts or octets. NaN and infinities are
   * taken. Numbers that the datatype can't hold are refused, not wrapped.
   *
   * @throws RequestError `invalid` or `too-large`, naming the tensor and the element
   */
  ofValues({ name, datatype, shape }: LooseTensor, values: ArrayLike<unknown>): Tensor {
    const outline = outlineOf(this.place(name), datatype, shape, this.allowance);
    return { name, datatype: outline.datatype, shape: outline.shape, elements: readValues(outline, values) };
  }

  private place(name: string): string {
    const { kind, names, allowance } = this;
    const place = `${kind} ${show(name)}`;
    if (names.has(name)) throw new RequestError('invalid', `${place} is given more than once`);
    names.add(name);
    if (names.size > allowance.limits.tensors) {
      throw new RequestError(
        'too-large',
        `there are more than ${allowance.limits.tensors} ${kind}s, which is the limit`,
      );
    }
    return place;
  }
}

/** A tensor's elements as they follow JSON: little-endian, of BYTES each with its length before it. */
export function tensorOctets(tensor: Pick<Tensor, 'datatype' | 'elements'>): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(octetsIn(tensor));
  writeOctets(tensor, octets);
  return octets;
}
