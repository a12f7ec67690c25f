/** Language models as full models and stages: prompts, labels, answers read strictly. */

export { answerFeature } from './answerFeature.js';
export type { NumberRange } from './answers.js';
export { chatModel } from './chatModel.js';
export type { ChatCounts } from './counts.js';
export type { LabelSchema } from './labelSchema.js';
export type { ChatFacts, ChatModel, ChatNumberModel } from './model.js';
export type {
  ChatEndpoint,
  ChatFunction,
  ChatLabelOptions,
  ChatNumberOptions,
  ChatOptions,
} from './options.js';
export type { ChatProgress } from './progress.js';
export type { Prompt } from './promptText.js';
