import test from 'ava';
import { ModelRecords } from '../../../serve/counts/index.js';
import { modeOf } from '../status/models.js';

const MODEL = { kind: 'classes', modes: [modeOf(0.01), modeOf(0.05)] } as const;
const loaded = (version: string) => ({ name: 'a', version, what: 'loaded' });

test('a version that is loaded again goes on counting, beside the load that it replaces', (t) => {
  const records = new ModelRecords();
  const first = records.of('a', '1');
  first.open(MODEL);
  records.heard(loaded('1'));
  first.answer('certified', 2, Uint8Array.of(0, 1), 1, undefined);
  const second = records.of('a', '1');
  t.is(second, first);
  second.open(MODEL);
  records.heard(loaded('1'));
  records.closed(first);
  second.answer('degraded', 1, Uint8Array.of(1), 1, undefined);
  const { verdicts, fullRows, loaded: loads, loads: counted } = second.counts;
  t.deepEqual(Object.fromEntries(verdicts), {
    certified: 2,
    'full-model-only': 0,
    exploratory: 0,
    degraded: 1,
    unsaved: 0,
    void: 0,
  });
  t.deepEqual([fullRows, loads], [2, 2]);
  t.deepEqual(records.past, [], 'one load answers still');
  t.deepEqual(counted[0].rowsByMode, [0, 0], 'modes and exits have a number from the start');
  t.deepEqual(counted[0].exits, [0, 0]);
});

test('a reload with more modes and stages keeps what was counted', (t) => {
  const records = new ModelRecords();
  const record = records.of('a', '1');
  record.open({ kind: 'classes', modes: [modeOf(0.01)] });
  record.own.slice(0, Uint8Array.of(0, 1, 1), new Uint8Array(3), 3);
  record.open(MODEL);
  record.own.slice(1, Uint8Array.of(0), new Uint8Array(1), 1);
  const [{ rowsByMode, exits }] = record.counts.loads;
  t.deepEqual(
    [rowsByMode, exits],
    [
      [3, 1],
      [2, 2],
    ],
  );
});

test('32 versions that aren’t served any more are kept, the latest, and all that are', (t) => {
  const records = new ModelRecords();
  const served = records.of('served', '1');
  served.open(MODEL);
  for (let version = 1; version <= 40; version++) {
    const record = records.of('a', String(version));
    record.open(MODEL);
    record.answer('certified', version, new Uint8Array(version), 1, undefined);
    records.closed(record);
  }
  t.deepEqual(
    records.past.map(({ version }) => Number(version)),
    Array.from({ length: 32 }, (_, i) => i + 9),
  );
  t.is(records.of('a', '40').counts.verdicts.get('certified'), 40);
  t.is(records.of('a', '1').counts.verdicts.get('certified'), 0);
  t.is(records.of('served', '1'), served);
});

test('a version that couldn’t be loaded counts that', (t) => {
  const records = new ModelRecords();
  records.heard({ name: 'a', version: '2', what: 'failed' });
  records.heard({ name: 'a', version: '2', what: 'unloaded' });
  t.like(records.past[0], { name: 'a', version: '2', loaded: 0, failed: 1 });
});

test('groups are counted apart, those that come when there are 32 as one', (t) => {
  const record = new ModelRecords().of('a', '1');
  record.open(MODEL);
  for (let group = 0; group < 40; group++) record.answer('certified', 1, Uint8Array.of(0), 1, `g${group}`);
  record.answer('void', 2, Uint8Array.of(1, 0), 1, 'g3');
  const { groups, verdicts } = record.counts;
  t.is(groups.size, 33);
  t.is(groups.get('other')?.verdicts.get('certified'), 8);
  const { exits, full, verdicts: own } = groups.get('g3') ?? {};
  t.deepEqual(exits, [2, 1]);
  t.is(full, 1);
  t.deepEqual([own?.get('certified'), own?.get('void')], [1, 2]);
  t.is(verdicts.get('certified'), 40, 'all of them together are the model’s');
});

test('of a ranker its own verdicts have numbers, and its rows no exits', (t) => {
  const record = new ModelRecords().of('ranker', '1');
  record.open({ kind: 'ranker', modes: [{ ...modeOf(0), plan: undefined }] });
  record.answer('exact', 100, new Uint8Array(0), undefined, 'web');
  const { verdicts, fullRows, groups, loads } = record.counts;
  t.is(verdicts.get('exact'), 100);
  t.is(verdicts.get('outside'), 0);
  t.is(fullRows, 0);
  t.deepEqual(groups.get('web')?.exits, []);
  t.deepEqual(loads[0].exits, []);
});
