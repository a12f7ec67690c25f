/** What the compiler must accept and refuse of language models. Never run: `tsc` is the test. */

import { pretrained, type TrainedModel, type TrainedRegression } from '../../entries/full.js';
import {
  chatModel,
  type EmbeddingModelLike,
  embeddingsApi,
  type LanguageModelLike,
} from '../../entries/llm.js';
import { define, embedding, tune } from '../../index.js';

interface Mail {
  readonly text: string;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Takes only `true`. */
const holds = <_Claim extends true>(): void => {};

const at = { baseURL: 'http://127.0.0.1:1/v1', model: 'small' };
const prompt = (mail: Mail) => `ham or spam? ${mail.text}`;

// Labels are literal types, of a list …
const listed = chatModel({ ...at, prompt, labels: ['ham', 'spam'] });
holds<Same<(typeof listed)['labels'], readonly ('ham' | 'spam')[]>>();
export const full: TrainedModel<'ham' | 'spam'> = listed;
// @ts-expect-error of these labels alone
export const other: TrainedModel<'ham' | 'eggs'> = listed;

// … and of a schema, as zod, valibot and arktype have its type.
interface EnumSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: 'ham' | 'spam' } | { readonly issues: readonly object[] };
    readonly types?: { readonly input: string; readonly output: 'ham' | 'spam' } | undefined;
  };
  readonly options: readonly ['ham', 'spam'];
}
declare const schema: EnumSchema;
const bySchema = chatModel({ ...at, prompt, labels: schema });
holds<Same<(typeof bySchema)['labels'], readonly ('ham' | 'spam')[]>>();

// Numbers are a model of numbers.
export const stars: TrainedRegression = chatModel({ ...at, prompt, labels: { min: 1, max: 5 }, unparsed: 3 });

// A label for what is no answer is one of the labels.
chatModel({ ...at, prompt, labels: ['ham', 'spam'], unparsed: 'ham' });
// @ts-expect-error 'eggs' is none
chatModel({ ...at, prompt, labels: ['ham', 'spam'], unparsed: 'eggs' });
// @ts-expect-error a prompt is needed
chatModel({ ...at, labels: ['ham', 'spam'] });
// @ts-expect-error and somewhere to send it
chatModel({ model: 'small', prompt, labels: ['ham', 'spam'] });

// By a function, or a model of the AI SDK.
export const own: TrainedModel<'ham' | 'spam'> = chatModel({
  model: 'mine@3',
  generate: async (messages, { ask }) => (messages[0].content.includes('!') && ask === 0 ? 'spam' : null),
  prompt,
  labels: ['ham', 'spam'],
});
declare const model: LanguageModelLike;
export const sdk: TrainedModel<'ham' | 'spam'> = chatModel(model, { prompt, labels: ['ham', 'spam'] });

/** As the SDK declares it: with more options than we give. */
interface SdkOptions {
  prompt: (
    | { role: 'system'; content: string }
    | { role: 'user'; content: { type: 'text'; text: string }[] }
  )[];
  maxOutputTokens?: number;
  temperature?: number;
  tools?: readonly object[];
  responseFormat?: { type: 'text' } | { type: 'json'; schema?: object };
  abortSignal?: AbortSignal;
  providerOptions?: Record<string, Record<string, string>>;
}
declare const v4: {
  readonly specificationVersion: 'v4';
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: SdkOptions): PromiseLike<{ readonly content: readonly object[] }>;
};
chatModel(v4, { prompt, labels: ['ham', 'spam'] });

// It is a full model, and a stage between.
const features = define({
  meaning: embedding(embeddingsApi({ ...at, dimensions: 8 }), {
    text: (mail: Mail) => mail.text,
    dimensions: 8,
  }),
});
export const tuned = () =>
  tune({
    features,
    rows: [] as Mail[],
    full: sdk,
    approximate: [pretrained(listed)],
    bound: { epsilon: 0.05, delta: 0.05 },
  });
declare const encoder: EmbeddingModelLike;
embeddingsApi(encoder, { dimensions: 8 });
