import test from 'ava';
import { RowView } from '../../../../lib/features/define/index.js';
import { type EncodeTokens, embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { proposedLooks } from '../../../../lib/features/embedding/proposedLooks.js';
import type { fitOn } from '../../../support/features.js';
import { vectorOf } from './encoders.js';
import { fakePipeline } from './fakePipeline.js';
import { fidelitiesOf, options } from './steps.js';

const { text } = options;

test('looks read a third or a sixth of the layers, of encoders in one piece fewer tokens', (t) => {
  const sizes = [64, 64, 32, 16];
  const looks = (layers: number, most: number) =>
    proposedLooks(sizes, layers, 8, most).map(({ layers: l, size }) => [l, size]);
  // Half of all 176 tokens: 4 of 22. A quarter: 4 of 11; an eighth is too few.
  t.deepEqual(looks(6, 4), [
    [1, 11],
    [2, 24],
    [2, undefined],
  ]);
  t.deepEqual(looks(6, 1), [[2, 24]]);
  t.deepEqual(looks(12, 2), [
    [4, 24],
    [4, undefined],
  ]);
  t.deepEqual(looks(1, 4), [[undefined, 11]]);
  t.deepEqual(proposedLooks([4, 5], 6, 8, 4), [{ layers: 2 }], 'short texts have no shorter beginnings');
  // A few long texts make up nearly all tokens, and nearly all texts are whole.
  const few = Array.from({ length: 1_000 }, (_, i) => (i % 50 === 0 ? 4_000 : 12));
  t.deepEqual(proposedLooks(few, 6, 8, 4), [{ layers: 2 }]);
});

test('names come of the texts; none where each text is paid for', async (t) => {
  const split = (row: string) => [1, ...Array.from(row, (c) => c.charCodeAt(0)), 2];
  const rows = Array.from({ length: 3_000 }, (_, i) => 'x'.repeat(i % 2 === 0 ? 62 : 30));
  const view = RowView.of(rows);
  const ids = tokens<string>(split, { text });
  const encodeTokens: EncodeTokens = Object.assign((all: Int32Array[]) => all.map(() => [1, 2, 3]), {
    layers: 6,
    upTo: () => encodeTokens,
  });
  const proposed = async (feature: Parameters<typeof fitOn<string>>[0], most = 4) =>
    (await fidelitiesOf(feature)).fidelities.propose(view, most);
  const inLayers = embedding(encodeTokens, { tokens: ids, dimensions: 3 });
  // 48 tokens on average: halves are 24, quarters 12.
  t.deepEqual(await proposed(inLayers), ['1l12t', '2l24t', '2l']);
  t.deepEqual(await proposed(inLayers, 1), ['2l24t']);
  t.deepEqual(await proposed(embedding(encodeTokens, { tokens: ids, limit: 16, dimensions: 3 })), [
    '2l8t',
    '2l',
  ]);
  t.deepEqual(await proposed(embedding(fakePipeline({ longest: 64 }).pipeline, options)), ['12t']);
  t.deepEqual(await proposed(embedding((texts) => texts.map(vectorOf), options)), []);
  const long = { ...options, text: (row: string) => row.repeat(10) };
  t.deepEqual(await proposed(embedding((texts) => texts.map(vectorOf), long)), ['58', '120']);
  t.deepEqual(await proposed(embedding(encodeTokens, { tokens: ids, dimensions: 3, price: 0.01 })), []);
  for (const names of [await proposed(inLayers), []]) {
    const { fidelities } = await fidelitiesOf(inLayers);
    t.is(fidelities.inSteps(names).length, names.length + 1);
  }
});
