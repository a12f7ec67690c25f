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
