import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { inspect } from '../../../index.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** What holds of all that the same certification rows were asked: the certificate, and the band beside it. */

const world = agreementWorld({ rows: 2_000, seed: 1 });
const tuned = tuneWorld(world);
const fresh = agreementWorld({ rows: 1_500, seed: 2 });

test('a certificate with a band beside it says at which level both hold, whatever is chosen of them', async (t) => {
  const cascade = await tuned;
  t.true(cascade.frontier.length > 0);
  t.deepEqual([cascade.certificate.delta, cascade.certificate.jointDelta], [0.05, 0.1]);
  for (const epsilon of [0.0001, 0.02, 0.05]) {
    const { certificate } = cascade.retune({ epsilon });
    t.deepEqual([certificate.delta, certificate.jointDelta], [0.05, 0.1]);
  }
  const renewed = await cascade.certify(cascade.path, { rows: fresh.rows, delta: 0.02 });
  t.deepEqual([renewed.certificate.delta, renewed.certificate.jointDelta], [0.02, 0.04]);
  const reckless = await tuneWorld(world, { bound: { epsilon: 0.02, delta: 0.6 } });
  t.is(reckless.certificate.jointDelta, 1);
});

test('epsilons named beforehand share delta, and without a band there is nothing to add', async (t) => {
  const half = { name: 'half', loss: (answer: unknown, full: unknown) => Number(answer !== full) / 2 };
  const listed = await tuneWorld(world, { bound: { loss: half, epsilon: 0.02, also: [0.05] } });
  t.is(listed.retune({ epsilon: 0.05 }).certificate.jointDelta, 0.05);
  const { rows } = world;
  const place = new Map(rows.map((row, i) => [row, i]));
  const grouped = await tuneWorld(world, { groups: (row) => place.get(row) ?? -1, bound: { epsilon: 0.1 } });
  const several = await tuneWorld(world, {
    bound: {
      delta: 0.05,
      all: [
        { loss: 'disagreement', epsilon: 0.05 },
        { loss: half, epsilon: 0.05 },
      ],
    },
  });
  const untested = await tuneWorld({ rows: rows.slice(0, 100) });
  for (const { frontier, certificate } of [grouped, several, untested]) {
    t.deepEqual([frontier.length, certificate.jointDelta], [0, 0.05]);
  }
  t.is(listed.certificate.jointDelta, 0.05);
});

test('a file says it, with evidence and without; summary and report say it beside the promise alone', async (t) => {
  const cascade = await tuned;
  const path = join(await folderFor(t), 'joint.cascade');
  for (const evidence of [true, false]) {
    await cascade.save(path, { evidence });
    t.is((await loadWorld(path)).certificate.jointDelta, 0.1);
    t.is((await inspect(path)).certificate.jointDelta, 0.1);
  }
  // The promise has one number and one confidence; what holds of a choice is said of the choice.
  const text = cascade.summary();
  t.deepEqual(text.match(/\n +(?:bound|confidence|upper limit|with the frontier) .*/g)?.length, 2);
  t.regex(text.replaceAll(/\s+/g, ' '), /Not promised.*certificate and frontier hold together with 90 %/);
  const page = await cascade.report();
  t.notRegex(page, /upper limit of|<dt>upper limit|<dt>with the frontier/);
  t.regex(
    page,
    /All limits of the band hold together with 95 % confidence\. The band and the certificate of the served plan hold together with 90 %/,
  );
});
