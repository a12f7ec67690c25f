import { ModelError } from '../../../errors.js';
import { member } from '../../../util/member.js';
import type { Classifier } from './pipeline.js';

/** Texts that are padded to one length and run together. */
const RUN = 32;

/** What a text is compared with, for models that read two. */
export interface Text {
  readonly text: string;
  readonly pair?: string;
}

/**
 * A model's outputs for texts, texts x outputs. Texts of similar lengths run together, so that little of what runs is
 * padding.
 *
 * @param limit the most tokens of a text; undefined: the tokenizer's own
 * @throws ModelError for outputs of another shape
 */
export async function logitsOf(
  { model, tokenizer }: Classifier,
  name: string,
  texts: readonly Text[],
  outputs: number,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<Float64Array> {
  if (tokenizer === undefined) throw new TypeError('pipelines of texts are checked: they have a tokenizer');
  const logits = new Float64Array(texts.length * outputs);
  const order = Int32Array.from(texts.keys());
  const size = ({ text, pair = '' }: Text) => text.length + pair.length;
  order.sort((a, b) => size(texts[b]) - size(texts[a]) || a - b);
  for (let from = 0; from < order.length; from += RUN) {
    signal.throwIfAborted();
    const run = order.subarray(from, from + RUN);
    const own = Array.from(run, (i) => texts[i]);
    const inputs = tokenizer(
      own.map(({ text }) => text),
      {
        padding: true,
        truncation: true,
        ...(own[0].pair !== undefined && { text_pair: own.map(({ pair }) => pair) }),
        ...(limit !== undefined && { max_length: limit }),
      },
    );
    const data = numbersOf(name, await model(inputs), run.length, outputs);
    run.forEach((i, at) => {
      for (let o = 0; o < outputs; o++) logits[i * outputs + o] = data[at * outputs + o];
    });
  }
  return logits;
}

function numbersOf(name: string, given: unknown, rows: number, outputs: number): ArrayLike<number> {
  const tensor = member(given, 'logits');
  const [data, dims] = [member(tensor, 'data'), member(tensor, 'dims')];
  const isFloats = data instanceof Float32Array || data instanceof Float64Array;
  if (isFloats && Array.isArray(dims) && dims.join() === `${rows},${outputs}`) return data;
  const got = Array.isArray(dims) ? `of ${dims.join(' x ')}` : 'that are none';
  throw new ModelError(name, `gave logits ${got}; expected ${rows} texts x ${outputs} labels`);
}
