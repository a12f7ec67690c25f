import test from 'ava';
import {
  answeredBy,
  answeredInFull,
  meanLoss,
  sharesOf,
  transplanted,
} from '../../../bench/validity/judge.js';
import { notesLaw } from '../../../bench/validity/notes.js';
import { tunedWorlds } from '../../../bench/validity/tuned.js';
import { addTunes, runTunes, tuneOn } from '../../../bench/validity/tuning.js';
import { random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { near } from '../../support/near.js';

const law = notesLaw();
const [world, , , few] = tunedWorlds(true);
const none = new Int32Array();

test('losses by hand: changed answers, and right ones lost less wrong ones mended', (t) => {
  const early = new Uint8Array(2);
  const [cascade, full] = [
    { answers: Int32Array.of(1, 0), early },
    { answers: Int32Array.of(0, 0), early },
  ];
  // Two notes of three classes; only of the first the answer changes, from 0 to 1.
  const weights = Float64Array.of(0.2, 0.1, 0.3, 0.1, 0.1, 0.2);
  near(t, meanLoss('disagreement', cascade, full, weights), 0.6, 1e-12);
  near(t, meanLoss('accuracy', cascade, full, weights), 0.2 - 0.1, 1e-12);
});

test('the loss on fresh rows from the answers to every note is that of predicting each row', async (t) => {
  const cascade = await tuneOn(world, law, law.draw(400, random('rows')), none, random('tune'));
  const drawn = law.draw(3_000, random('fresh'));
  const rows = Array.from(drawn, (cell) => law.notes[Math.floor(cell / law.classes.length)]);
  const [{ labels, exits }, full] = [await cascade.predict(rows), await cascade.full.predict(rows)];
  const changed = labels.filter((label, row) => label !== full.labels[row]).length;
  const served = await answeredBy(law, cascade);
  const loss = meanLoss('disagreement', served, await answeredInFull(law, cascade), sharesOf(law, drawn));
  near(t, loss, changed / rows.length, 1e-9);
  t.true(changed > 0);
  const early = exits.filter((exit) => exit < cascade.plan.stages.length).length;
  t.is(drawn.filter((cell) => served.early[Math.floor(cell / law.classes.length)] === 1).length, early);
  t.true(early > 0);
});

if (atLength(false, true)) {
  test('trials are the same whoever runs them', async (t) => {
    const [together, first, second] = [
      await runTunes(few, law, 1, 0, 2),
      await runTunes(few, law, 1, 0, 1),
      await runTunes(few, law, 1, 1, 2),
    ];
    t.deepEqual(addTunes(first, second), together);
    t.is(together.trials, 2);
  });
}

test("thresholds go into models over the same features, and into no other's", async (t) => {
  const draw = (name: string) => law.draw(300, random(name));
  const [one, other, unlike] = [
    await tuneOn(few, law, draw('one'), draw('c1'), random('tune')),
    await tuneOn(few, law, draw('other'), draw('c2'), random('tune')),
    await tuneOn(world, law, draw('unlike'), none, random('tune')),
  ];
  t.true(one.plan.stages.length > 0);
  const thresholdsOf = (plan: typeof one.plan | undefined) =>
    plan?.stages.map(({ thresholds }) => thresholds);
  t.deepEqual(thresholdsOf(transplanted(one.plan, other)?.plan), thresholdsOf(one.plan));
  t.is(transplanted(one.plan, unlike), undefined);
});
