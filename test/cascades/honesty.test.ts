import test, { type ExecutionContext } from 'ava';
import { agreementWorld, groupedWorld } from '../../datasets/index.js';
import { tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { type Event, spies } from '../support/spy.js';

/** That nothing is judged by what has seen it, and that the certification rows are looked at last. */

const profile = profileOf({ cheap: 1, costly: 100 }, ['spy']);

function rowsOf(events: readonly Event[], kind: Event['kind'], fit?: number): Set<number> {
  const wanted = events.filter((event) => event.kind === kind && (fit === undefined || event.fit === fit));
  return new Set(wanted.flatMap(({ rows }) => rows));
}

function disjoint(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return [...one].every((value) => !other.has(value));
}

/** No model scores a unit that it was fitted on, and what is scored after the last fit was never looked at before. */
function expectHonest(
  t: ExecutionContext,
  events: readonly Event[],
  unit: (row: number) => number,
): Set<number> {
  const units = (rows: ReadonlySet<number>) => new Set([...rows].map(unit));
  const fits = Math.max(...events.map(({ fit }) => fit));
  for (let fit = 0; fit <= fits; fit++) {
    const [own, judged] = [rowsOf(events, 'fit', fit), rowsOf(events, 'score', fit)];
    t.true(disjoint(units(own), units(judged)), `model ${fit} scores what it has seen`);
  }
  const lastFit = events.findLastIndex(({ kind }) => kind === 'fit');
  const held = rowsOf(events.slice(lastFit), 'score');
  const before = new Set(events.slice(0, lastFit).flatMap(({ rows }) => rows));
  t.true(
    held.size > 0 && disjoint(units(held), units(before)),
    'certification rows come after all is fitted',
  );
  const compared = units(rowsOf(events, 'compare'));
  t.true(
    compared.size > 0 && disjoint(units(held), compared),
    'rows are read again among those that are tuned on',
  );
  return held;
}

test('models judge only rows that they have not seen, and certification rows come last', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 1 });
  const rows = world.rows.map((row, id) => ({ id, ...row }));
  const { events, learner, features } = spies<(typeof rows)[0]>();
  const { labels } = world;
  const { certificate } = await tune({
    features,
    rows,
    labels,
    full: learner,
    profile,
    bound: { epsilon: 0.05 },
  });
  t.is(certificate.verdict, 'certified');
  const held = expectHonest(t, events, (row) => row);
  t.is(held.size, 600);
  t.is(certificate.n, 600);
  for (const feature of ['cheap', 'costly']) {
    const requested = events.filter((event) => event.kind === 'compute' && event.feature === feature);
    // Features with nothing to learn aren't asked again in every fold.
    t.deepEqual(
      requested.flatMap((event) => event.rows).sort((a, b) => a - b),
      [...rows.keys()],
      feature,
    );
  }
});

test('groups are torn apart nowhere, and count as the units', async (t) => {
  const world = groupedWorld({ groups: 500, seed: 2 });
  const rows = world.rows.map((row, id) => ({ id, ...row }));
  const { events, learner, features } = spies<(typeof rows)[0]>();
  const { certificate } = await tune({
    features,
    rows,
    labels: world.labels,
    full: learner,
    profile,
    groups: (row) => row.group,
    bound: { loss: 'disagreement', epsilon: 0.1 },
  });
  const held = expectHonest(t, events, (row) => rows[row].group);
  const heldGroups = new Set([...held].map((row) => rows[row].group));
  t.is(heldGroups.size, 200);
  t.is(certificate.n, 200);
  t.is(certificate.unit, 'groups');
  t.regex(certificate.method, /betting/);
  t.is(held.size, rows.filter(({ group }) => heldGroups.has(group)).length, 'whole groups');
});

test('a split by a function is kept to', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 3 });
  const rows = world.rows.map((row, id) => ({ id, ...row }));
  const { events, learner, features } = spies<(typeof rows)[0]>();
  const partOf = (id: number) => (id < 400 ? 'train' : id < 900 ? 'tune' : 'certify');
  await tune({
    features,
    rows,
    labels: world.labels,
    full: learner,
    profile,
    split: (row) => partOf(row.id),
    bound: { epsilon: 0.05 },
  });
  const held = expectHonest(t, events, (row) => row);
  t.deepEqual(
    [...held].sort((a, b) => a - b),
    [...rows.keys()].slice(900),
  );
  t.deepEqual(
    [...rowsOf(events, 'fit')].sort((a, b) => a - b),
    [...rows.keys()].slice(0, 400),
  );
});

test('separate certification rows leave all others to tune on', async (t) => {
  const [world, other] = [agreementWorld({ rows: 900, seed: 4 }), agreementWorld({ rows: 700, seed: 5 })];
  const rows = world.rows.map((row, id) => ({ id, ...row }));
  const certify = { rows: other.rows.map((row, i) => ({ id: 900 + i, ...row })), labels: other.labels };
  const { events, learner, features } = spies<(typeof rows)[0]>();
  const { certificate } = await tune({
    features,
    rows,
    labels: world.labels,
    full: learner,
    profile,
    certify,
    bound: { epsilon: 0.05 },
  });
  const held = expectHonest(t, events, (row) => row);
  t.deepEqual(
    [...held].sort((a, b) => a - b),
    certify.rows.map(({ id }) => id),
  );
  t.is(certificate.n, 700);
  t.is(rowsOf(events, 'fit').size, 900);
});

test('shares decide how many rows are kept, and folds how many fits there are', async (t) => {
  const world = agreementWorld({ rows: 1_500, seed: 6 });
  const rows = world.rows.map((row, id) => ({ id, ...row }));
  const { events, learner, features } = spies<(typeof rows)[0]>();
  const split = { certify: 0.6, folds: 3 };
  const { certificate } = await tune({
    features,
    rows,
    labels: world.labels,
    full: learner,
    profile,
    split,
    bound: { epsilon: 0.05 },
  });
  t.is(certificate.n, 900);
  expectHonest(t, events, (row) => row);
  const sizes = events.filter(({ kind }) => kind === 'fit').map((event) => event.rows.length);
  // The full model on all 600 and in three folds; then the one subset's models in three folds, on labels and answers.
  t.deepEqual(sizes.slice(0, 10), [600, ...new Array(9).fill(400)]);
});
