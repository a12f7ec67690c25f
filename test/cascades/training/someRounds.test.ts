import test from 'ava';
import { amongRounds, onRounds } from '../../../cascades/search/fewerRows.js';
import { judgedOn } from '../../../cascades/search/judgedRows.js';
import { joined, onSome, tryWithPrefixes } from '../../../cascades/training/index.js';
import { gradientBoosting } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { specOf, stagesOf } from '../../support/judging.js';

const { material, judging } = stagesOf({ rows: 301, folds: 3 });
const draw = random(1);
const [first, rest] = [onRounds(judging, 1, draw), amongRounds(judging, 1, 3, draw)];

test('a stage fitted in some rounds and then in the others is that fitted in all, bit for bit', async (t) => {
  const spec = specOf(judging, 'a', 'b');
  const parts = [
    { judging: first, candidates: await tryWithPrefixes(material, first, spec) },
    { judging: rest, candidates: await tryWithPrefixes(material, rest, spec) },
  ];
  t.deepEqual(
    parts.map(({ candidates: [whole] }) => whole.evidence.loss.length),
    [101, 200],
  );
  const whole = await tryWithPrefixes(material, judging, spec);
  const both = joined(material, judging, parts);
  t.deepEqual(both, whole);
  t.deepEqual(joined(material, judging, parts.toReversed()), whole);
  // And back: what each round had given.
  t.deepEqual(
    both?.map((candidate) => onSome(material, judging, first, candidate)),
    parts[0].candidates,
  );
});

test('parts of other prefixes aren’t joined', async (t) => {
  const spec = specOf(judging, 'a');
  const begun = await tryWithPrefixes(material, first, spec);
  const ended = await tryWithPrefixes(material, rest, spec);
  const parts = (candidates: typeof ended) => [
    { judging: first, candidates: begun },
    { judging: rest, candidates },
  ];
  t.is(joined(material, judging, parts(ended))?.length, 1 + 3);
  t.is(joined(material, judging, parts(ended.slice(1))), undefined);
  const other = ended.map((candidate) =>
    candidate.prefix === null ? candidate : { ...candidate, prefix: { rounds: 3, of: 12 } },
  );
  t.is(joined(material, judging, parts(other)), undefined);
  t.is(joined(material, judging, parts(ended.map(({ scores: _, ...rest }) => rest))), undefined);
});

test('rounds that follow the first have the rows that those leave', (t) => {
  const scored = [first, rest].flatMap((part) => [...part.scored]);
  t.deepEqual(
    scored.sort((a, b) => a - b),
    [...judging.scored],
  );
  t.is(amongRounds(judging, 0, 3, draw), judging);
  const { loss, scored: others } = rest;
  // The last of its rows is row 299, whose loss is counted at its place among them.
  t.is(others[199], 299);
  t.is(loss.lost(1, 199), judging.loss.lost(1, 299));
});

test('of many scored rows some are kept, in each round and of what the full model answered', (t) => {
  t.is(judgedOn(judging, 301, draw), judging);
  const few = judgedOn(judging, 100, draw);
  t.is(few.scored.length, 100);
  t.deepEqual(
    few.rounds.map(({ fit }) => fit),
    judging.rounds.map(({ fit }) => fit),
  );
  const scored = few.rounds.flatMap(({ score }) => [...score]).sort((a, b) => a - b);
  t.deepEqual(
    [...few.scored].sort((a, b) => a - b),
    scored,
  );
  few.rounds.forEach(({ score, blocks }, r) => {
    t.true(score.every((row) => judging.rounds[r].score.includes(row)));
    t.deepEqual(blocks.score[0].rows, score);
  });
  for (const [i, row] of few.scored.entries()) {
    t.is(few.full.judged.full[i], judging.full.judged.full[row]);
    t.is(few.loss.lost(1, i), judging.loss.lost(1, row));
  }
});

test('a probe has as many rounds as the learner, whose trees are of fewer rounds and bins', async (t) => {
  const learner = gradientBoosting({ rounds: 30, maxLeaves: 4 });
  const probing = learner.probe?.();
  t.is(probing?.name, learner.name);
  const { blocks, targets } = material;
  const labels = Int32Array.from(targets.labels?.truth ?? []);
  const model = await probing?.fit({ blocks, rows: 301, classes: 2, labels }, { seed: 1 });
  t.true(model !== undefined && 'rounds' in model && model.rounds === 30);
});
