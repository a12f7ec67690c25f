import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, columns } from '../../harness/checks.js';
import type { RunOptions, Workload } from '../../harness/harness.js';
import { machine, versions } from '../../harness/machine.js';
import { makePipelines, type Pipelines } from '../pipelines.js';
import { attacks } from './attacks.js';
import { besideBare } from './besideBare.js';
import { cold } from './cold.js';
import { collapse } from './collapse.js';
import { makeMails } from './mails.js';
import { memory } from './memory.js';
import { NOISY, neighbours, QUIET } from './neighbours.js';
import { overload } from './overload.js';
import type { Bench, PartOutcome } from './part.js';
import { processor } from './processor.js';
import { Programs } from './programs/programs.js';
import { reloads } from './reloads.js';
import { rolling } from './rolling.js';
import { soak } from './soak.js';
import { throughput } from './throughput.js';

/** Many cascades behind one server, each figure beside what it is to reach. */
export const serve: Workload = { run };

const SIZES = {
  whole: { count: 250, groups: 10, words: 8_000, chars: 40_000 },
  quick: { count: 8, groups: 2, words: 300, chars: 1_000, most: 2_000 },
};

/** Characters of a text: as much as a review. */
const LENGTH = 500;

/** Parts in their order; `memory` runs for those that need its server, and `overload` for `neighbours`. */
const PARTS = [
  'memory',
  'cold',
  'throughput',
  'soak',
  'reloads',
  'rolling',
  'bare',
  'overload',
  'neighbours',
  'collapse',
  'processor',
  'attacks',
];

/** With `--full` alone, or by name: both take minutes. */
const LONG = ['collapse', 'attacks'];

async function run({ quick, full = false, cases = partsOf({ quick, full }), log }: RunOptions) {
  const unknown = cases.find((name) => !PARTS.includes(name));
  if (unknown !== undefined) throw new Error(`no part is named '${unknown}'; there are ${PARTS.join(', ')}`);
  const wants = (...names: readonly string[]) => names.some((name) => cases.includes(name));
  const size = quick ? SIZES.quick : SIZES.whole;
  const folder = await mkdtemp(join(tmpdir(), 'spillway-serve-'));
  const outcomes: Record<string, PartOutcome> = {};
  const load = { before: loadavg(), after: [0] };
  let programs: Programs | undefined;
  try {
    const needsPipelines = wants('memory', 'cold', 'throughput', 'soak', 'reloads', 'rolling');
    if (needsPipelines) log(`${size.count} pipelines in ${size.groups} groups`);
    const pipelines = needsPipelines ? await shortened({ folder, ...size }) : NONE;
    programs = await Programs.build(folder);
    const bench: Bench = { quick, full, folder, programs, log };
    if (wants('memory', 'cold', 'throughput', 'soak')) {
      const { server, port, ...outcome } = await memory(bench, pipelines, size.groups);
      outcomes.memory = outcome;
      if (wants('cold')) outcomes.cold = await cold(bench, pipelines, port);
      if (wants('throughput')) outcomes.throughput = await throughput(bench, pipelines, { server, port });
      if (wants('soak')) outcomes.soak = await soak(bench, pipelines, { server, port });
      await server.close();
    }
    if (wants('reloads')) outcomes.reloads = await reloads(bench, pipelines);
    if (wants('rolling')) outcomes.rolling = await rolling(bench, pipelines);
    if (wants('bare', 'overload', 'neighbours', 'collapse')) {
      log('mails: a cascade with modes');
      const directory = join(folder, 'mails');
      const models = {
        refuses: {},
        degrades: { overload: 'degrade', callers: 'alike' },
        quiet: {},
        noisy: {},
      };
      const mails = await makeMails(directory, models, quick);
      const server = programs.server();
      const { port, faults } = await server.ask('start', { directory, workers: 1, keys: [QUIET, NOISY] });
      if (faults.length > 0) throw new Error(faults[0]);
      if (wants('bare')) outcomes.bare = await besideBare(bench, mails, { server, port, directory });
      if (wants('overload', 'neighbours')) {
        const { rowsPerSecond, ...outcome } = await overload(bench, mails, { server, port });
        outcomes.overload = outcome;
        if (wants('neighbours')) outcomes.neighbours = await neighbours(bench, mails, port, rowsPerSecond);
      }
      if (wants('collapse')) outcomes.collapse = await collapse(bench, mails, { server, port });
      await server.close();
    }
    if (wants('processor')) outcomes.processor = await processor(bench);
    if (wants('attacks')) outcomes.attacks = await attacks(bench);
  } finally {
    await programs?.close();
    await rm(folder, { recursive: true, force: true });
  }
  load.after = loadavg();
  const checks: Check[] = Object.values(outcomes).flatMap((outcome) => outcome.checks);
  const parts = Object.fromEntries(Object.entries(outcomes).map(([name, { json }]) => [name, json]));
  return {
    json: {
      workload: 'serve',
      quick,
      machine: machine(),
      versions: versions(),
      /** Load averages of the machine, which tell what else it does. */
      load,
      pipelines: size.count,
      groups: size.groups,
      ...parts,
      checks,
    },
    table: Object.entries(outcomes)
      .map(([name, { lines }]) => `${name}\n\n${columns(lines)}`)
      .join('\n\n'),
  };
}

function partsOf({ quick, full }: { readonly quick: boolean; readonly full: boolean }): readonly string[] {
  return quick || full ? PARTS : PARTS.filter((part) => !LONG.includes(part));
}

/** Where no part needs any. */
const NONE: Pipelines = { folders: [], dictionary: 0, own: 0, texts: [] };

/** Pipelines with texts of a review's length. */
async function shortened(options: Parameters<typeof makePipelines>[0]): Promise<Pipelines> {
  const made = await makePipelines(options);
  return { ...made, texts: made.texts.slice(0, 4_000).map((text) => text.slice(0, LENGTH)) };
}
