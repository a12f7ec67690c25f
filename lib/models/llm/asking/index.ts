/** What language models are asked and reply, and who sends, keeps and pays for it. */

export type { ChatMessage, ChatQuestion } from './chatQuestion.js';
export type { ChatReply, TokenLogProbability, TokenUsage } from './chatReply.js';
export type { AskContext, Asker, ChatSender, Outcome, RequestListener } from './chatSender.js';
