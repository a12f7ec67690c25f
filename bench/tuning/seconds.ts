import { type Cascade, type Label, OptionError, tune } from 'spillway';
import { atMost, type Check, columns } from '../harness/checks.js';
import type { Size } from '../harness/harness.js';
import { GIVEN, GIVEN_ROWS } from './given.js';
import { glossProblem } from './glosses.js';
import { tuneOn } from './tuneOn.js';
import { timed } from './watched.js';
import { type TuningSize, tuningWorkloads } from './workloads.js';

/** `tune` with seconds for a budget. */
export interface SecondsLine {
  readonly name: string;
  readonly seed: number;
  readonly budget: number;
  /** Seconds on the clock until it ended or was refused. */
  readonly took: number;
  /** The verdict of the certificate; undefined where it was refused. */
  readonly verdict: string | undefined;
  readonly speedup: number | undefined;
  /** What the error said. */
  readonly refused: string | undefined;
}

const BUDGETS: Readonly<Record<Size, readonly number[]>> = {
  quick: [5],
  usual: [5, 20],
  full: [5, 20, 200],
};
const SIZES: Readonly<Record<Size, TuningSize>> = {
  quick: { share: 0.05, rounds: 8 },
  usual: { share: 0.25, rounds: 100 },
  full: { share: 1, rounds: 100 },
};
/** A run may take so many times its seconds. */
const WITHIN = 1.2;
/** An error names the least seconds. */
const LEAST = /take (about|more than) \S+ s/;

export async function measureSeconds(
  { seeds, size }: { readonly seeds: readonly number[]; readonly size: Size },
  log: (text: string) => void,
): Promise<SecondsLine[]> {
  const lines: SecondsLine[] = [];
  const measure = async <Row, L extends Label, Name extends string>(
    name: string,
    seed: number,
    run: (budget: { readonly seconds: number }) => Promise<Cascade<Row, L, Name>>,
  ) => {
    for (const seconds of BUDGETS[size]) {
      const { result, seconds: took } = await timed(() => run({ seconds }).then(found, refusal));
      lines.push({ name, seed, budget: seconds, took, ...result });
      log(`${name}, seed ${seed}: ${took.toFixed(1)} s of ${seconds}`);
    }
  };
  for (const seed of seeds) {
    for (const { name, make } of tuningWorkloads) {
      await make(seed, SIZES[size], (problem) =>
        measure(name, seed, (budget) => tuneOn(problem, seed, { budget })),
      );
    }
    for (const [name, [classes]] of Object.entries(GIVEN)) {
      const problem = await glossProblem(seed, classes, GIVEN_ROWS[size]);
      if (typeof problem === 'string') {
        log(`${name}: left out, ${problem}`);
        continue;
      }
      const { pipeline, rows, labels } = problem;
      const bound = { loss: 'accuracy', epsilon: 0.01 } as const;
      await measure(name, seed, (budget) => tune({ ...pipeline, rows, labels, bound, seed, budget }));
    }
  }
  return lines;
}

type Ended = Pick<SecondsLine, 'verdict' | 'speedup' | 'refused'>;

function found<Row, L extends Label, Name extends string>({
  certificate,
  plan,
}: Cascade<Row, L, Name>): Ended {
  return { verdict: certificate.verdict, speedup: plan.expected.speedup, refused: undefined };
}

function refusal(error: unknown): Ended {
  if (!(error instanceof OptionError && error.option === 'budget.seconds')) throw error;
  return { verdict: undefined, speedup: undefined, refused: error.message };
}

export function secondsChecks(lines: readonly SecondsLine[]): Check[] {
  if (lines.length === 0) return [];
  const unnamed = lines.filter(({ refused }) => refused !== undefined && !LEAST.test(refused));
  return [
    ...[...new Set(lines.map(({ name }) => name))].map((name) => {
      const own = lines.filter((line) => line.name === name).map(({ took, budget }) => took / budget);
      return atMost(secondsCheck(name), Math.max(...own), WITHIN);
    }),
    atMost('budget.seconds: errors that don’t name the least', unnamed.length, 0),
  ];
}

export function secondsCheck(name: string): string {
  return `${name}: seconds of tune over those of its budget`;
}

export function secondsTable(lines: readonly SecondsLine[]): string {
  return columns([
    ['', 'seed', 'budget', 'took', 'ended', 'speedup'],
    ...lines.map(({ name, seed, budget, took, verdict, speedup, refused }) => [
      ...[name, String(seed), `${budget} s`, `${took.toFixed(1)} s`],
      verdict ?? `refused: ${refused?.match(LEAST)?.[0] ?? refused}`,
      speedup === undefined ? '' : `${speedup.toFixed(2)}x`,
    ]),
  ]);
}
