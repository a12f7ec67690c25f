/** What language models are asked and reply, and who sends, keeps and pays for it. */

export type { ChatMessage, ChatQuestion } from './chatQuestion.js';
export { type ChatReply, soundUsage, type TokenLogProbability, type TokenUsage } from './chatReply.js';
export type { AskContext, Asker, ChatSender, Outcome, RequestListener } from './chatSender.js';
