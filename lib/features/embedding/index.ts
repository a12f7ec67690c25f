/** The `embedding` feature: texts, or tokens made once for several encoders, as vectors. */

export {
  type EmbeddingFeature,
  type EmbeddingOptions,
  type EncoderCounts,
  embedding,
  type TextEmbeddingOptions,
  type TokenEmbeddingOptions,
} from './embedding.js';
export type { Encode, EncodeContext, EncodeTokens } from './encoder.js';
export type { Layered } from './layers.js';
export { type FeatureExtraction, HIDDEN_STATES, type Pooling, type PoolingOptions } from './pipeline.js';
export type { TextOptions } from './texts.js';
export { type Tokens, type TokensOptions, tokens } from './tokens.js';
export type { Vectors } from './vectors.js';
