import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost } from '../harness/checks.js';
import { runCommand } from './command.js';
import { emptied, runOf } from './driver.js';
import type { Figure, ScaleBench } from './figure.js';
import { SPILLWAY } from './programs.js';
import { copies } from './resume.js';

export const KILLS = {
  kills: 'kills: workers killed in a unit',
  redone: 'kills: units begun again for each kill',
  digest: 'kills: digests that differ from that of an undisturbed run, shards included',
} as const;

const MOST_KILLS = 20;
/** Milliseconds between two kills: a unit takes about as long, so that few die where another one died. */
const EVERY = 1_300;
const SHARDS = 3;
/** A file that a worker is writing: one for each time that a unit is begun. Its name tells whose it is. */
const WRITTEN = /-(\d+)-[0-9a-f-]{36}\.tmp$/;

/** Workers killed in the middle of units, and the same in shards: what is done again, and whether answers are the same. */
export async function killsFigure({ quick, folder, log }: ScaleBench): Promise<Figure> {
  const model = join(folder, 'flights', '1');
  const inputs = await copies(folder, quick ? 1 : 3);
  const kills = quick ? 2 : MOST_KILLS;
  const [calm, disturbed, shards] = [await emptied(folder), await emptied(folder), await emptied(folder)];
  log('kills: an undisturbed run');
  await runCommand(runOf(model, inputs, calm, 2));
  log(`kills: ${kills} workers killed`);
  const killer = await Killer.over(join(disturbed, 'units'), kills);
  await runCommand(runOf(model, inputs, disturbed, 2));
  killer.end();
  log(`kills: ${SHARDS} shards`);
  for (let shard = 0; shard < SHARDS; shard++)
    await runCommand([...runOf(model, inputs, shards, 1), '--shard', `${shard}/${SHARDS}`]);
  const [expected, ...others] = await Promise.all([calm, disturbed, shards].map((out) => digestOf(out)));
  const units = (await readdir(join(disturbed, 'units'))).length;
  const { killed, begun } = killer;
  return {
    json: { units, killed, begun, digest: expected },
    checks: [
      atLeast(KILLS.kills, killed, kills),
      atMost(KILLS.redone, (begun - units) / killed, 1),
      atMost(KILLS.digest, others.filter((digest) => digest !== expected).length, 0),
    ],
  };
}

/** Kills workers that are at a unit, and counts how often one is begun. */
class Killer {
  killed = 0;
  private readonly files = new Set<string>();
  private readonly watcher: FSWatcher;
  private readonly timer = setInterval(() => this.kill(), EVERY);
  private readonly draw = random(1).fork('bench kills');

  private constructor(
    private readonly folder: string,
    private readonly most: number,
  ) {
    this.watcher = watch(folder, (_, name) => {
      if (name !== null && WRITTEN.test(name)) this.files.add(name);
    });
  }

  /** @param folder that workers write to */
  static async over(folder: string, most: number): Promise<Killer> {
    await mkdir(folder);
    return new Killer(folder, most);
  }

  get begun(): number {
    return this.files.size;
  }

  end(): void {
    clearInterval(this.timer);
    this.watcher.close();
  }

  private async kill(): Promise<void> {
    const written = (await readdir(this.folder).catch(() => [])).flatMap(
      (name) => WRITTEN.exec(name)?.[1] ?? [],
    );
    // Files of workers that were killed before are there, too.
    const alive = written.map(Number).filter((pid) => signal(pid, 0));
    if (alive.length === 0 || this.killed === this.most) return;
    if (signal(alive[this.draw.integer(alive.length)], 'SIGKILL')) this.killed++;
  }
}

/** @returns whether there is such a process */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

/** Of key, label, stage and verdict, whatever their order and their files. */
export async function digestOf(output: string): Promise<string> {
  const { stdout } = await runCommand([...SPILLWAY, 'batch', 'digest', output, '--key', 'id']);
  return stdout.trim();
}
