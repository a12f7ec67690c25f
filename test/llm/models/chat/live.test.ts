import test from 'ava';
import { chatModel, type Generate } from '../../../../entries/llm.js';
import { isSmallModelHere, loadSmallModel } from '../../../support/llm/smallModel.js';
import { type Note, scoresOf } from './world.js';

/** A real language model that samples, of 135 million weights, where it is installed. */

const live = isSmallModelHere ? test : test.skip;
const left = isSmallModelHere ? '' : ' (left out: node-llama-cpp and SMALL_MODEL aren’t here)';

const TEXTS = [
  'The team won the match in the last minute.',
  'The soup needs salt and garlic.',
  'The referee gave a red card to the keeper.',
  'Bake the bread for an hour.',
  'She ran the marathon in three hours.',
  'Fry the onions in butter until they are golden.',
  'The striker scored twice after the break.',
  'Add two eggs and a cup of flour.',
];

live(`a small language model is asked as large ones are${left}`, async (t) => {
  const model = await loadSmallModel();
  t.teardown(() => model.close());
  const generate: Generate = async ([{ content }], { ask, attempt, maxTokens, schema, temperature = 0 }) => {
    const seed = 1 + ask + 10 * attempt;
    const { text, input, output, isCut } = await model.answer(content, {
      temperature,
      seed,
      maxTokens,
      schema,
    });
    return { text, usage: { input, cached: 0, output }, finish: isCut ? 'length' : 'stop' };
  };
  const options = {
    model: 'SmolLM2-135M-Instruct',
    generate,
    labels: ['sport', 'food'],
    prompt: ({ text }: Note) =>
      `Is this about sport or about food? Answer with one word, sport or food.\n\n${text}`,
    maxTokens: 40,
    temperature: 1,
  } as const;
  const rows = TEXTS.map((text) => ({ text }));
  // Held to a form, each answer is one of the labels, and some aren't the same the second time.
  const full = chatModel(options);
  const first = await scoresOf(full, rows);
  t.is(full.counts.parsed, rows.length);
  const flips: number[] = [];
  for (let ask = 1; ask < 3; ask++) {
    const again = await scoresOf(full, rows, { ask });
    flips.push(rows.filter((_, i) => again[2 * i] !== first[2 * i]).length);
  }
  t.true(
    flips.some((count) => count > 0 && count < rows.length),
    `${flips}`,
  );
  t.true(full.counts.tokens.input > 20 * rows.length);
  // Without one, it doesn't do as it is told: that is seen and counted, and no label is guessed.
  const free = chatModel({ ...options, structured: false });
  const scores = await scoresOf(free, rows);
  const none = rows.filter((_, i) => Number.isNaN(scores[2 * i])).length;
  const { refusal, cut, other } = free.counts.unparsed;
  t.is(none, refusal + cut + other);
  t.true(none > 0);
});
