import { ArtifactError } from '../../errors.js';
import { isLittleEndian } from '../../util/endian.js';
import type { State, Tensor } from '../../util/state.js';
import { dtypeOf, dtypes } from './dtypes.js';
import { longestHeader, metadataKey, readHeader } from './header.js';
import { stringify } from './json.js';
import { lengthBytes, seal, unsealed, verify } from './seal.js';

/**
 * A state as the bytes of one safetensors file: 8 bytes of header length, a JSON header, the tensors' data. The
 * order in which the tensors come makes no difference to the bytes.
 *
 * The JSON goes into the header's metadata as text, with a SHA-256 digest of the whole file; each tensor is an entry
 * of shape [length], so that any reader of safetensors can open the file.
 *
 *     const bytes = encode({ json: { bias: 0.5 }, tensors: { weights: Float64Array.of(1, 2) } });
 *     decode(bytes).tensors.weights; // Float64Array [1, 2]
 *
 * @throws ArtifactError `unsavable` if the state wouldn't be read back unchanged; `unsupported` on
 * a big-endian processor, whose number format artifacts don't use.
 * @see Hugging Face, safetensors: README, section "Format"
 */
export function encode(content: State, little = isLittleEndian): Uint8Array<ArrayBuffer> {
  checkOrder(little);
  const tensors = Object.entries(content.tensors).map(describe).sort(inFileOrder);
  let size = 0;
  const entries = tensors.map(({ name, dtype, tensor }) => {
    const start = size;
    size += tensor.byteLength;
    const entry = { dtype, shape: [tensor.length], data_offsets: [start, size] };
    return `,${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  const json = JSON.stringify(stringify(content.json));
  const header = new TextEncoder().encode(`${unsealed}","json":${json}}${entries.join('')}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > longestHeader) {
    throw new ArtifactError(
      'unsavable',
      `can't save the state: its header takes ${headerLength} bytes and at most ${longestHeader} can be read ` +
        'back: move large lists from the JSON to tensors',
    );
  }
  const dataStart = lengthBytes + headerLength;
  const bytes = new Uint8Array(dataStart + size);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.set(header, lengthBytes);
  bytes.fill(0x20, lengthBytes + header.length, dataStart);
  let start = dataStart;
  for (const { tensor } of tensors) {
    bytes.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), start);
    start += tensor.byteLength;
  }
  seal(bytes);
  return bytes;
}

/**
 * The state that `encode` was given. Its tensors are views of `bytes`, not copies, if `bytes` begins at a multiple of
 * 8 in its buffer: don't write to `bytes` afterwards.
 *
 * @throws ArtifactError `damaged`, `version` or `foreign`, and `unsupported` on a big-endian processor; never any
 *   other error, whatever the bytes are.
 */
export function decode(bytes: Uint8Array, little = isLittleEndian): State {
  checkOrder(little);
  // Not slice(), which for a Node Buffer is a view and as badly aligned.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  verify(aligned);
  const { json, slots, dataStart } = readHeader(aligned);
  const origin = aligned.byteOffset + dataStart;
  // fromEntries, unlike assignment, takes '__proto__' for a name as good as any.
  const tensors = Object.fromEntries(
    slots.map(({ name, type, start, length }) => [name, new type(aligned.buffer, origin + start, length)]),
  );
  return { json, tensors };
}

/** Tensors are views of a file's bytes, and kernels share memory with WebAssembly: both need the order of artifacts. */
function checkOrder(little: boolean): void {
  if (little) return;
  throw new ArtifactError(
    'unsupported',
    'artifacts are little-endian, and this processor is big-endian: save and load them on one that is little-endian',
  );
}

interface Described {
  readonly name: string;
  readonly dtype: string;
  readonly tensor: Tensor;
}

function describe([name, tensor]: [string, Tensor]): Described {
  const dtype = dtypeOf(tensor);
  if (dtype === undefined) {
    throw new ArtifactError(
      'unsavable',
      `can't save the state: tensor '${name}' is of a type that is none of ${dtypes.join(', ')}: convert it`,
    );
  }
  if (name === metadataKey) {
    throw new ArtifactError(
      'unsavable',
      `can't save the state: a tensor can't be named '${name}', which the format keeps for itself: rename it`,
    );
  }
  return { name, dtype, tensor };
}

/** Wide elements first: each tensor is then aligned where the last one ends, and the format forbids gaps. */
function inFileOrder(a: Described, b: Described): number {
  return b.tensor.BYTES_PER_ELEMENT - a.tensor.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1);
}
