import { createHash } from 'node:crypto';

export interface PlainTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const readers: Record<string, [bytes: number, read: (view: DataView, at: number) => number]> = {
  F64: [8, (view, at) => view.getFloat64(at, true)],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  I32: [4, (view, at) => view.getInt32(at, true)],
  U32: [4, (view, at) => view.getUint32(at, true)],
  U16: [2, (view, at) => view.getUint16(at, true)],
  U8: [1, (view, at) => view.getUint8(at)],
};

/** A reader of the safetensors layout that shares nothing with the library's, and is as strict as the reference. */
export function readSafetensors(bytes: Uint8Array): {
  metadata: Record<string, string>;
  tensors: Map<string, PlainTensor>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataStart = 8 + Number(view.getBigUint64(0, true));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> =
    JSON.parse(Buffer.from(bytes.subarray(8, dataStart)).toString('utf8'));
  const tensors = new Map<string, PlainTensor>();
  const spans: [number, number][] = [];
  for (const [name, { dtype, shape, data_offsets: span }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [width, read] = readers[dtype];
    const values: number[] = [];
    for (let at = span[0]; at < span[1]; at += width) values.push(read(view, dataStart + at));
    if (values.length !== shape.reduce((a, b) => a * b, 1)) throw new Error(`${name}: shape and data differ`);
    tensors.set(name, { dtype, shape, values });
    spans.push(span);
  }
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const span of spans) {
    if (span[0] !== end) throw new Error(`a gap or overlap at byte ${end}`);
    end = span[1];
  }
  if (dataStart + end !== bytes.length) throw new Error('the data is not covered by the tensors');
  return { metadata: JSON.parse(JSON.stringify(header.__metadata__ ?? {})), tensors };
}

/** A safetensors file with any text for a header. */
export function safetensors(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(header);
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return new Uint8Array(Buffer.concat([length, padded, data]));
}

const opening = '{"__metadata__":{"format":"spillway","version":"5","sha256":"';

/** An artifact with a digest that fits, whatever else its header says after the digest: a hostile file. */
export function sealed(rest: string, data?: Uint8Array): Uint8Array {
  return reseal(safetensors(`${opening}${'0'.repeat(64)}${rest}`, data));
}

/** The same artifact with the digest that its bytes now have. */
export function reseal(bytes: Uint8Array): Uint8Array {
  const at = 8 + opening.length;
  const copy = Buffer.from(bytes);
  copy.fill('0', at, at + 64);
  copy.write(createHash('sha256').update(copy).digest('hex'), at, 'latin1');
  return new Uint8Array(copy);
}
