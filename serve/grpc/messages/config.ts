import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Datatype, TensorMetadata } from '../../../lib/protocol/messages/index.js';
import type { ModelConfig } from '../../protocol/index.js';

const { LengthDelimited, Varint } = WireType;

/** `inference.DataType`. */
const TYPES: Readonly<Record<Datatype, number>> = {
  BOOL: 1,
  UINT8: 2,
  UINT16: 3,
  UINT32: 4,
  UINT64: 5,
  INT8: 6,
  INT16: 7,
  INT32: 8,
  INT64: 9,
  FP16: 10,
  FP32: 11,
  FP64: 12,
  BYTES: 13,
};

/** `ModelConfigResponse`. @see Triton, model_config.proto */
export function encodeModelConfig(config: ModelConfig): BinaryWriter {
  const { name, platform, backend, maxBatchSize, inputs, outputs, parameters } = config;
  const out = new BinaryWriter();
  out.tag(1, LengthDelimited).fork();
  out.tag(1, LengthDelimited).string(name);
  out.tag(2, LengthDelimited).string(platform);
  out.tag(4, Varint).int32(maxBatchSize);
  for (const input of inputs) writeTensor(out, 5, 4, input);
  for (const output of outputs) writeTensor(out, 6, 3, output);
  for (const [key, text] of Object.entries(parameters)) {
    out.tag(14, LengthDelimited).fork();
    out.tag(1, LengthDelimited).string(key);
    out.tag(2, LengthDelimited).fork().tag(1, LengthDelimited).string(text);
    out.join().join();
  }
  out.tag(17, LengthDelimited).string(backend);
  return out.join();
}

/** `ModelInput`, or `ModelOutput`, which has its sizes in another field. */
function writeTensor(
  out: BinaryWriter,
  field: number,
  dims: number,
  { name, datatype, shape }: TensorMetadata,
): void {
  out.tag(field, LengthDelimited).fork();
  out.tag(1, LengthDelimited).string(name);
  out.tag(2, Varint).int32(TYPES[datatype]);
  out.tag(dims, LengthDelimited).fork();
  for (const size of shape) out.int64(size);
  out.join().join();
}
