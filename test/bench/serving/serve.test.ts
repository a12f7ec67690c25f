import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { latency } from '../../../bench/serving/serve/loadSpec.js';
import { poissonTimes, zipf } from '../../../bench/serving/serve/programs/arrivals.js';
import { ReplyReader } from '../../../bench/serving/serve/programs/replies.js';
import { random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';

const WHOLE = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}' +
    'HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\nRetry-After: 1\r\n\r\n' +
    'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\r\n\r\n\r\n',
);

test('answers are read wherever they are cut on their way', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(WHOLE.length), { maxLength: 6 }), (cuts) => {
      const reader = new ReplyReader();
      const edges = [0, ...cuts.sort((a, b) => a - b), WHOLE.length];
      const replies = edges.slice(1).flatMap((end, i) => reader.push(WHOLE.subarray(edges[i], end)));
      t.deepEqual(
        replies.map(({ status, body }) => [status, String(body)]),
        [
          [200, '{"a":1}'],
          [429, ''],
          [200, '\r\n\r\n\r\n'],
        ],
      );
    }),
    { seed: 1 },
  );
});

test('an answer without a length is refused', (t) => {
  const reader = new ReplyReader();
  t.throws(() => reader.push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')), {
    message: /with a length/,
  });
});

test('arrivals of a Poisson process: as many as expected, with exponential gaps', (t) => {
  const times = poissonTimes(500, 40, random(1));
  // 20,000 are expected, with a deviation of 141.
  t.true(Math.abs(times.length - 20_000) < 4 * 141);
  t.true(times.every((time, i) => time < 40_000 && time > (times[i - 1] ?? 0)));
  const long = times.filter((time, i) => time - (times[i - 1] ?? 0) > 4).length / times.length;
  // exp(-2) of the gaps are longer than twice their mean, with a deviation of .0024.
  t.true(Math.abs(long - Math.exp(-2)) < 0.01);
  t.is(poissonTimes(1, 0, random(1)).length, 0);
});

test('draws by Zipf’s law', (t) => {
  const counts = new Array<number>(4).fill(0);
  const draw = zipf(4, 1, random(2));
  for (let i = 0; i < 25_000; i++) counts[draw()]++;
  // Weights 1, 1/2, 1/3, 1/4: shares of 12, 6, 4, 3 in 25.
  [12, 6, 4, 3].forEach((share, i) => {
    t.true(Math.abs(counts[i] - 1_000 * share) < 400, `${i}: ${counts[i]}`);
  });
  const uniform = zipf(3, 0, random(3));
  t.deepEqual([...new Set(Array.from({ length: 100 }, uniform))].sort(), [0, 1, 2]);
});

test('a share of latencies; what failed took for ever', (t) => {
  const latencies = Array.from({ length: 100 }, (_, i) => 100 - i);
  t.is(latency({ latencies }, 0.99), 99);
  t.is(latency({ latencies }, 0.5), 50);
  t.is(latency({ latencies: [3, null, 1] }, 0.5), 3);
  t.is(latency({ latencies: [3, null, 1] }, 0.99), Number.POSITIVE_INFINITY);
  t.is(latency({ latencies: [] }, 0.5), Number.NaN);
});

interface Printed {
  readonly checks: readonly { readonly what: string; readonly value: unknown; readonly ok: boolean | null }[];
  readonly overload: {
    readonly rounds: readonly {
      readonly runs: readonly { readonly model: string; readonly goodput: number }[];
    }[];
  };
  readonly reloads: { readonly versions: number };
}

/** What must hold on any machine. Figures of a quick run mean little. */
const ALWAYS = [
  'reloads under traffic',
  'reloads: requests lost',
  'reloads: answers that aren’t wholly those of their version',
  'overload: failures that aren’t the protocol’s',
  'overload: answers that aren’t those of the mode that they name',
];

// Four processes and their load: half a minute.
if (atLength(false, true)) {
  test('the quick form of the benchmark ends, loses nothing and mixes nothing up', async (t) => {
    const args = [
      '--import=tsx/esm',
      'bench/run.ts',
      'serve',
      '--quick',
      '--json',
      '--cases',
      'reloads,overload',
    ];
    // The exit code is 1 where a figure isn't reached.
    const { stdout } = await promisify(execFile)(process.execPath, args).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => {
        if (error.stdout === '') t.fail(error.stderr);
        return error;
      },
    );
    const printed: Printed = JSON.parse(stdout);
    for (const what of ALWAYS) {
      const check = printed.checks.find((each) => each.what === what);
      t.true(check?.ok, `${what}: ${check?.value}`);
    }
    t.true(printed.reloads.versions >= 1);
    const [{ runs }] = printed.overload.rounds;
    t.deepEqual([...new Set(runs.map(({ model }) => model))], ['refuses', 'degrades']);
  });
}
