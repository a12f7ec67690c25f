import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { atMost, type Check } from '../harness/checks.js';
import type { Peer } from '../harness/peers.js';
import { PROBLEMS, type ProblemName } from './problems.js';

/** Whole seconds of `tune`, and its memory, with nothing derived and by default, beside the release before. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VARIABLE = 'SPILLWAY_BEFORE';
const BESIDE = 'tune with nothing derived, over the release before';

export const BEFORE: Peer = {
  name: 'the release before',
  install: `build it in a folder of its own, and ${VARIABLE} names that folder`,
  missing() {
    const before = process.env[VARIABLE];
    if (!before) return `${VARIABLE} names no folder`;
    return existsSync(join(before, 'dist/index.js')) ? undefined : `${before} has no dist/index.js`;
  },
};

/** Checks that are left out without it. */
export const BESIDE_BEFORE: readonly string[] = PROBLEMS.map((name) => `${name}: ${BESIDE}`);

/** The release before; this one with `fidelities: false`; this one as it is. */
const WAYS = ['before', 'none', 'derived'] as const;
type Way = (typeof WAYS)[number];

/**
 * One `tune` in a process of its own: seconds on the clock and of processors, MiB that the process held with the rows
 * read and at the peak, expected speedup.
 */
interface Run {
  readonly seconds: number;
  readonly processor: number;
  readonly heldMB: number;
  readonly peakMB: number;
  readonly speedup: number;
}

export interface TimesFigures {
  readonly name: ProblemName;
  /** Of each round, by the way. */
  readonly runs: Readonly<Partial<Record<Way, readonly Run[]>>>;
}

const SEED = 1;

/** Each round runs every way once, and begins with another one. */
export async function timesFigures(
  rounds: number,
  quick: boolean,
  log: (text: string) => void,
): Promise<TimesFigures[]> {
  const before = BEFORE.missing() === undefined ? process.env[VARIABLE] : undefined;
  const ways = WAYS.filter((way) => way !== 'before' || before !== undefined);
  const folder = await mkdtemp(join(tmpdir(), 'spillway-times-'));
  try {
    const program = {
      before: await programOf(join(folder, 'before'), resolve(before ?? ROOT)),
      now: await programOf(join(folder, 'now'), ROOT),
    };
    const all: TimesFigures[] = [];
    for (const name of PROBLEMS) {
      const runs: Partial<Record<Way, Run[]>> = {};
      for (let round = 0; round < rounds; round++) {
        for (let turn = 0; turn < ways.length; turn++) {
          const way = ways[(round + turn) % ways.length];
          const path = way === 'before' ? program.before : program.now;
          const run = await runChild(path, [name, String(SEED), quick ? 'quick' : 'whole', way]);
          const { seconds, processor, peakMB, heldMB } = run;
          log(
            `${name}, ${way}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processors, ${peakMB.toFixed(0)} MB, ${heldMB.toFixed(0)} before`,
          );
          runs[way] = [...(runs[way] ?? []), run];
        }
      }
      all.push({ name, runs });
    }
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The child's program in a folder where `spillway` is a given folder's package: all else is in its one file. */
async function programOf(folder: string, spillway: string): Promise<string> {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(spillway, join(folder, 'node_modules/spillway'), 'junction');
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('timesChild.ts', import.meta.url))],
    outfile,
    bundle: true,
    external: ['spillway', 'spillway/*'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
}

function runChild(path: string, args: readonly string[]): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.once('error', failed);
    child.once('exit', (code) => {
      if (code === 0) done(JSON.parse(text));
      else failed(new Error(`tuning ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** Processor time of one way over another's: the median of the rounds, and how far the rounds lie apart. */
export function ratioOf(
  { runs }: TimesFigures,
  way: Way,
  over: Way,
): { readonly ratio: number; readonly noise: number } | undefined {
  const [own, other] = [runs[way], runs[over]];
  if (own === undefined || other === undefined) return undefined;
  const ratios = own.map(({ processor }, round) => processor / other[round].processor);
  return { ratio: median(ratios), noise: (Math.max(...ratios) - Math.min(...ratios)) / 2 };
}

const MOST_MEMORY = 300;

export function timesChecks(all: readonly TimesFigures[]): Check[] {
  return all.flatMap((figures): Check[] => {
    const { name, runs } = figures;
    const beside = ratioOf(figures, 'none', 'before');
    const added = ratioOf(figures, 'derived', 'none')?.ratio ?? Number.NaN;
    const peak = Math.max(...(runs.derived ?? []).map(({ peakMB }) => peakMB));
    return [
      ...(beside === undefined
        ? []
        : [
            {
              what: `${name}: ${BESIDE}`,
              value: beside.ratio,
              goal: `<= 1, noise ${beside.noise.toFixed(3)}`,
              ok: beside.ratio - beside.noise <= 1,
            },
          ]),
      atMost(`${name}: tune by default, over it with nothing derived`, added, 1.5),
      ...(name === 'mail' ? [atMost('mail: MB at the peak of tune by default', peak, MOST_MEMORY)] : []),
    ];
  });
}

export function timesLines(all: readonly TimesFigures[]): string[][] {
  return all.flatMap(({ name, runs }) =>
    WAYS.flatMap((way): string[][] => {
      const own = runs[way];
      if (own === undefined) return [];
      const middle = (of: (run: Run) => number) => median(own.map(of)).toFixed(1);
      return [
        [
          `${name}, ${way}`,
          `${middle(({ seconds }) => seconds)} s`,
          `${middle(({ processor }) => processor)} s`,
          `${middle(({ heldMB }) => heldMB)} MB`,
          `${middle(({ peakMB }) => peakMB)} MB`,
          `${middle(({ speedup }) => speedup)}x`,
        ],
      ];
    }),
  );
}

export const TIMES_HEAD: readonly string[] = ['tune', 'clock', 'processors', 'held', 'peak', 'expected'];
