import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes protobuf messages: fields in the order in which they are given. */
export class MessageWriter {
  private readonly out = new BinaryWriter();

  /** A whole number from -2^53 + 1 to 2^53 - 1. */
  whole(field: number, value: number): this {
    this.out.tag(field, WireType.Varint).int64(value);
    return this;
  }

  text(field: number, value: string): this {
    this.out.tag(field, WireType.LengthDelimited).string(value);
    return this;
  }

  message(field: number, value: MessageWriter): this {
    this.out.tag(field, WireType.LengthDelimited).bytes(value.finish());
    return this;
  }

  /** Float32, packed. */
  floats(field: number, values: ArrayLike<number>): this {
    this.out.tag(field, WireType.LengthDelimited).fork();
    // The writer refuses numbers beyond Float32, which become infinite.
    for (let i = 0; i < values.length; i++) this.out.float(Math.fround(values[i]));
    this.out.join();
    return this;
  }

  /** Packed. */
  wholes(field: number, values: ArrayLike<number>): this {
    this.out.tag(field, WireType.LengthDelimited).fork();
    for (let i = 0; i < values.length; i++) this.out.int64(values[i]);
    this.out.join();
    return this;
  }

  /** The message's bytes so far. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.out.finish();
    // That emptied the writer: a message may be used twice.
    this.out.raw(bytes);
    return bytes;
  }
}

/** A field that is a message whose bytes are there already, in parts that aren't copied. */
export function framedField(field: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish(), ...parts];
}
