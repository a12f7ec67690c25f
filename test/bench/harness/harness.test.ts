import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const FAKE = fileURLToPath(new URL('fake.ts', import.meta.url));

function bench(script: string, ...args: string[]) {
  return spawnSync(process.execPath, ['--import=tsx', script, ...args], { encoding: 'utf8' });
}

test('--json prints one JSON object and nothing else on stdout', (t) => {
  const { status, stdout, stderr } = bench(FAKE, 'good', '--json', '--seeds', '4,5', '--quick');
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

test('a check that is not ok is exit code 1, and said', (t) => {
  const { status, stdout, stderr } = bench(FAKE, 'bad', '--json');
  t.is(status, 1);
  t.deepEqual(JSON.parse(stdout).seeds, [1, 2, 3]);
  t.true(stderr.includes('not ok: speed is 1, wanted >= 2'));
});

test('without --json a table, with the checks', (t) => {
  const { status, stdout } = bench(FAKE, 'good');
  t.is(status, 0);
  t.is(
    stdout,
    'speed 3\n\nok  speed  3                        >= 2\n-   peer   left out: not installed  >= 1\n',
  );
});

test('--backend goes to the workload as it is', (t) => {
  t.is(JSON.parse(bench(FAKE, 'good', '--json', '--backend', 'wasm').stdout).backend, 'wasm');
});

test('--full goes to the workload, and not with --quick', (t) => {
  t.is(JSON.parse(bench(FAKE, 'good', '--json', '--full').stdout).full, true);
  const { status, stderr } = bench(FAKE, 'good', '--full', '--quick');
  t.is(status, 2);
  t.regex(stderr, /--quick and --full/);
});

test("arguments that can't be understood are exit code 2, and stdout stays empty", (t) => {
  const cases: [string[], RegExp][] = [
    [['bod'], /no workload is named 'bod'; known are good, bad/],
    [[], /expected the name of one workload; known are good, bad/],
    [['good', '--seeds', '1,x'], /--seeds: expected whole numbers .* got '1,x'/],
    [['good', '--sedes', '1'], /--sedes/],
  ];
  for (const [args, expected] of cases) {
    const { status, stdout, stderr } = bench(FAKE, ...args);
    t.is(status, 2);
    t.is(stdout, '');
    t.regex(stderr, expected);
  }
});

test('the bench itself knows mail', (t) => {
  const { status, stderr } = bench(
    fileURLToPath(new URL('../../../bench/run.ts', import.meta.url)),
    'toString',
  );
  t.is(status, 2);
  t.regex(stderr, /known are .*mail/);
});
