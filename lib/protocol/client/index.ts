/** A client of servers that speak the Open Inference Protocol, for browsers and Node. */

export type { CallOptions, InferCall, InferenceClient, ModelCall } from './calls.js';
export { type CascadeAnswer, textsOf } from './cascadeAnswer.js';
export { HttpClient, inferenceClient } from './client.js';
export { type Input, type InputData, inputTensors } from './inputs.js';
export type { InferenceClientOptions } from './options.js';
export type { Fetch } from './transport.js';
