/** A server of language models for tests: what it says is a function's, what goes wrong a script's. */

export { PlainSender, questionOf } from './asked.js';
export type { BatchScript, LineFault } from './batches.js';
export type { CompletionBody } from './completion.js';
export type { EmbeddingsBody } from './embeddings.js';
export type { Fault } from './faults.js';
export { SampledLabels } from './letterModel.js';
export type { RateLimits } from './rateLimits.js';
export { LlmServer, type LlmServerOptions, type SeenRequest } from './server.js';
export type { Said, Speaker } from './speaker.js';
