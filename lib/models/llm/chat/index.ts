/** Language models as full models and stages: prompts, labels, answers read strictly. */

export { answerFeature } from './answerFeature.js';
export type { NumberRange } from './answers.js';
export { type ChatFacts, type ChatModel, type ChatNumberModel, chatModel } from './chatModel.js';
export type { ChatCounts } from './counts.js';
export type { LabelSchema } from './labelSchema.js';
export type {
  ChatEndpoint,
  ChatFunction,
  ChatLabelOptions,
  ChatNumberOptions,
  ChatOptions,
} from './options.js';
export type { ChatProgress } from './progress.js';
export type { Prompt } from './promptText.js';
