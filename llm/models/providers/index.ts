/** Ways to ask a language model: an endpoint of OpenAI's protocol, the AI SDK, a user's function. */

export { readCompletion } from './completions.js';
export {
  ENDPOINT_OPTIONS,
  Endpoint,
  type EndpointOptions,
  type EndpointRequest,
} from './endpoint.js';
export { EndpointProvider } from './endpointProvider.js';
export { isOfQuestion, thrownFault } from './faults.js';
export { type Generate, type GenerateContext, type Generated, GenerateProvider } from './generateProvider.js';
export {
  isLanguageModel,
  type LanguageModelCall,
  type LanguageModelLike,
  LanguageModelProvider,
} from './languageModel.js';
export type { AnswerForm, ChatParameters, ChatProvider } from './provider.js';
export { learnSdkKeys } from './sdkKeys.js';
export { type SendingPolicy, SingleSender } from './sender.js';
