import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import type { LoadedVersion, RepositoryEvent, RepositoryOptions } from '../../../serve/repository/index.js';
import { Repository } from '../../../serve/repository/index.js';
import { FakeHost } from '../../support/fakeHost.js';
import { folderFor } from '../../support/files.js';
import { ModelDirectory } from '../../support/modelDirectory.js';

/** What answers is the loaded version itself. */
async function world(t: ExecutionContext, options: Partial<RepositoryOptions> = {}) {
  const directory = new ModelDirectory(await folderFor(t));
  const host = new FakeHost();
  const events: RepositoryEvent[] = [];
  const closed: LoadedVersion[] = [];
  const repository = new Repository<LoadedVersion>(
    directory.path,
    {
      host,
      open: async (loaded) => loaded,
      close: async (loaded) => void closed.push(loaded),
      onEvent: (event) => void events.push(event),
    },
    { allowWorse: false, memory: Number.POSITIVE_INFINITY, ...options },
  );
  const states = () =>
    repository
      .index()
      .map(({ name, version, state, reason }) => `${name}/${version} ${state} ${reason}`.trim());
  const keyOf = (name: string, version?: string) => repository.find(name, version).loaded.model?.key;
  return { directory, host, repository, events, closed, states, keyOf };
}

/** A promise that the test fulfils. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits for something that other turns of the event loop bring about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

test('the highest version is served by default, others only by their own policy', async (t) => {
  const { directory, repository, states } = await world(t);
  await directory.model('a/2');
  await directory.model('a/10');
  await directory.model('b/1');
  await directory.model('b/2');
  await directory.write('b/model.json', '{"versions":"all"}');
  await directory.model('c/1');
  await directory.model('c/2');
  await directory.model('c/3');
  await directory.write('c/model.json', '{"versions":["1","3","7"]}');
  await directory.write('notes/readme.txt', 'no model');
  await directory.write('.hidden/1/model.cascade', '{}');
  await directory.model('a/01');
  t.false(repository.isReady);
  await repository.refresh();
  t.true(repository.isReady);
  t.deepEqual(states(), [
    "a/2 UNAVAILABLE the version policy doesn't choose it",
    'a/10 READY',
    'b/1 READY',
    'b/2 READY',
    'c/1 READY',
    "c/2 UNAVAILABLE the version policy doesn't choose it",
    'c/3 READY',
  ]);
  t.is(repository.find('b', undefined).loaded.version, '2');
  t.is(repository.find('b', '1').loaded.version, '1');
  t.deepEqual(repository.versionsOf('c'), ['1', '3']);
  t.throws(() => repository.find('a', '2'), {
    message: /version 2 of model "a" isn't ready: the version policy/,
  });
});

for (const name of [
  'stats',
  '__proto__',
  'constructor',
  '../a',
  '../../etc',
  'a/1',
  'a\0',
  '',
  '.',
  'x'.repeat(5_000),
])
  test(`a name is looked up, never joined to a path: ${JSON.stringify(name.slice(0, 20))}`, async (t) => {
    const { directory, repository } = await world(t);
    await directory.model('a/1');
    await repository.refresh();
    const expected = { name: 'RequestError', message: /there is no model/ };
    t.is(t.throws(() => repository.find(name, undefined), expected)?.message.length < 100, true);
    t.throws(() => repository.versionsOf(name), expected);
    await t.throwsAsync(repository.load(name), expected);
    await t.throwsAsync(repository.unload(name), expected);
    for (const version of ['../1', '__proto__', '1\0', '01', '2'])
      t.throws(() => repository.find('a', version), { message: /has no version/ });
  });

test('models may be named like members of objects, and like paths of the protocol', async (t) => {
  const { directory, repository } = await world(t);
  for (const name of ['stats', '__proto__', 'constructor', 'ä b%2f']) await directory.model(`${name}/1`);
  await repository.refresh();
  for (const name of ['stats', '__proto__', 'constructor', 'ä b%2f'])
    t.is(repository.find(name, '1').loaded.name, name);
});

test('a load of a model that isn’t there says where its files belong', async (t) => {
  const { repository } = await world(t);
  await t.throwsAsync(repository.load('new'), {
    message:
      /^there is no model "new" in the server's directory: put its files there, as NAME\/VERSION\/model\.cascade/,
  });
});

test('a module is features.js or features.mjs: where both are there, the first', async (t) => {
  const { directory, repository, host } = await world(t);
  for (const at of ['one/1', 'two/1']) await directory.model(at);
  await directory.write('one/1/features.mjs', '');
  await directory.write('two/1/features.mjs', '');
  await directory.remove('two/1/features.js');
  const [asked, load] = [[] as string[], host.load.bind(host)];
  host.load = (files) => {
    asked.push(files.features.split('/').slice(-3).join('/'));
    return load(files);
  };
  await repository.refresh();
  t.deepEqual(asked.sort(), ['one/1/features.js', 'two/1/features.mjs']);
});

test('a version whose features aren’t JavaScript says what to do with them', async (t) => {
  const { directory, repository, states } = await world(t);
  await directory.write('module/1/model.cascade', '{}');
  await directory.write('module/1/features.cjs', '');
  await directory.write('typed/1/model.cascade', '{}');
  await directory.write('typed/1/features.ts', '');
  await repository.refresh();
  const [module, typed] = states();
  t.regex(module, /it lacks features\.js, .* It has features\.cjs: name it features\.js$/);
  t.regex(
    typed,
    /it lacks features\.js, .* It has features\.ts, which must be compiled: npx esbuild features\.ts /,
  );
});

test('what can’t be loaded says why, and the others are served', async (t) => {
  const { directory, repository, states, host } = await world(t);
  await directory.model('good/1');
  await directory.write('bare/1/features.js', '');
  await directory.write('codeless/1/model.cascade', '{}');
  await directory.model('cut/1');
  await directory.write('cut/1/model.cascade', '{"certi');
  await directory.model('odd/1', {}, { inlin: true });
  await directory.write('worse/model.json', '{');
  await directory.model('worse/1');
  await directory.model('both/1', {}, { ensemble: ['good'] });
  await directory.write('bundle/model.json', '{"ensemble":["good","cut"]}');
  await repository.refresh();
  t.true(repository.isReady, 'one answers');
  const found = states();
  t.regex(found[0], /^bare\/1 UNAVAILABLE it lacks model\.cascade/);
  t.regex(
    found[1],
    /^both\/1 UNAVAILABLE option 'both\/1\/model\.json: ensemble': .*call each of its models/,
  );
  t.regex(found[2], /^bundle\/1 UNAVAILABLE option 'bundle\/model\.json: ensemble': .*tune one cascade/);
  t.regex(found[3], /^codeless\/1 UNAVAILABLE it lacks features\.js/);
  t.is(found[4], "cut/1 UNAVAILABLE 'cut/1/model.cascade': the file is cut off");
  t.is(found[5], 'good/1 READY');
  t.regex(found[6], /^odd\/1 UNAVAILABLE option 'odd\/1\/model\.json: inlin': unknown/);
  t.regex(found[7], /^worse\/1 UNAVAILABLE option 'worse\/model\.json': isn't JSON/);
  await t.throwsAsync(repository.load('cut'), { message: /cut off/ });
  await t.throwsAsync(repository.load('worse'), { message: /isn't JSON/ });
  t.throws(() => repository.find('cut', undefined), { message: /isn't ready: version 1: 'cut/ });
  // Nothing has changed: it isn't tried again.
  const loads = host.sources.length;
  await repository.refresh();
  t.is(host.sources.length, loads);
  await repository.refresh(true);
  const again = host.sources.length;
  t.true(again > loads);
  // A file that begins alike may be whole by now.
  await directory.write('cut/1/model.cascade', '{');
  await repository.refresh();
  t.is(host.sources.length, again + 1);
});

test('a reload swaps once the new one is warm; the old one goes when its requests are answered', async (t) => {
  const { directory, repository, host, keyOf, closed } = await world(t);
  await directory.model('a/1', { answer: 0 });
  await repository.refresh();
  const old = repository.find('a', undefined);
  old.begin();
  const [before] = host.loaded.keys();
  await directory.model('a/1', { answer: 1 });
  const { opened, open: finish } = gate();
  host.onLoad = () => opened;
  const loading = repository.load('a');
  await until(() => host.sources.length === 2);
  t.is(keyOf('a'), before, 'the old one answers while the new one is loaded');
  finish();
  await loading;
  const now = keyOf('a');
  t.not(now, before);
  t.deepEqual(host.released, []);
  t.deepEqual(closed, []);
  old.end();
  await until(() => host.released.length > 0);
  t.deepEqual(host.released, [before]);
  t.is(closed.length, 1);
  t.deepEqual([...host.loaded.keys()], [now]);
});

test('a load that fails leaves the old one, and says so', async (t) => {
  const { directory, repository, states, keyOf, events } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  const before = keyOf('a');
  await directory.write('a/1/model.cascade', '{');
  await t.throwsAsync(repository.load('a'), { name: 'RequestError', message: /cut off/ });
  t.is(keyOf('a'), before);
  t.regex(states()[0], /^a\/1 READY the last load failed: .*cut off/);
  t.true(repository.isReady);
  await directory.model('a/1', { answer: 1 });
  await repository.refresh();
  t.deepEqual(states(), ['a/1 READY']);
  t.deepEqual(
    events.map(({ what }) => what),
    ['loaded', 'failed', 'loaded', 'unloaded'],
  );
});

test('a new version replaces the old one; where it can’t be loaded the old one stays', async (t) => {
  const { directory, repository, states } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  await directory.write('a/2/model.cascade', '{');
  await directory.write('a/2/features.js', '');
  // Whoever publishes 2 has taken 1 away already.
  await directory.remove('a/1');
  await repository.refresh();
  t.is(repository.find('a', undefined).loaded.version, '1');
  await directory.model('a/2');
  await repository.refresh();
  t.is(repository.find('a', undefined).loaded.version, '2');
  await until(() => states().length === 1);
  t.deepEqual(states(), ['a/2 READY']);
  await directory.remove('a');
  await repository.refresh();
  t.throws(() => repository.find('a', undefined), { message: /no model/ });
  await until(() => states().length === 0);
});

test('a certificate that promises less is refused, unless the operator says otherwise', async (t) => {
  const { directory, repository, keyOf, host, states } = await world(t);
  await directory.model('a/1', { certificate: { epsilon: 0.01 } });
  await repository.refresh();
  const before = keyOf('a');
  await directory.model('a/1', { certificate: { epsilon: 0.05 } });
  const { message } = await t.throwsAsync(repository.load('a'), { name: 'RequestError' });
  t.regex(
    message,
    /promises less than the one that is served: its epsilon for disagreement is 0.05, where 0.01/,
  );
  t.is(keyOf('a'), before);
  t.deepEqual([...host.loaded.keys()], [before], 'the refused one is let go');
  t.regex(states()[0], /READY the last load failed/);
  // A new version is compared with the one that it would replace.
  await directory.model('a/2', { certificate: { epsilon: 0.05 } });
  await repository.refresh();
  t.is(repository.find('a', undefined).loaded.version, '1');
  await directory.write('a/2/model.json', '{"allowWorse":true}');
  await repository.refresh();
  t.is(repository.find('a', undefined).loaded.version, '2');
});

test('modes that promise less are refused, for any of them may answer under load', async (t) => {
  const { directory, repository, keyOf } = await world(t);
  const certificate = { epsilon: 0.01 };
  await directory.model('a/1', { certificate, modes: [{ epsilon: 0.02 }, { epsilon: 0.05 }] });
  await repository.refresh();
  const before = keyOf('a');
  await directory.model('a/1', { certificate, modes: [{ epsilon: 0.1 }] });
  await t.throwsAsync(repository.load('a'), { message: /epsilon for disagreement is 0.1, where 0.05/ });
  t.is(keyOf('a'), before);
  await directory.model('a/1', { certificate, modes: [{ epsilon: 0.04 }] });
  await repository.load('a');
  t.not(keyOf('a'), before);
});

test('what was unloaded is compared with all the same', async (t) => {
  const { directory, repository } = await world(t);
  await directory.model('a/1', { certificate: { epsilon: 0.01 } });
  await repository.refresh();
  await repository.unload('a');
  for (const version of ['1', '2']) {
    await directory.model(`a/${version}`, { certificate: { epsilon: 0.05 } });
    await t.throwsAsync(repository.load('a'), { message: /epsilon for disagreement is 0.05, where 0.01/ });
  }
  // Nor does it help to take the files away meanwhile.
  await directory.remove('a');
  await repository.refresh();
  await directory.model('a/1', { certificate: { epsilon: 0.05 } });
  await t.throwsAsync(repository.load('a'), { message: /epsilon for disagreement is 0.05, where 0.01/ });
  await directory.model('a/1', { certificate: { epsilon: 0.01 } });
  await repository.load('a');
  t.is(repository.find('a', undefined).loaded.version, '1');
});

test('the option allows any certificate', async (t) => {
  const { directory, repository, keyOf } = await world(t, { allowWorse: true });
  await directory.model('a/1', { certificate: { epsilon: 0.01 } });
  await repository.refresh();
  const before = keyOf('a');
  await directory.model('a/1', { certificate: { verdict: 'exploratory' } });
  await repository.load('a');
  t.not(keyOf('a'), before);
});

test('files that are replaced while they are read are read again', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1', { answer: 0 });
  host.onLoad = async () => {
    if (host.sources.length === 1) await directory.model('a/1', { answer: 1 });
  };
  await repository.refresh();
  const { model } = repository.find('a', undefined).loaded;
  t.is(host.answers.get(model?.key ?? ''), 1);
  t.is(host.sources.length, 2);
  t.is(host.loaded.size, 1);
});

test('a file that is cut off while it is read isn’t blamed before it is whole', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1');
  await directory.write('a/1/model.cascade', '{"ans');
  host.onLoad = async () => {
    if (host.sources.length === 1) await directory.model('a/1', { answer: 1 });
  };
  await repository.refresh();
  t.is(host.answers.get(repository.find('a', '1').loaded.model?.key ?? ''), 1);
});

test('files that keep changing are given up after three attempts', async (t) => {
  const { directory, repository, host, states } = await world(t);
  await directory.model('a/1', { answer: 0 });
  host.onLoad = () => directory.model('a/1', { answer: 1 });
  await repository.refresh();
  t.is(host.sources.length, 3);
  t.is(host.loaded.size, 0);
  t.regex(states()[0], /UNAVAILABLE its files kept changing/);
});

test('loads that overlap share what they can', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  const { opened, open: finish } = gate();
  host.onLoad = () => opened;
  const first = repository.load('a');
  await until(() => host.sources.length === 2);
  const others = [repository.load('a'), repository.load('a'), repository.load('a')];
  finish();
  await first;
  await Promise.all(others);
  t.is(host.sources.length, 2, 'nothing had changed since the first');
  t.is(host.loaded.size, 1);
});

test('a load that waited reads what was written meanwhile', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1', { answer: 0 });
  await repository.refresh();
  const { opened, open: finish } = gate();
  host.onLoad = () => opened;
  const first = repository.load('a');
  await until(() => host.sources.length === 2);
  await directory.model('a/1', { answer: 1 });
  const second = repository.load('a');
  finish();
  await first;
  await second;
  t.is(host.answers.get(repository.find('a', '1').loaded.model?.key ?? ''), 1);
});

test('an unloaded model refuses new requests at once, and returns by load alone', async (t) => {
  const { directory, repository, host, states } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  const live = repository.find('a', undefined);
  live.begin();
  const gone = repository.unload('a');
  await until(() => states()[0] !== 'a/1 READY');
  t.is(states()[0], 'a/1 UNLOADING it was unloaded');
  t.throws(() => repository.find('a', undefined), { message: /it was unloaded/ });
  t.is(host.released.length, 0);
  live.end();
  await gone;
  t.is(host.released.length, 1);
  t.is(states()[0], 'a/1 UNAVAILABLE it was unloaded');
  await directory.model('a/1', { answer: 1 });
  await repository.refresh();
  t.is(host.loaded.size, 0);
  t.true(repository.isReady, 'it was taken out on purpose');
  await repository.load('a');
  t.deepEqual(states(), ['a/1 READY']);
});

test('a load that comes after an unload isn’t joined to one before', async (t) => {
  const { directory, repository, states } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  const calls = [repository.load('a'), repository.load('a'), repository.unload('a'), repository.load('a')];
  await Promise.all(calls);
  t.deepEqual(states(), ['a/1 READY']);
});

test('a touched file isn’t loaded again; another content of any file is', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1');
  await directory.write('a/1/words/list.json', '[]');
  await repository.refresh();
  await directory.model('a/1');
  await repository.refresh();
  t.is(host.sources.length, 1);
  await directory.write('a/1/words/list.json', '["x"]');
  await repository.refresh();
  t.is(host.sources.length, 2);
  await directory.write('a/1/.log', 'x');
  await directory.write('a/model.json', '{"versions":"all"}');
  await repository.refresh();
  t.is(host.sources.length, 2, 'hidden files and the version policy change nothing of it');
  await directory.write('a/model.json', '{"maxBatchRows":5}');
  await repository.refresh();
  t.is(host.sources.length, 3);
  t.is(repository.find('a', undefined).loaded.settings.maxBatchRows, 5);
});

test('memory for old and new is admitted first; shared content counts once', async (t) => {
  const words = { digest: 'words', octets: 1_000 };
  const { directory, repository, states } = await world(t, { memory: 1_700 });
  await directory.model('a/1', { held: [words, { digest: 'a', octets: 100 }] });
  await directory.model('b/1', { held: [words, { digest: 'b', octets: 100 }] });
  await repository.refresh();
  t.deepEqual(states(), ['a/1 READY', 'b/1 READY']);
  await directory.model('c/1', { held: [words, { digest: 'c', octets: 600 }] });
  await repository.refresh();
  t.regex(
    states()[2],
    /c\/1 UNAVAILABLE it doesn't fit into memory: 1800 octets would be held, and the limit is 1700/,
  );
  // Both are held for a moment.
  await directory.model('b/1', { held: [words, { digest: 'b2', octets: 600 }] });
  await t.throwsAsync(repository.load('b'), { message: /doesn't fit into memory: 1800 octets/ });
  t.regex(states()[1], /^b\/1 READY the last load failed/);
});

test('memory that is reserved for a model is kept from others', async (t) => {
  const { directory, repository, states } = await world(t, { memory: 1_000 });
  await directory.model('a/1', { held: [{ digest: 'a', octets: 100 }] }, { reserve: { memory: 500 } });
  await directory.model('b/1', { held: [{ digest: 'b', octets: 600 }] });
  await repository.load('a');
  await t.throwsAsync(repository.load('b'), {
    message: /1100 octets would be held, 400 of them reserved for others/,
  });
  t.is(states()[0], 'a/1 READY');
});

test('a hundred reloads lose nothing and leave nothing behind', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1', { answer: 0 });
  await repository.refresh();
  let isOver = false;
  let answered = 0;
  const traffic = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const live = repository.find('a', undefined);
      live.begin();
      await setImmediate();
      t.true(host.loaded.has(live.loaded.model?.key ?? ''));
      live.end();
      answered++;
    }
  });
  for (let reload = 0; reload < 100; reload++) await repository.load('a');
  isOver = true;
  await Promise.all(traffic);
  await repository.close();
  t.true(answered > 100);
  t.is(host.released.length, 101);
  t.is(host.loaded.size, 0);
});

test('closing waits for what is in flight, and loads nothing more', async (t) => {
  const { directory, repository, host } = await world(t);
  await directory.model('a/1');
  await repository.refresh();
  const live = repository.find('a', undefined);
  live.begin();
  const closed = repository.close();
  await setImmediate();
  t.is(host.released.length, 0);
  live.end();
  await closed;
  t.is(host.released.length, 1);
  t.false(repository.isReady);
});

test('readiness by one model or by every one; a directory without models isn’t ready', async (t) => {
  for (const [ready, expected] of [
    ['any', [false, false, true, true, true]],
    ['strict', [false, false, false, true, true]],
  ] as const) {
    const { directory, repository } = await world(t, { ready });
    const seen: boolean[] = [];
    const look = async () => {
      await repository.refresh();
      seen.push(repository.isReady);
    };
    await look();
    await directory.write('bad/1/model.cascade', '{');
    await directory.write('bad/1/features.js', '');
    await look();
    await directory.model('good/1');
    await look();
    await directory.remove('bad');
    await look();
    // Its successor is broken: the old one answers.
    await directory.model('good/2');
    await directory.write('good/2/model.cascade', '{');
    await look();
    t.deepEqual(seen, expected, ready);
    await repository.unload('good');
    t.true(repository.isReady, 'it was taken out on purpose');
  }
});

test('what is wrong with a model as a whole is told once, by its file, and harms no other', async (t) => {
  const { directory, repository, events, states } = await world(t);
  await directory.model('good/1');
  await directory.model('typo/1');
  await directory.write('typo/model.json', '{');
  await directory.model('folder/1');
  await mkdir(join(directory.path, 'folder/model.json'));
  await symlink('loop', join(directory.path, 'loop'));
  await repository.refresh();
  await repository.refresh();
  t.deepEqual(events.map(({ name, version, what }) => `${name}/${version} ${what}`).sort(), [
    'folder/ failed',
    'good/1 loaded',
    'loop/ failed',
    'typo/ failed',
  ]);
  t.regex(states()[0], /^folder\/1 UNAVAILABLE option 'folder\/model\.json': can't be read: EISDIR/);
  t.regex(states()[2], /^loop\/1 UNAVAILABLE ELOOP/);
  t.regex(states()[3], /^typo\/1 UNAVAILABLE option 'typo\/model\.json': isn't JSON/);
  await t.throwsAsync(repository.load('loop'), { name: 'RequestError', message: /ELOOP/ });
  await directory.write('typo/model.json', '{}');
  await repository.refresh();
  t.is(states()[3], 'typo/1 READY');
  await directory.write('typo/model.json', '{');
  await repository.refresh();
  t.is(events.filter(({ version, name }) => name === 'typo' && version === '').length, 2);
  t.regex(states()[3], /^typo\/1 READY option 'typo\/model\.json'/);
});
