import {
  type Datatype,
  labelsText,
  type ModelMetadata,
  type TensorMetadata,
} from '../../lib/protocol/messages/index.js';

/** A model as Triton's configuration describes it. @see Triton, "Model Configuration Extension" */
export interface ModelConfig {
  readonly name: string;
  readonly platform: string;
  readonly backend: string;
  /** The most rows of a request. Then shapes are those of one row; 0: they are whole, and requests aren't batched. */
  readonly maxBatchSize: number;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** `OUTPUT.labels`: what the columns of an output are, as JSON. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The configuration that a model's metadata amount to. */
export function configOf(metadata: ModelMetadata, backend: string): ModelConfig {
  const { name, platform, inputs, outputs, maxBatchSize = 0 } = metadata;
  const ofRow = (tensor: TensorMetadata) =>
    maxBatchSize === 0 ? tensor : { ...tensor, shape: tensor.shape.slice(1) };
  const labelled = outputs.flatMap(({ name, labels }) =>
    labels === undefined ? [] : [[`${name}.labels`, labelsText(labels)] as const],
  );
  return {
    name,
    platform,
    backend,
    maxBatchSize,
    inputs: inputs.map(ofRow),
    outputs: outputs.map(ofRow),
    parameters: Object.fromEntries(labelled),
  };
}

/** A datatype as configurations name it. */
function typeOf(datatype: Datatype): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`;
}

/** A configuration as the body of an HTTP response. */
export function writeModelConfig(config: ModelConfig): string {
  const { name, platform, backend, maxBatchSize, inputs, outputs, parameters } = config;
  const tensor = ({ name, datatype, shape }: TensorMetadata) => ({
    name,
    data_type: typeOf(datatype),
    dims: shape,
  });
  const entries = Object.entries(parameters).map(([key, text]) => [key, { string_value: text }]);
  return JSON.stringify({
    name,
    platform,
    backend,
    max_batch_size: maxBatchSize,
    input: inputs.map(tensor),
    output: outputs.map(tensor),
    parameters: Object.fromEntries(entries),
  });
}
