/** Language models as full models and stages. */

export type {
  AskContext,
  Asker,
  ChatMessage,
  ChatQuestion,
  ChatReply,
  ChatSender,
  Outcome,
  RequestListener,
  TokenLogProbability,
  TokenUsage,
} from './asking/index.js';
export * from './chat/index.js';
export * from './embeddings/index.js';
export type { JournalOptions } from './journal/index.js';
export {
  type LimitOptions,
  type ProviderLimits,
  providerLimits,
  type SendingOptions,
} from './limits/index.js';
export type { Prices, TokenPrices } from './money/index.js';
export type { Account, ClaimKeeper, PayingOptions, RoundOptions } from './paid/index.js';
export type {
  EndpointOptions,
  Generate,
  GenerateContext,
  Generated,
  LanguageModelCall,
  LanguageModelLike,
} from './providers/index.js';
export { isLanguageModel } from './providers/index.js';
export { batchAnswers, type RecordedAnswer, type RecordedOptions, recorded } from './recorded/index.js';
