import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { atMost, type Check } from '../harness/checks.js';
import type { Size } from '../harness/harness.js';
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
  /** By default on all rows, for its memory: of mail alone. */
  readonly whole?: Run | undefined;
}

const ROUNDS = { quick: 1, usual: 3, full: 3 };
const SEED = 1;

/** Each round runs every way once, and begins with another one. */
export async function timesFigures(size: Size, log: (text: string) => void): Promise<TimesFigures[]> {
  const before = BEFORE.missing() === undefined ? process.env[VARIABLE] : undefined;
  const ways = WAYS.filter((way) => way !== 'before' || before !== undefined);
  const folder = await mkdtemp(join(tmpdir(), 'spillway-times-'));
  try {
    const program = {
      before: await programOf(join(folder, 'before'), resolve(before ?? ROOT)),
      now: await programOf(join(folder, 'now'), ROOT),
    };
    const all: TimesFigures[] = [];
    const once = async (name: ProblemName, share: Size, way: Way): Promise<Run> => {
      const path = way === 'before' ? program.before : program.now;
      const run = await runChild(path, [name, String(SEED), share, way]);
      const { seconds, processor, peakMB, heldMB } = run;
      log(
        `${name}, ${way}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processors, ${peakMB.toFixed(0)} MB, ${heldMB.toFixed(0)} before`,
      );
      return run;
    };
    for (const name of PROBLEMS) {
      const runs: Partial<Record<Way, Run[]>> = {};
      for (let round = 0; round < ROUNDS[size]; round++) {
        for (let turn = 0; turn < ways.length; turn++) {
          const way = ways[(round + turn) % ways.length];
          runs[way] = [...(runs[way] ?? []), await once(name, size, way)];
        }
      }
      const whole = name === 'mail' && size === 'usual' ? await once(name, 'full', 'derived') : undefined;
      all.push({ name, runs, whole });
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

/** One way's figure over another's, the lowest round, the median and the highest. */
function ratiosOf(
  { runs }: TimesFigures,
  [way, over]: readonly [Way, Way],
  of: (run: Run) => number,
): { readonly low: number; readonly middle: number; readonly high: number } | undefined {
  const [own, other] = [runs[way], runs[over]];
  if (own === undefined || other === undefined) return undefined;
  const ratios = own.map((run, round) => of(run) / of(other[round]));
  return { low: Math.min(...ratios), middle: median(ratios), high: Math.max(...ratios) };
}

const clock = ({ seconds }: Run) => seconds;
const processor = ({ processor: work }: Run) => work;

const MOST_MEMORY = 300;

/** Medians of processor time, which other work on the machine changes less than the clock's. */
export function timesChecks(all: readonly TimesFigures[], size: Size): Check[] {
  return all.flatMap((figures): Check[] => {
    const { name, runs, whole } = figures;
    const beside = ratiosOf(figures, ['none', 'before'], processor);
    const added = ratiosOf(figures, ['derived', 'none'], processor)?.middle ?? Number.NaN;
    const peak = Math.max(...(whole ? [whole] : (runs.derived ?? [])).map(({ peakMB }) => peakMB));
    return [
      ...(beside === undefined ? [] : [atMost(`${name}: ${BESIDE}`, beside.middle, 1)]),
      atMost(`${name}: tune by default, over it with nothing derived`, added, 1.5),
      ...(name === 'mail' && size !== 'quick'
        ? [atMost('mail: MB at the peak of tune by default, all rows', peak, MOST_MEMORY)]
        : []),
    ];
  });
}

/** Ratios of processor time and of the clock, with their lowest and highest rounds. */
export function ratioLines(all: readonly TimesFigures[]): string[][] {
  const pairs: readonly (readonly [Way, Way])[] = [
    ['none', 'before'],
    ['derived', 'none'],
  ];
  const shown = (ratios: ReturnType<typeof ratiosOf>) =>
    ratios === undefined
      ? '-'
      : `${ratios.middle.toFixed(3)} (${ratios.low.toFixed(3)} to ${ratios.high.toFixed(3)})`;
  return all.flatMap((figures) =>
    pairs.map((pair) => [
      `${figures.name}, ${pair[0]} over ${pair[1]}`,
      ...[processor, clock].map((of) => shown(ratiosOf(figures, pair, of))),
    ]),
  );
}

export const RATIO_HEAD: readonly string[] = ['', 'processors', 'clock'];

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
