import { member } from '../../../lib/util/member.js';
import { loadPackage } from '../../../lib/util/packages.js';
import { isHere } from '../packages.js';

/** A file of weights, as `.ci/run` gives it: SmolLM2-135M-Instruct. */
export const { SMALL_MODEL } = process.env;
/** Whether a language model of 135 million weights can be run here, by llama.cpp. */
export const isSmallModelHere = SMALL_MODEL !== undefined && isHere('node-llama-cpp');

/** How an answer is drawn. */
export interface Drawing {
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
  /** A JSON schema that it is held to. */
  readonly schema?: unknown;
}

/** A language model in this process. One answer at a time. */
export interface SmallModel {
  /** The answer to a single message, and the tokens of both. */
  answer(
    content: string,
    how: Drawing,
  ): Promise<{ text: string; input: number; output: number; isCut: boolean }>;
  close(): Promise<void>;
}

async function call(of: unknown, name: string, ...values: unknown[]): Promise<unknown> {
  const method = member(of, name);
  if (typeof method !== 'function') throw new TypeError(`node-llama-cpp has no ${name}`);
  return await Reflect.apply(method, of, values);
}

/** Loads the model. The package is looked up by name: only `.ci/run` installs it. */
export async function loadSmallModel(): Promise<SmallModel> {
  const library = await loadPackage('node-llama-cpp');
  const llama = await call(library, 'getLlama', { gpu: false, build: 'never', logLevel: 'error' });
  const model = await call(llama, 'loadModel', { modelPath: SMALL_MODEL });
  const context = await call(model, 'createContext', { contextSize: 1_024, threads: 1 });
  const sequence = await call(context, 'getSequence');
  const State = member(library, 'LlamaGrammarEvaluationState');
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (content: string, { temperature, seed, maxTokens, schema }: Drawing) => {
    const text = `<|im_start|>user\n${content}<|im_end|>\n<|im_start|>assistant\n`;
    const tokens = (await call(model, 'tokenize', text, true)) as number[]; // As its declarations say.
    await call(sequence, 'clearHistory');
    const grammar =
      schema === undefined ? undefined : await call(llama, 'createGrammarForJsonSchema', schema);
    const state =
      grammar === undefined || typeof State !== 'function'
        ? {}
        : { grammarEvaluationState: Reflect.construct(State, [{ model, grammar }]) };
    const drawn: number[] = [];
    let isOver = false;
    const evaluated = await call(sequence, 'evaluate', tokens, { temperature, seed, ...state });
    for await (const token of evaluated as AsyncIterable<number>) {
      isOver = (await call(model, 'isEogToken', token)) === true;
      if (isOver || drawn.length === maxTokens) break;
      drawn.push(token);
    }
    const said = String(await call(model, 'detokenize', drawn));
    return {
      text: said,
      input: tokens.length,
      output: drawn.length,
      isCut: !isOver && drawn.length === maxTokens,
    };
  };
  return {
    answer(content, how) {
      const own = last.then(() => answer(content, how));
      last = own.catch(() => undefined);
      return own;
    },
    async close() {
      await call(llama, 'dispose');
    },
  };
}
