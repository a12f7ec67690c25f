import { sha256 } from '#sha256';

export type InputFormat = 'parquet' | 'arrow' | 'csv' | 'jsonl';

/** A file with rows. */
export interface BatchInput {
  /** On this machine. */
  readonly path: string;
  /** Relative to the folder that all inputs are in: the same on every machine. */
  readonly name: string;
  readonly format: InputFormat;
  /** Bytes. */
  readonly size: number;
  /** Digest of name, size, and what tells its content apart cheaply: see `inputIdentity`. */
  readonly identity: string;
  /** Of the file system: when it was written last, and which file it is. */
  readonly stamp: string;
}

/** Rows of one input that are answered, written and committed together. */
export interface Unit {
  /** Names it and its output, in hexadecimal digits: of what it is made for, its input and its range. */
  readonly key: string;
  readonly input: BatchInput;
  /** Its number among the units of all inputs. */
  readonly index: number;
  /** Row groups, record batches or bytes: the first, and one past the last. */
  readonly from: number;
  readonly to: number;
  /** Digest of the bytes at both ends of the range: another one where rows have moved. Of Parquet the identity tells. */
  readonly edges: string;
  /** How many rows it has; about as many for ranges of bytes. */
  readonly rows: number;
}

/** A range of an input, before its bytes are looked at. */
export type UnitRange = Pick<Unit, 'from' | 'to' | 'rows'>;

/** @param purpose what else the output depends on: the model, and options */
export function unitKey(
  purpose: string,
  input: Pick<BatchInput, 'identity'>,
  { from, to, edges }: Pick<Unit, 'from' | 'to' | 'edges'>,
): string {
  return digestOf(JSON.stringify([purpose, input.identity, from, to, edges])).slice(0, 32);
}

export function digestOf(content: string | Uint8Array): string {
  return sha256([typeof content === 'string' ? Buffer.from(content) : content]);
}
