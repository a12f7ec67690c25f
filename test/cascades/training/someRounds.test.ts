import test from 'ava';
import { amongRounds, onRounds } from '../../../cascades/search/fewerRows.js';
import { judgedOn } from '../../../cascades/search/judgedRows.js';
import { joined, onSome, tryWithPrefixes } from '../../../cascades/training/index.js';
import { gradientBoosting } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { specOf, trainerOf } from '../../support/stageTrainer.js';

const trainer = trainerOf({ rows: 301, folds: 3 });
const draw = random(1);
const [first, rest] = [onRounds(trainer, 1, draw), amongRounds(trainer, 1, 3, draw)];

test('a stage fitted in some rounds and then in the others is that fitted in all, bit for bit', async (t) => {
  const spec = specOf(trainer, 'a', 'b');
  const parts = [
    { trainer: first, candidates: await tryWithPrefixes(first, spec) },
    { trainer: rest, candidates: await tryWithPrefixes(rest, spec) },
  ];
  t.deepEqual(
    parts.map(({ candidates: [whole] }) => whole.evidence.loss.length),
    [101, 200],
  );
  const whole = await tryWithPrefixes(trainer, spec);
  const both = joined(trainer, parts);
  t.deepEqual(both, whole);
  t.deepEqual(joined(trainer, parts.toReversed()), whole);
  // And back: what each round had given.
  t.deepEqual(
    both?.map((candidate) => onSome(trainer, first, candidate)),
    parts[0].candidates,
  );
});

test('parts of other prefixes aren’t joined', async (t) => {
  const spec = specOf(trainer, 'a');
  const begun = await tryWithPrefixes(first, spec);
  const ended = await tryWithPrefixes(rest, spec);
  const parts = (candidates: typeof ended) => [
    { trainer: first, candidates: begun },
    { trainer: rest, candidates },
  ];
  t.is(joined(trainer, parts(ended))?.length, 1 + 3);
  t.is(joined(trainer, parts(ended.slice(1))), undefined);
  const other = ended.map((candidate) =>
    candidate.prefix === null ? candidate : { ...candidate, prefix: { rounds: 3, of: 12 } },
  );
  t.is(joined(trainer, parts(other)), undefined);
  t.is(joined(trainer, parts(ended.map(({ scores: _, ...rest }) => rest))), undefined);
});

test('rounds that follow the first have the rows that those leave', (t) => {
  const scored = [first, rest].flatMap(({ split }) => [...split.scored]);
  t.deepEqual(
    scored.sort((a, b) => a - b),
    [...trainer.split.scored],
  );
  t.is(amongRounds(trainer, 0, 3, draw), trainer);
  const { loss, split } = rest;
  // The last of its rows is row 299, whose loss is counted at its place among them.
  t.is(split.scored[199], 299);
  t.is(loss.lost(1, 199), trainer.loss.lost(1, 299));
});

test('of many scored rows some are kept, in each round and of what the full model answered', (t) => {
  t.is(judgedOn(trainer, 301, draw), trainer);
  const few = judgedOn(trainer, 100, draw);
  t.is(few.split.scored.length, 100);
  t.deepEqual(
    few.rounds.map(({ fit }) => fit),
    trainer.rounds.map(({ fit }) => fit),
  );
  const scored = few.rounds.flatMap(({ score }) => [...score]).sort((a, b) => a - b);
  t.deepEqual(
    [...few.split.scored].sort((a, b) => a - b),
    scored,
  );
  few.rounds.forEach(({ score, blocks }, r) => {
    t.true(score.every((row) => trainer.rounds[r].score.includes(row)));
    t.deepEqual(blocks.score[0].rows, score);
  });
  for (const [i, row] of few.split.scored.entries()) {
    t.is(few.full.judged.full[i], trainer.full.judged.full[row]);
    t.is(few.loss.lost(1, i), trainer.loss.lost(1, row));
  }
});

test('a probe has as many rounds as the learner, whose trees are of fewer rounds and bins', async (t) => {
  const learner = gradientBoosting({ rounds: 30, maxLeaves: 4 });
  const probing = learner.probe?.();
  t.is(probing?.name, learner.name);
  const { blocks, targets } = trainer;
  const labels = Int32Array.from(targets.labels?.truth ?? []);
  const model = await probing?.fit({ blocks, rows: 301, classes: 2, labels }, { seed: 1 });
  t.true(model !== undefined && 'rounds' in model && model.rounds === 30);
});
