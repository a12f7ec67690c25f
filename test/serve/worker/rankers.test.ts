import { rm } from 'node:fs/promises';
import test from 'ava';
import { type RankedRow, rankingWorld } from '../../../datasets/index.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import type { Slice } from '../../../serve/executor.js';
import { InlineExecutor } from '../../../serve/worker/index.js';
import { answerOf } from '../../support/answerOf.js';
import { servingFolder, writeModel } from '../../support/servedModels.js';
import { tuneRanking } from '../../topk/world.js';

const folder = await servingFolder();
test.after.always(() => rm(folder.folder, { recursive: true }));

const MODULE = `import { define, dense } from '../../library.mjs';
const column = (of) => dense(1, (rows) => Float32Array.from(rows, of));
export default define({ rough: column((row) => row.rough), fair: column((row) => row.fair), costly: column((row) => row.costly) });
export const inputs = { rough: 'FP64', fair: 'FP64', costly: 'FP64' };
export const row = ({ rough, fair, costly }, i) => ({ rough: rough[i], fair: fair[i], costly: costly[i] });
const score = (blocks, out) => { out.set(blocks.at(-1).values); };
const model = { name: 'last', classes: 1, score, state: { json: null, tensors: {} } };
export const learners = [{ name: 'last', task: 'regression', work: () => 1, fit: () => model, load: () => model }];
export const full = { name: 'full', task: 'regression', classes: 1, reads: ['costly'], score };
`;

function query(model: string, candidates: readonly RankedRow[], more: Partial<Slice> = {}): Slice {
  const input = (of: (row: RankedRow) => number) => ({
    elements: Float64Array.from(candidates, of),
    rowShape: [],
  });
  return {
    model,
    mode: 0,
    rows: candidates.length,
    inputs: {
      rough: input((row) => row.rough),
      fair: input((row) => row.fair),
      costly: input((row) => row.costly),
    },
    scores: true,
    k: 10,
    ...more,
  };
}

test('a ranker gives the positions of the K best, with a full model and learners of the module’s own', async (t) => {
  const queries = rankingWorld({ queries: 160, candidates: 80, seed: 41 });
  const ranker = await tuneRanking({ queries, bound: { recall: 0.9 } });
  const inline = new InlineExecutor();
  const model = await inline.load(await writeModel(folder, 'ranker', ranker, MODULE));
  t.is(model.kind, 'ranker');
  t.is(model.modes[0].verdict, 'certified');
  t.true(model.modes[0].cost.row > 0);
  const [candidates] = rankingWorld({ queries: 1, candidates: 80, seed: 42 });
  const expected = await ranker.query(candidates, 10);
  const answer = await answerOf(inline, query(model.key, candidates));
  t.deepEqual([...answer.answers], [...expected.indices]);
  t.deepEqual([...answer.scores], [...expected.scores]);
  t.is(answer.verdict, expected.verdict);
  // Equal candidates each have a place of their own.
  const twice = [candidates[0], candidates[0], ...candidates];
  const both = await answerOf(inline, query(model.key, twice));
  t.deepEqual([...both.answers], [...(await ranker.query(twice, 10)).indices]);
  for (const k of [undefined, 0, 1.5, 81]) {
    const { k: _, ...rest } = query(model.key, candidates);
    const slice = k === undefined ? rest : { ...rest, k };
    const error = await t.throwsAsync(answerOf(inline, slice), { instanceOf: RequestError });
    t.is(error.reason, 'invalid');
  }
  await inline.close();
});
