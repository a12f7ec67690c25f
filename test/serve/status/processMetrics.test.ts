import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { LoopLag, processMetrics } from '../../../serve/status/processMetrics.js';

const NO_LAG = { quantile: () => 0 };

async function values(): Promise<Map<string, number>> {
  return new Map((await processMetrics(NO_LAG)).map(({ name, value }) => [name, value]));
}

test('processor time grows with work, and memory and start are this process’s', async (t) => {
  const before = await values();
  const cpu = process.cpuUsage();
  while (process.cpuUsage(cpu).user + process.cpuUsage(cpu).system < 20_000);
  const after = await values();
  const took = (after.get('process_cpu_seconds_total') ?? 0) - (before.get('process_cpu_seconds_total') ?? 0);
  t.true(took >= 0.02, `${took}`);
  t.true((after.get('process_resident_memory_bytes') ?? 0) > 2 ** 24);
  const started = Date.now() / 1000 - process.uptime();
  t.true(Math.abs((after.get('process_start_time_seconds') ?? 0) - started) < 5);
});

(process.platform === 'linux' ? test : test.skip)(
  'open files are counted (left out but on Linux)',
  async (t) => {
    const open = async () => (await values()).get('process_open_fds') ?? 0;
    const before = await open();
    const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
    const during = await open();
    for (const file of files) closeSync(file);
    // Others open and close files meanwhile.
    t.true(during - before > 25, `${before}, then ${during}`);
    t.true(((await values()).get('process_max_fds') ?? 0) >= during);
  },
);

test('a thread that is blocked shows as lag', async (t) => {
  const lag = new LoopLag();
  t.teardown(() => lag.close());
  t.is(lag.quantile(1), 0);
  await setTimeout(30);
  const until = performance.now() + 200;
  while (performance.now() < until);
  await setTimeout(30);
  t.true(lag.quantile(1) > 0.15, `${lag.quantile(1)}`);
});
