import { parseArgs } from 'node:util';
import { type Check, checkTable } from './checks.js';
import { type PeerUse, probe, withLeftOut } from './peers.js';

/** Workloads, by name. */
type Workloads = Readonly<Record<string, () => Promise<Workload>>>;

/** Something to measure. */
export interface Workload {
  /** What it is measured beside: looked for before it runs. @defaultValue nothing */
  peers?(options: Omit<RunOptions, 'log'>): readonly PeerUse[];
  run(options: RunOptions): Promise<Outcome>;
}

export interface RunOptions {
  /** undefined: the workload's own. */
  readonly seeds: readonly number[] | undefined;
  /** A small part of the work, to see whether it runs: its figures mean little. */
  readonly quick: boolean;
  /**
   * The backend that runs models, if a workload leaves the choice open. undefined: its own choice.
   */
  readonly backend?: string | undefined;
  /** Names of the parts to run, of a workload that has several. undefined: all of them. */
  readonly cases?: readonly string[] | undefined;
  /** All that a workload has: without it, its figures come within ten minutes on two idle cores. */
  readonly full?: boolean | undefined;
  /** The path of data that isn't the project's own. undefined: what needs it is left out. */
  readonly data?: string | undefined;
  /** Tells a person how far the work has come. */
  readonly log: (text: string) => void;
}

/** How much of its work a workload does. */
export type Size = 'quick' | 'usual' | 'full';

export function sizeOf({ quick, full = false }: Pick<RunOptions, 'quick' | 'full'>): Size {
  if (quick) return 'quick';
  return full ? 'full' : 'usual';
}

export interface Outcome {
  /** Printed as one JSON object. */
  readonly json: { readonly checks: readonly Check[] };
  /** The same for people; the checks are added. */
  readonly table: string;
}

/** Where a run is told of: those of the process, but in tests. */
interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
}

interface Stream {
  write(text: string): unknown;
}

const USAGE =
  'npm run -s bench -- NAME [--json] [--seeds 1,2] [--quick] [--backend wasm] [--cases a,b] [--data FILE] [--full]';

/**
 * Runs the workload that the arguments name, and prints its results on stdout, all else on stderr.
 *
 * @returns the exit code: 0, 1 where a check isn't ok, 2 where the arguments can't be understood
 */
export async function runBench(
  args: string[],
  workloads: Workloads,
  { stdout, stderr }: Streams = process,
): Promise<number> {
  const log = (text: string) => stderr.write(`${text}\n`);
  const requested = parse(args, workloads);
  if (typeof requested === 'string') {
    log(`${requested}\n${USAGE}`);
    return 2;
  }
  const { name, seeds, quick, backend, cases, data, full } = requested;
  const workload = await workloads[name]();
  const options = { seeds, quick, backend, cases, data, full };
  const without = probe(workload.peers?.(options) ?? [], log);
  const { json, table } = await workload.run({ ...options, log });
  const checks = withLeftOut(json.checks, without);
  stdout.write(
    requested.json ? `${JSON.stringify({ ...json, checks })}\n` : `${table}\n\n${checkTable(checks)}\n`,
  );
  const missed = checks.filter(({ ok }) => ok === false);
  for (const { what, value, goal } of missed) log(`not ok: ${what} is ${value}, wanted ${goal}`);
  return missed.length > 0 ? 1 : 0;
}

interface Command extends Omit<RunOptions, 'log'> {
  readonly name: string;
  readonly json: boolean;
}

/** The command in the arguments, or their error. */
function parse(args: string[], workloads: Workloads): Command | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        quick: { type: 'boolean' },
        seeds: { type: 'string' },
        backend: { type: 'string' },
        cases: { type: 'string' },
        data: { type: 'string' },
        full: { type: 'boolean' },
      },
    });
    const known = `known are ${Object.keys(workloads).join(', ')}`;
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) return `expected the name of one workload; ${known}`;
    if (!Object.hasOwn(workloads, name)) return `no workload is named '${name}'; ${known}`;
    const seeds = values.seeds?.split(',').map(Number);
    if (seeds?.some((seed) => !Number.isSafeInteger(seed) || seed < 1)) {
      return `--seeds: expected whole numbers from 1, such as 1,2,3; got '${values.seeds}'`;
    }
    const { json = false, quick = false, backend, data, full } = values;
    if (quick && full) return '--quick and --full: expected one of them';
    const cases = values.cases?.split(',');
    return { name, seeds, json, quick, backend, cases, data, full };
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
