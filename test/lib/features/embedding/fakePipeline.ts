/** A tensor as transformers.js has it. */
export class FakeTensor {
  constructor(
    readonly type: string,
    readonly data: BigInt64Array | Float32Array,
    readonly dims: readonly number[],
  ) {}
}

const [PAD, BEGIN, END] = [0, 101, 102];

/** A token for each character, between two special ones. */
export function idsOf(text: string): number[] {
  return [BEGIN, ...Array.from(text, (character) => character.charCodeAt(0)), END];
}

/**
 * A pipeline whose tokens have the vector [id, position, 1], padding included: a text's mean shows
 * which tokens it was made of, and padding that was read would show too.
 */
export function fakePipeline({ task = 'feature-extraction', longest = 16 } = {}) {
  const batches: { ids: number[][]; mask: number[][] }[] = [];
  const tokenized: string[] = [];
  const tokenizer = Object.assign(
    (text: string) => {
      const ids = idsOf(text);
      return { input_ids: new FakeTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) };
    },
    {
      pad_token_id: PAD,
      model_max_length: longest,
      encode(text: string) {
        tokenized.push(text);
        return idsOf(text);
      },
    },
  );
  const state = { isDisposed: false };
  const model = Object.assign(
    async ({ input_ids, attention_mask }: Record<string, FakeTensor>) => {
      if (state.isDisposed) throw new Error('Session already disposed.');
      const [rows, width] = input_ids.dims;
      const rowsOf = ({ data }: FakeTensor) =>
        Array.from({ length: rows }, (_, row) =>
          Array.from({ length: width }, (_, i) => Number(data[row * width + i])),
        );
      batches.push({ ids: rowsOf(input_ids), mask: rowsOf(attention_mask) });
      const vectors = Array.from({ length: rows * width }, (_, i) => [
        Number(input_ids.data[i]),
        i % width,
        1,
      ]).flat();
      return { last_hidden_state: new FakeTensor('float32', Float32Array.from(vectors), [rows, width, 3]) };
    },
    {
      config: { _name_or_path: 'fake', model_type: 'bert', num_hidden_layers: 2, vocab_size: 128 },
      sessions: { model: { config: { dtype: 'fp32' } } },
    },
  );
  const dispose = () => {
    state.isDisposed = true;
  };
  const pipeline = Object.assign(async () => {}, { task, tokenizer, model, dispose });
  return { pipeline, batches, tokenized };
}
