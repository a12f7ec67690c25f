/** Encoders for `embedding` over an API: texts in batches, within limits, kept by content. */

export type { EmbeddingModelCall, EmbeddingModelLike } from './embeddingProvider.js';
export { type EmbeddingsCounts, type EmbeddingsEncoder, embeddingsApi } from './embeddingsApi.js';
export type { EmbeddingsEndpoint, EmbeddingsOptions } from './options.js';
