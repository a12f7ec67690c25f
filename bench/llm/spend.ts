import { fromRows } from 'spillway/full';
import { type MapForecast, mapRows } from 'spillway/llm';
import { random } from '../../lib/stats/index.js';

/** A table with the answers of a language model. */
export interface PricedTable {
  readonly name: string;
  readonly labels: readonly string[];
  readonly rows: readonly { readonly text: string; readonly answer: number }[];
}

/** How a forecast compares with what was spent, over whole runs. */
interface Compared {
  /** Runs whose spend was within the interval. */
  readonly within: number;
  /** Half of the interval's width, as a share of its middle: the mean over runs. */
  readonly halfWidth: number;
  /** What was spent over the interval's middle: the mean over runs, and the furthest from 1. */
  readonly ratio: number;
  readonly furthest: number;
}

/** Whole runs of `mapRows` over one table at one epsilon: what was forecast, and what was spent. */
export interface SpendFigures {
  readonly table: string;
  readonly epsilon: number;
  readonly runs: number;
  readonly certified: number;
  /** The share of the answers that differ, at most over runs. */
  readonly worst: number;
  /** Spend as a share of asking about all, the mean over runs. */
  readonly share: number;
  readonly pilot: Compared;
  readonly training: Compared;
}

/** A row's price varies as texts do: by their length. */
const PER_CHARACTER = 1e-5;

/**
 * Runs the whole of `mapRows` over a table in another order each time, and compares the forecasts after the pilot and after
 * training with what was spent. A row is priced by its text's length, so that prices vary, too.
 *
 * @param seeds one run each
 */
export async function spendFigures(
  table: PricedTable,
  seeds: readonly number[],
  epsilons: readonly number[],
  delta: number,
  log: (line: string) => void,
): Promise<SpendFigures[]> {
  const figures: SpendFigures[] = [];
  for (const epsilon of epsilons) {
    const runs: Run[] = [];
    for (const seed of seeds) runs.push(await runOnce(table, seed, epsilon, delta));
    const done = figuresOf(table.name, epsilon, runs);
    log(JSON.stringify(done));
    figures.push(done);
  }
  return figures;
}

interface Run {
  readonly forecast: MapForecast;
  readonly afterTraining: MapForecast | null;
  readonly isCertified: boolean;
  readonly spent: number;
  readonly all: number;
  readonly differ: number;
}

async function runOnce(
  { labels, rows: given }: PricedTable,
  seed: number,
  epsilon: number,
  delta: number,
): Promise<Run> {
  const order = Int32Array.from(given.keys());
  random(seed).fork('spend').shuffle(order);
  const rows = Array.from(order, (row) => given[row]);
  let spent = 0;
  let asked = 0;
  const full = fromRows({
    name: 'recorded answers',
    labels,
    price: PER_CHARACTER,
    score: (some: readonly PricedTable['rows'][number][]) =>
      some.map(({ text, answer }) => {
        spent += PER_CHARACTER * text.length;
        asked++;
        return labels.map((_, code) => Number(code === answer));
      }),
  });
  const mapped = await mapRows({
    rows,
    full,
    text: ({ text }) => text,
    reads: ({ text }) => text,
    bound: { epsilon, delta },
    allowVacuous: true,
    payments: { account: () => ({ spent, mean: asked === 0 ? undefined : spent / asked }) },
    seed,
  });
  const { forecast } = mapped;
  if (forecast === null) throw new Error('a run without a limit has a forecast');
  const differ = mapped.answers.filter(({ label }, row) => label !== labels[rows[row].answer]).length;
  const all = rows.reduce((sum, { text }) => sum + PER_CHARACTER * text.length, 0);
  return {
    forecast,
    afterTraining: mapped.afterTraining,
    isCertified: mapped.certificate?.verdict === 'certified',
    spent: mapped.spent,
    all,
    differ: differ / rows.length,
  };
}

function figuresOf(table: string, epsilon: number, runs: readonly Run[]): SpendFigures {
  const mean = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    table,
    epsilon,
    runs: runs.length,
    certified: runs.filter(({ isCertified }) => isCertified).length,
    worst: Math.max(...runs.map(({ differ }) => differ)),
    share: mean(({ spent, all }) => spent / all),
    pilot: compared(runs, ({ forecast }) => forecast),
    training: compared(runs, ({ afterTraining, forecast }) => afterTraining ?? forecast),
  };
}

/** Each run beside the forecast of the way in which it ended. */
function compared(runs: readonly Run[], of: (run: Run) => MapForecast): Compared {
  const each = runs.map((run) => {
    const { money } = run.isCertified ? of(run).certified : of(run).full;
    const isWithin = run.spent >= money.low * (1 - 1e-9) && run.spent <= money.high * (1 + 1e-9);
    const halfWidth = (money.high - money.low) / 2 / money.middle;
    return { isWithin, halfWidth, ratio: run.spent / money.middle };
  });
  return {
    within: each.filter(({ isWithin }) => isWithin).length,
    halfWidth: each.reduce((sum, { halfWidth }) => sum + halfWidth, 0) / each.length,
    ratio: each.reduce((sum, { ratio }) => sum + ratio, 0) / each.length,
    furthest: each.reduce((most, { ratio }) => (Math.abs(ratio - 1) > Math.abs(most - 1) ? ratio : most), 1),
  };
}
