import test from 'ava';
import { fitRounds } from '../../../../cascades/training/fitRounds.js';
import { consecutive, readRows } from '../../../../lib/data/blocks/index.js';
import { Rows } from '../../../../lib/data/rows/index.js';
import { inFidelities, RowView } from '../../../../lib/features/define/index.js';
import { letterFeatures, letters } from '../../../support/letters.js';

test('a round’s versions are of what the round learnt, not of the rows that it scores', async (t) => {
  const rows = letters(40);
  // A token that no other row has.
  rows[39] = { ...rows[39], tokens: rows[39].tokens.with(0, 99) };
  const features = letterFeatures();
  const fitted = await Promise.all(
    features.names.map(async (name) => ({ name, fitted: await features.get(name).fit(RowView.of(rows)) })),
  );
  const names = { words: ['6'] };
  const stepped = inFidelities(fitted, names);
  const blocks = await Promise.all(stepped.map((step) => step.fitted.compute(RowView.of(rows))));
  const [fit, score] = [consecutive(0, 30), consecutive(30, 10)];
  const served = { fitted, blocks: blocks.slice(0, 2), versions: { names, blocks: blocks.slice(2) } };
  const [round] = await fitRounds(features, Rows.of(rows), [{ fit, score }], served, {});
  t.is(round.blocks.score.length, 3);
  const [whole, version] = [1, 2].map((f) => readRows(round.blocks.score[f]));
  const own = await features.get('words').fit(RowView.of(rows.slice(0, 30)));
  t.is(version.columns, own.columns);
  t.is(whole.columns, own.columns);
  t.true(own.columns < blocks[2].columns);
  const [step] = own.fidelities?.inSteps(['6']) ?? [];
  t.deepEqual(version, await step.fitted.compute(RowView.of(rows.slice(30))));
});
