import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { ArtifactError } from '../../../index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

const world = agreementWorld({ rows: 6_000, seed: 1 });
const made = tuneWorld(world, { bound: { loss: 'disagreement', epsilon: 0.02 } });

/** The JSON of a file with some members replaced, wherever they are; undefined leaves one out. */
function replaced(json: JsonValue, own: Readonly<Record<string, (value: unknown) => unknown>>): JsonValue {
  const text = JSON.stringify(json, (key, value: unknown) =>
    Object.hasOwn(own, key) ? own[key](value) : value,
  );
  return JSON.parse(text) as JsonValue;
}

test('what the plan changes is in the certificate, its file, another epsilon and modes, and sums to what was observed', async (t) => {
  const path = join(await folderFor(t), 'changes.cascade');
  const cascade = (await made).withModes([0.05]);
  await cascade.save(path, { evidence: true });
  const loaded = await loadWorld(path);
  t.deepEqual(loaded.certificate, cascade.certificate);
  for (const own of [loaded, loaded.retune({ epsilon: 0.05 }), loaded.retune({ epsilon: 0.01 })]) {
    const { changes, observed } = own.certificate;
    const { answers = [], limits, plans } = changes ?? {};
    t.is(limits, 'simultaneous');
    t.is(plans, cascade.path.length);
    const sum = (of: 'rows' | 'changed') => answers.reduce((total, each) => total + each[of], 0);
    t.deepEqual([sum('rows'), sum('changed')], [observed.rows, observed.changed]);
  }
  const [, mode] = loaded.modes;
  t.deepEqual(mode.certificate.changes, loaded.retune({ epsilon: 0.05 }).certificate.changes);
  t.is(loaded.explore(loaded.path[0]).certificate.changes, undefined, 'what wasn’t tested has none');
});

test('a file without counts is read, and has none for another epsilon', async (t) => {
  const path = join(await folderFor(t), 'older.cascade');
  await (await made).save(path, { evidence: true });
  const state = decode(await readFile(path));
  const loaded = await loadWorld(
    encode({ ...state, json: replaced(state.json, { changes: () => undefined }) }),
  );
  t.is(loaded.certificate.verdict, 'certified');
  t.is(loaded.certificate.changes, undefined);
  t.is(loaded.retune({ epsilon: 0.05 }).certificate.changes, undefined);
});

test('counts of other classes, other plans or more rows than there are make a file damaged', async (t) => {
  const path = join(await folderFor(t), 'damaged.cascade');
  await (await made).save(path, { evidence: true });
  const state = decode(await readFile(path));
  const wrong: Readonly<Record<string, (value: unknown) => unknown>>[] = [
    { cells: (all) => (Array.isArray(all) ? all.map(() => [0, 2, 1]) : all) },
    { cells: (all) => (Array.isArray(all) ? all.map(() => [0, 1]) : all) },
    { cells: (all) => (Array.isArray(all) ? all.map(() => [0, 1, 1e6]) : all) },
    { cells: () => [[]] },
    { samples: () => [] },
  ];
  for (const own of wrong) {
    const bytes = encode({ ...state, json: replaced(state.json, own) });
    await t.throwsAsync(loadWorld(bytes), { instanceOf: ArtifactError, message: /changes/ });
  }
});

test('without labels what changes is counted as well', async (t) => {
  const cascade = await tuneWorld(world, {
    labels: undefined,
    bound: { loss: 'disagreement', epsilon: 0.02 },
  });
  const { labelled, observed, changes } = cascade.certificate;
  t.false(labelled);
  t.deepEqual(observed.byClass, []);
  t.true(observed.changed > 0);
  t.is(
    changes?.answers.reduce((sum, { changed }) => sum + changed, 0),
    observed.changed,
  );
});
