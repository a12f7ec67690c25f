import test from 'ava';
import { atLeast, leftOut } from '../../../bench/harness/checks.js';
import { runBench, type Workload } from '../../../bench/harness/harness.js';
import { type Peer, probe, withLeftOut } from '../../../bench/harness/peers.js';

const there: Peer = { name: 'Near', install: 'apt-get install near', missing: () => undefined };
const absent: Peer = { name: 'Far', install: 'pip install far', missing: () => 'Python has no far' };
const gone: Peer = { name: 'Gone', install: 'apt-get install gone', missing: () => 'no gone here' };

test('what is missing is said with how to get it and what is left out; what is there is not', (t) => {
  const lines: string[] = [];
  const without = probe(
    [
      { peer: there, checks: ['near'] },
      { peer: absent, checks: ['far: time', 'far: loss'] },
      { peer: gone, checks: ['far: loss'] },
    ],
    (text) => lines.push(text),
  );
  t.deepEqual(lines, [
    'without Far (Python has no far; pip install far), left out:\n  far: time\n  far: loss',
    'without Gone (no gone here; apt-get install gone), left out:\n  far: loss',
  ]);
  t.deepEqual(without, [
    leftOut('far: time', 'needs Far', 'Python has no far'),
    leftOut('far: loss', 'needs Far', 'Python has no far'),
  ]);
  t.deepEqual(
    probe([{ peer: there, checks: ['near'] }], () => t.fail()),
    [],
  );
});

test('a check of which the workload itself says that it is left out is there once', (t) => {
  const [time, loss] = ['time', 'loss'].map((what) => leftOut(what, 'needs Far', 'no far'));
  const own = [atLeast('speed', 3, 2), leftOut('forests: time', '<= 2', 'too few rows')];
  t.deepEqual(withLeftOut(own, [time, loss]), [...own, loss]);
});

test('a workload without its peer says so before it runs, and ends with JSON and its own exit code', async (t) => {
  const events: string[] = [];
  const workload = (speed: number): Workload => ({
    peers: ({ quick }) => [{ peer: absent, checks: quick ? ['ratio'] : ['ratio', 'loss'] }],
    async run({ log }) {
      log('measuring');
      return { json: { checks: [atLeast('speed', speed, 2)] }, table: 'a table' };
    },
  });
  const run = async (speed: number, ...args: string[]) => {
    events.length = 0;
    let out = '';
    const status = await runBench(
      ['w', ...args],
      { w: async () => workload(speed) },
      {
        stdout: { write: (text: string) => (out += text) },
        stderr: { write: (text: string) => events.push(text.split('\n')[0]) },
      },
    );
    return { status, out };
  };
  const { status, out } = await run(3, '--json');
  t.is(status, 0);
  t.deepEqual(events, ['without Far (Python has no far; pip install far), left out:', 'measuring']);
  t.deepEqual(JSON.parse(out).checks, [
    atLeast('speed', 3, 2),
    leftOut('ratio', 'needs Far', 'Python has no far'),
    leftOut('loss', 'needs Far', 'Python has no far'),
  ]);
  t.is(JSON.parse((await run(3, '--json', '--quick')).out).checks.length, 2);
  t.is((await run(1, '--json')).status, 1);
  t.regex((await run(3)).out, /- +loss +left out: Python has no far/);
});
