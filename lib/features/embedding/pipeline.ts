import { checkFlag, checkOneOf, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { member } from '../../util/member.js';
import type { JsonValue } from '../../util/state.js';
import type { Layered } from './layers.js';
import { type PoolingName, pooled, type TokenVectors } from './pooling.js';
import { isTokenizer, type Tokenizer } from './tokens.js';

/** A `feature-extraction` pipeline of `@huggingface/transformers`, or what is used like it. */
export interface FeatureExtraction extends Partial<Layered<FeatureExtraction>> {
  readonly task: string;
  readonly tokenizer: unknown;
  readonly model: unknown;
  /**
   * The layers after one, for texts whose tokens `upTo(layer)` has read already: the model's input `hidden_states` is
   * what that gave, beside the tokens. @defaultValue texts are encoded from the first layer on
   */
  after?(layer: number): FeatureExtraction | PromiseLike<FeatureExtraction>;
}

/** How the vectors of a text's tokens become one. */
export type Pooling = PoolingName;

/** Options for a pipeline, which the model was trained with. */
export interface PoolingOptions {
  /**
   * `'mean'` of the tokens' vectors, the first token's (`'cls'`), or the last one's
   * (`'last_token'`). @defaultValue 'mean'
   */
  readonly pooling?: Pooling;
  /** Whether vectors have length 1. @defaultValue true */
  readonly normalize?: boolean;
}

const POOLINGS: readonly Pooling[] = ['mean', 'cls', 'last_token'];

/** A pipeline as it is used: its tokenizer, and its model as a function of tokens. */
export interface Extractor {
  readonly tokenizer: Tokenizer;
  /**
   * The vectors of texts' tokens.
   *
   * @param states what layers before made of the same tokens, tokens x dimensions each
   */
  vectorsOf(tokens: readonly Int32Array[], states?: readonly Float32Array[]): Promise<TokenVectors>;
  /** A vector for each text. */
  pool(vectors: TokenVectors, tokens: readonly Int32Array[]): ReturnType<typeof pooled>;
  /** What identifies the model, as far as the pipeline says. */
  readonly stated: JsonValue;
}

/** Whether a value is a pipeline, of any task. */
export function isPipeline(given: unknown): given is FeatureExtraction {
  return (
    (typeof given === 'function' || (typeof given === 'object' && given !== null)) &&
    'task' in given &&
    'tokenizer' in given &&
    'model' in given
  );
}

/**
 * A pipeline's tokenizer and model. They are called one after the other, as the pipeline itself
 * does, so that batches can be made by their tokens, and tokens be shared.
 *
 * @throws OptionError for another task, a part that is missing, or options that are unknown
 */
export function extractorOf(
  { task, tokenizer, model }: FeatureExtraction,
  { pooling = 'mean', normalize = true }: PoolingOptions,
): Extractor {
  checkOneOf('pooling', pooling, POOLINGS);
  checkFlag('normalize', normalize);
  if (task !== 'feature-extraction') {
    const instead = task === 'text-classification' ? '. For that of a classifier see transformersModel' : '';
    throw new OptionError(
      'encode',
      `expected a pipeline of the task 'feature-extraction', got one of ${show(task)}${instead}`,
    );
  }
  if (!isTokenizer(tokenizer) || !isModel(model)) {
    throw new OptionError('encode', 'expected a pipeline with a tokenizer and a model, got one without');
  }
  let tensorOf: TensorClass | undefined;
  return {
    tokenizer,
    stated: statedOf(model, pooling, normalize),
    async vectorsOf(tokens, states) {
      // Tensors of the copy of the package that the pipeline is from.
      tensorOf ??= tensorClass(tokenizer);
      const inputs = padded(tokens, tokenizer.pad_token_id ?? 0, tensorOf);
      const before = states && { hidden_states: paddedStates(tokens, states, tensorOf) };
      return hiddenOf(await called(model, { ...inputs, ...before }), tokens);
    },
    pool: (vectors, tokens) => pooled(vectors, tokens, pooling, normalize),
  };
}

type TensorClass = new (
  type: 'int64' | 'float32',
  data: BigInt64Array | Float32Array,
  dims: readonly number[],
) => object;

interface Model {
  (inputs: Readonly<Record<string, object>>): PromiseLike<unknown>;
  readonly config?: unknown;
  readonly sessions?: unknown;
}

function isModel(model: unknown): model is Model {
  return typeof model === 'function';
}

function tensorClass(tokenizer: Tokenizer): TensorClass {
  const inputs: unknown = tokenizer('a');
  const tensor: unknown = member(inputs, 'input_ids');
  const made: unknown = member(tensor, 'constructor');
  if (ArrayBuffer.isView(member(tensor, 'data')) && isTensorClass(made)) return made;
  throw new TypeError("the pipeline's tokenizer makes no tensors");
}

/** What made a tensor of `type`, `data` and `dims`. */
function isTensorClass(made: unknown): made is TensorClass {
  return typeof made === 'function';
}

/** ONNX Runtime's error doesn't say who disposed of what. */
async function called(model: Model, inputs: Readonly<Record<string, object>>): Promise<unknown> {
  try {
    return await model(inputs);
  } catch (error) {
    if (error instanceof Error && /disposed/i.test(error.message)) {
      throw new Error(
        'the pipeline was disposed of: make it anew, and dispose of it when the cascade has served',
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

function padded(tokens: readonly Int32Array[], pad: number, Tensor: TensorClass): Record<string, object> {
  const width = tokens.reduce((most, each) => Math.max(most, each.length), 0);
  const dims = [tokens.length, width];
  const ids = new BigInt64Array(tokens.length * width).fill(BigInt(pad));
  const mask = new BigInt64Array(tokens.length * width);
  tokens.forEach((each, row) => {
    for (let t = 0; t < each.length; t++) ids[row * width + t] = BigInt(each[t]);
    mask.fill(1n, row * width, row * width + each.length);
  });
  return { input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) };
}

function paddedStates(
  tokens: readonly Int32Array[],
  states: readonly Float32Array[],
  Tensor: TensorClass,
): object {
  const width = tokens.reduce((most, each) => Math.max(most, each.length), 0);
  const dimensions = states[0].length / tokens[0].length;
  const all = new Float32Array(tokens.length * width * dimensions);
  states.forEach((each, row) => {
    all.set(each, row * width * dimensions);
  });
  return new Tensor('float32', all, [tokens.length, width, dimensions]);
}

/** Outputs that hold the vectors of tokens, the first one that there is: `feature-extraction` reads the same. */
export const HIDDEN_STATES = ['last_hidden_state', 'logits', 'token_embeddings'] as const;

function hiddenOf(outputs: unknown, tokens: readonly Int32Array[]): TokenVectors {
  const tensor = HIDDEN_STATES.map((name) => member(outputs, name)).find(Boolean);
  const [data, dims] = [member(tensor, 'data'), member(tensor, 'dims')];
  if (Array.isArray(dims) && dims.length === 3 && dims[0] === tokens.length && isFloats(data)) {
    return { data, tokens: Number(dims[1]), dimensions: Number(dims[2]) };
  }
  const got = Array.isArray(dims) ? dims.join(' x ') : 'none';
  throw new Error(
    `the model gave no vectors of tokens: expected last_hidden_state of ${tokens.length} texts x tokens x ` +
      `dimensions, got ${got}`,
  );
}

function isFloats(data: unknown): data is ArrayLike<number> {
  return data instanceof Float32Array || data instanceof Float64Array;
}

function statedOf({ config, sessions }: Model, pooling: Pooling, normalize: boolean): JsonValue {
  const text = (of: unknown, name: string): string | number | null => {
    const value = member(of, name);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  };
  return {
    name: text(config, '_name_or_path'),
    type: text(config, 'model_type'),
    layers: text(config, 'num_hidden_layers'),
    vocabulary: text(config, 'vocab_size'),
    dtype: text(member(member(sessions, 'model'), 'config'), 'dtype'),
    pooling,
    normalize,
  };
}
