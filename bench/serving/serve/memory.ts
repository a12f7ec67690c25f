import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mean, median, sum } from 'simple-statistics';
import { atLeast, atMost, type Check, leftOut } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { type Bench, ms, type PartOutcome, pause } from './part.js';
import type { Child } from './programs/children.js';
import type { AloneCommands, NaiveLoad, ServerCommands } from './programs/serverCommands.js';
import { hasPss } from './pss.js';
import { spread } from './requests.js';

const GIVEN = { whole: { alone: 10, naive: 25 }, quick: { alone: 2, naive: 4 } };

export interface MemoryOutcome extends PartOutcome {
  /** Serves all pipelines; no request has come yet. */
  readonly server: Child<ServerCommands>;
  readonly port: number;
}

/** Memory and loading of all pipelines in a server, beside processes of one each and naive loading. */
export async function memory(bench: Bench, pipelines: Pipelines, groups: number): Promise<MemoryOutcome> {
  const { programs, folder, log, quick } = bench;
  const size = quick ? GIVEN.quick : GIVEN.whole;
  const { folders, dictionary, own } = pipelines;
  const count = folders.length;
  log(`memory: a server of nothing, and of ${count} pipelines`);
  const empty = join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  const idle = programs.server();
  await idle.ask('start', { directory: empty, workers: 1 });
  await pause(500);
  const base = hasPss ? await idle.ask('pss', null) : Number.NaN;
  await idle.close();
  const server = programs.server();
  const started = await server.ask('start', { directory: join(folder, 'models'), workers: 1 });
  if (started.ready !== count)
    throw new Error(`${started.ready} of ${count} are ready: ${started.faults[0]}`);
  const shared = hasPss ? await server.ask('pss', null) : Number.NaN;
  const held = await server.ask('held', null);
  log(`memory: ${size.naive} pipelines loaded naively, and ${size.alone} processes of one each`);
  const some = spread(folders, size.naive);
  const all = programs.alone();
  const loaded = await all.ask('start', { folders: some, warm: true });
  const naivePss = hasPss ? await all.ask('pss', null) : Number.NaN;
  const naive = {
    pipelines: some.length,
    octets: loaded.before + (count * (naivePss - loaded.before)) / some.length,
    ...naiveTimes(loaded.loads, count),
  };
  await all.close();
  const alone = await Promise.all(
    spread(folders, size.alone).map(async (each) => {
      const child = programs.alone();
      await child.ask('start', { folders: [each], warm: true });
      return child;
    }),
  );
  // All of them live: what they share is counted once.
  const processes = hasPss ? await octetsOfProcesses(alone, count) : Number.NaN;
  await Promise.all(alone.map((child) => child.close()));
  const limit = base + groups * dictionary + count * own;
  const checks: Check[] = [
    ...(hasPss
      ? [
          atMost('memory (PSS), as a multiple of B + G D + N W', shared / limit, 1.3),
          atLeast(`${count} processes (from ${size.alone}): times as much memory`, processes / shared, 40),
        ]
      : [leftOut('memory (PSS)', '<= 1.3', 'this system has no /proc')]),
    atMost('loaded and warm: share of the naive time', started.startMs / naive.loadMs, 0.1),
  ];
  const mb = (octets: number) => `${(octets / 1e6).toFixed(1)} MB`;
  return {
    server,
    port: started.port,
    checks,
    json: {
      base,
      dictionary,
      own,
      ratio: dictionary / own,
      limit,
      largestGain: (base + count * (dictionary + own)) / limit,
      shared,
      held,
      processes,
      naive,
      startMs: started.startMs,
    },
    lines: [
      ['B, a server without models', mb(base)],
      ['D, a group’s dictionaries', mb(dictionary)],
      ['W, a pipeline’s own weights', mb(own)],
      ['D : W', (dictionary / own).toFixed(2)],
      [`B + ${groups} D + ${count} W`, mb(limit)],
      [
        'the same over the limit’s numerator: the largest gain',
        ((base + count * (dictionary + own)) / limit).toFixed(1),
      ],
      [`${count} pipelines served`, mb(shared), ms(started.startMs)],
      [`${count} loaded naively (from ${some.length})`, mb(naive.octets), ms(naive.loadMs)],
      ['of one of them: to load, and to warm', ms(naive.eachLoadMs), ms(naive.eachWarmMs)],
      [`${count} processes (from ${size.alone})`, mb(processes)],
    ],
  };
}

/** Of pipelines that are loaded one after the other. The first ones also compile the library: the others take as long as the last. */
function naiveTimes(loads: readonly NaiveLoad[], count: number) {
  const last = loads.slice(Math.floor(loads.length / 2));
  const eachLoadMs = median(last.map(({ loadMs }) => loadMs));
  const eachWarmMs = median(last.map(({ warmMs }) => warmMs));
  const measured = sum(loads.map(({ loadMs, warmMs }) => loadMs + warmMs));
  return {
    loadMs: measured + (count - loads.length) * (eachLoadMs + eachWarmMs),
    eachLoadMs,
    eachWarmMs,
  };
}

/** Of so many processes, from some that live at once: what each has alone, and once what they have in common. */
async function octetsOfProcesses(some: readonly Child<AloneCommands>[], count: number): Promise<number> {
  const shares = await Promise.all(some.map((child) => child.ask('pss', null)));
  const own = await Promise.all(some.map((child) => child.ask('private', null)));
  return sum(shares) + (count - some.length) * mean(own);
}
