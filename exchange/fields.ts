import { ArtifactError } from '../lib/errors.js';

/** Members of parsed JSON whose shape isn't trusted, read by their place in it. */
export class Fields {
  private constructor(
    private readonly model: string,
    private readonly value: object,
    private readonly place: string,
  ) {}

  static of(model: string, value: unknown, place = ''): Fields {
    if (!isRecord(value)) throw damagedModel(model, `no object${place === '' ? '' : ` ${place}`}`);
    return new Fields(model, value, place);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): unknown {
    return Object.hasOwn(this.value, name) ? Reflect.get(this.value, name) : undefined;
  }

  fields(name: string): Fields {
    return Fields.of(this.model, this.get(name), this.at(name));
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value !== 'string') throw this.wrong(name, 'text');
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw this.wrong(name, 'list');
    return value;
  }

  /** A list of numbers, of `length` where that is given. Truth values are numbers too, and null is NaN. */
  numbers(name: string, length?: number): ArrayLike<number> {
    const value = this.get(name);
    if (ArrayBuffer.isView(value) && isNumbers(value)) return this.sized(name, value, length);
    return this.sized(
      name,
      this.list(name).map((item) => {
        if (typeof item !== 'number' && typeof item !== 'boolean' && item !== null) {
          throw this.wrong(name, 'list of numbers');
        }
        return item === null ? Number.NaN : Number(item);
      }),
      length,
    );
  }

  /** A whole number, 0 or more, which may be written as text. */
  count(name: string, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.get(name);
    const count = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
      throw this.wrong(name, 'count');
    if (count > most)
      throw damagedModel(this.model, `${count} for ${this.at(name)}, where ${most} is the most`);
    return count;
  }

  private sized(name: string, value: ArrayLike<number>, length = value.length): ArrayLike<number> {
    if (value.length !== length) {
      throw damagedModel(this.model, `${value.length} numbers in ${this.at(name)}, expected ${length}`);
    }
    return value;
  }

  private at(name: string): string {
    return this.place === '' ? name : `${this.place}.${name}`;
  }

  private wrong(name: string, what: string): ArtifactError {
    return damagedModel(this.model, `no ${what} ${this.at(name)}`);
  }
}

export function damagedModel(model: string, what: string, options?: ErrorOptions): ArtifactError {
  return new ArtifactError('damaged', `the file of model '${model}' isn't whole: ${what}`, options);
}

/**
 * An error for a valid file with content that isn't supported here: it names what runs such a model
 * instead.
 */
export function unsupportedModel(model: string, what: string): ArtifactError {
  const instead =
    model === 'onnx'
      ? 'onnxModel runs the file as it is, on ONNX Runtime'
      : 'converted to ONNX, it may run by onnxModel';
  return new ArtifactError('unsupported', `model '${model}' ${what}; ${instead}`);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isNumbers(
  value: ArrayBufferView,
): value is Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array {
  return !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array);
}
