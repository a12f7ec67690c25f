import { join } from 'node:path';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost } from '../harness/checks.js';
import { runCommand } from './command.js';
import { emptied, runOf } from './driver.js';
import type { Figure, ScaleBench } from './figure.js';
import { SPILLWAY } from './programs.js';
import { copies } from './resume.js';
import type { Watch } from './watch.js';

export const KILLS = {
  kills: 'kills: workers killed',
  redone: 'kills: units done again for each kill',
  digest: 'kills: digests that differ from that of an undisturbed run, shards included',
} as const;

const MOST_KILLS = 20;
/** Milliseconds between two kills: a unit takes about as long. */
const EVERY = 500;
const SHARDS = 3;

/** Workers killed in the middle of their units, and the same in shards: what is done twice, and whether all is the same. */
export async function killsFigure({ quick, folder, log }: ScaleBench): Promise<Figure> {
  const model = join(folder, 'flights', '1');
  const inputs = await copies(folder, quick ? 1 : 2);
  const kills = quick ? 2 : MOST_KILLS;
  const [calm, disturbed, shards] = [await emptied(folder), await emptied(folder), await emptied(folder)];
  log('kills: an undisturbed run');
  await runCommand(runOf(model, inputs, calm, 2));
  log(`kills: ${kills} workers killed`);
  let killed = 0;
  const onStart = (watch: Watch) => {
    const draw = random(1).fork('bench kills');
    const timer = setInterval(() => {
      const [, ...workers] = watch.pids;
      if (workers.length === 0 || killed === kills) return;
      if (kill(workers[draw.integer(workers.length)])) killed++;
    }, EVERY);
    timer.unref();
  };
  const { stdout } = await runCommand([...runOf(model, inputs, disturbed, 2), '--json'], { onStart });
  log(`kills: ${SHARDS} shards`);
  for (let shard = 0; shard < SHARDS; shard++)
    await runCommand([...runOf(model, inputs, shards, 1), '--shard', `${shard}/${SHARDS}`]);
  const digests = await Promise.all([calm, disturbed, shards].map((output) => digestOf(output)));
  const { redone }: { redone: number } = JSON.parse(stdout);
  return {
    json: { killed, redone, digest: digests[0] },
    checks: [
      atLeast(KILLS.kills, killed, kills),
      atMost(KILLS.redone, redone / killed, 1),
      atMost(KILLS.digest, digests.filter((digest) => digest !== digests[0]).length, 0),
    ],
  };
}

/** @returns whether it lived */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Of key, label, stage and verdict, whatever their order and their files. */
export async function digestOf(output: string): Promise<string> {
  const { stdout } = await runCommand([...SPILLWAY, 'batch', 'digest', output, '--key', 'id']);
  return stdout.trim();
}
