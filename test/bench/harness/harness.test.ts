import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { atLeast, leftOut } from '../../../bench/harness/checks.js';
import { runBench, type Workload } from '../../../bench/harness/harness.js';

/** The harness over workloads that measure nothing. */
const workloads = { good: async () => workload(3), bad: async () => workload(1) };

function workload(speed: number): Workload {
  return {
    async run({ seeds, quick, full, backend, log }) {
      log('working');
      const checks = [atLeast('speed', speed, 2), leftOut('peer', '>= 1', 'not installed')];
      return {
        json: { checks, ...{ seeds: seeds ?? [1, 2, 3], quick, full, backend } },
        table: `speed ${speed}`,
      };
    },
  };
}

async function bench(...args: string[]) {
  const printed = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof printed) => ({
    write: (text: string) => {
      printed[stream] += text;
    },
  });
  const status = await runBench(args, workloads, { stdout: into('stdout'), stderr: into('stderr') });
  return { status, ...printed };
}

test('--json prints one JSON object and nothing else on stdout', async (t) => {
  const { status, stdout, stderr } = await bench('good', '--json', '--seeds', '4,5', '--quick');
  t.is(status, 0);
  t.is(stdout.trim().split('\n').length, 1);
  t.deepEqual(JSON.parse(stdout), {
    checks: [
      { what: 'speed', value: 3, goal: '>= 2', ok: true },
      { what: 'peer', value: 'left out: not installed', goal: '>= 1', ok: null },
    ],
    seeds: [4, 5],
    quick: true,
  });
  t.is(stderr, 'working\n');
});

test('a check that is not ok is exit code 1, and said', async (t) => {
  const { status, stdout, stderr } = await bench('bad', '--json');
  t.is(status, 1);
  t.deepEqual(JSON.parse(stdout).seeds, [1, 2, 3]);
  t.true(stderr.includes('not ok: speed is 1, wanted >= 2'));
});

test('without --json a table, with the checks', async (t) => {
  const { status, stdout } = await bench('good');
  t.is(status, 0);
  t.is(
    stdout,
    'speed 3\n\nok  speed  3                        >= 2\n-   peer   left out: not installed  >= 1\n',
  );
});

test('--backend goes to the workload as it is', async (t) => {
  t.is(JSON.parse((await bench('good', '--json', '--backend', 'wasm')).stdout).backend, 'wasm');
});

test('--full goes to the workload, and not with --quick', async (t) => {
  t.is(JSON.parse((await bench('good', '--json', '--full')).stdout).full, true);
  const { status, stderr } = await bench('good', '--full', '--quick');
  t.is(status, 2);
  t.regex(stderr, /--quick and --full/);
});

test("arguments that can't be understood are exit code 2, and stdout stays empty", async (t) => {
  const cases: [string[], RegExp][] = [
    [['bod'], /no workload is named 'bod'; known are good, bad/],
    [[], /expected the name of one workload; known are good, bad/],
    [['good', '--seeds', '1,x'], /--seeds: expected whole numbers .* got '1,x'/],
    [['good', '--sedes', '1'], /--sedes/],
  ];
  for (const [args, expected] of cases) {
    const { status, stdout, stderr } = await bench(...args);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, expected);
  }
});

test('the bench itself is a process, and knows mail', (t) => {
  const script = fileURLToPath(new URL('../../../bench/run.ts', import.meta.url));
  const args = ['--import=tsx', script, 'toString'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  t.deepEqual([status, stdout], [2, '']);
  t.regex(stderr, /known are .*mail/);
});
