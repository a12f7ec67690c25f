import { logitsOf, softmax } from './tinyModel.js';

/** The parts of a pipeline that are used, without transformers.js: its tokens are words, its logits sums of theirs. */
export function fakePipeline(
  task: string,
  { labels = ['sports', 'money', 'food'], config = {} }: { labels?: readonly string[]; config?: object } = {},
) {
  const seen = { runs: [] as number[], options: [] as object[], texts: [] as string[], disposed: 0 };
  const words = (text: string, most: number) => text.split(' ').filter(Boolean).slice(0, most);
  const given = Object.assign(
    async (inputs: readonly string[], options: object) => {
      seen.options.push(options);
      return inputs.map((input) =>
        softmax(logitsOf(words(input, 99)))
          .map((score, c) => ({ label: labels[c], score }))
          .sort((a, b) => b.score - a.score),
      );
    },
    {
      task,
      tokenizer: Object.assign(
        (texts: readonly string[], options: { max_length?: number; text_pair?: readonly string[] }) => {
          seen.runs.push(texts.length);
          seen.options.push(options);
          seen.texts.push(...texts);
          return texts.map((text, i) =>
            words(`${text} ${options.text_pair?.[i] ?? ''}`, options.max_length ?? 16),
          );
        },
        { model_max_length: 16 },
      ),
      model: Object.assign(
        async (inputs: readonly (readonly string[])[]) => {
          if (seen.disposed > 0) throw new Error('Session already disposed.');
          const data = Float32Array.from(inputs.flatMap((own) => logitsOf(own)));
          return { logits: { data, dims: [inputs.length, 3] } };
        },
        { config: { model_type: 'tiny', id2label: Object.fromEntries(labels.entries()), ...config } },
      ),
      async dispose() {
        seen.disposed++;
      },
    },
  );
  return { given, seen };
}
