import { define, dense, type Profile } from '../../index.js';
import { FREE } from '../../lib/costs/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { profileOf } from './agreement.js';

/** Rows of one kind. */
export interface Kind {
  /** Share of all rows, 0 to 1. */
  readonly share: number;
  /** Sets of features that tell the label of these rows: so does any set that holds one of them, and no other does. */
  readonly keys: readonly (readonly string[])[];
}

/** A law of rows and what their features cost. Which chain of stages costs least follows by arithmetic. */
export interface KeyLaw {
  /** Microseconds a row of each feature. */
  readonly costs: Readonly<Record<string, number>>;
  /** Microseconds a row of each stage's model. The full model's is free. */
  readonly model: number;
  /** Their shares sum to 1. */
  readonly kinds: readonly Kind[];
  /** How a key of several features hides the label in each of them. @defaultValue 'sum' */
  readonly hiding?: 'sum' | 'product';
}

/** The features of each stage, first to last. The full model comes after them. */
export type Stages = readonly (readonly string[])[];

/** The columns of each feature, by its name. */
export type KeyRow = Readonly<Record<string, readonly number[]>>;

/** Standard deviation of the noise that hides a sum. */
const NOISE = 4;
/** Probability of a positive sign that hides a product. */
const LIKELIER = 0.6;

/**
 * Draws rows. Each key has a signal: 1 to 2 in size with the sign of the label where the key tells it, else at most 0.2 with a
 * sign of its own. A key of one feature is a column of that signal. A key of several is a column in each of them:
 *
 * - `sum`: noise in all but the first, which has the signal plus that noise. Logistic regression takes it away again.
 * - `product`: signs drawn at random in all but the first, which has the signal times those signs. Trees multiply them. One
 *   sign is a little likelier: a tree that looks one division ahead sees nothing in even ones.
 *
 * So a model that reads a key is sure of its rows and of no others, and less than the whole key says next to nothing.
 */
export function keyRows(law: KeyLaw, count: number, seed: number): { rows: KeyRow[]; labels: boolean[] } {
  const draw = random(seed);
  const keys = new Map(law.kinds.flatMap((kind) => kind.keys.map((key) => [key.join(' '), key])));
  const rows: KeyRow[] = [];
  const labels: boolean[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kindAt(law.kinds, draw.uniform());
    const decisive = new Set(kind.keys.map((key) => key.join(' ')));
    const label = draw.uniform() < 0.5;
    const row: Record<string, number[]> = {};
    for (const name in law.costs) row[name] = [];
    for (const [name, key] of keys) {
      const signal = decisive.has(name)
        ? (label ? 1 : -1) * (1 + draw.uniform())
        : 0.4 * draw.uniform() - 0.2;
      const columns = hidden(signal, key.length, law.hiding ?? 'sum', draw);
      for (const [k, feature] of key.entries()) row[feature].push(columns[k]);
    }
    // A feature of no key is worthless.
    for (const name in row) if (row[name].length === 0) row[name].push(draw.normal());
    rows.push(row);
    labels.push(label);
  }
  return { rows, labels };
}

function hidden(signal: number, count: number, hiding: 'sum' | 'product', draw: Random): number[] {
  const others = Array.from({ length: count - 1 }, () =>
    hiding === 'sum' ? NOISE * draw.normal() : (draw.uniform() < LIKELIER ? 1 : -1) * Math.abs(signal),
  );
  const first =
    hiding === 'sum'
      ? others.reduce((sum, noise) => sum + noise, signal)
      : others.reduce((product, other) => product * Math.sign(other), signal);
  return [first, ...others];
}

function kindAt(kinds: readonly Kind[], at: number): Kind {
  let left = at;
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds[kinds.length - 1];
}

/** Features of a law's rows, and its costs. */
export function keyPipeline(law: KeyLaw, learners: readonly string[]) {
  const { rows } = keyRows(law, 1, 1);
  const features = define(
    Object.fromEntries(
      Object.keys(law.costs).map((name) => [
        name,
        dense(rows[0][name].length, (all: readonly KeyRow[]) =>
          Float32Array.from(all.flatMap((row) => row[name])),
        ),
      ]),
    ),
  );
  const model = { fixed: 0, perRow: law.model, perEntry: 0 };
  const profile: Profile<string> = {
    ...profileOf(law.costs),
    models: Object.fromEntries(learners.map((learner) => [learner, model])),
    full: FREE,
  };
  return { features, profile };
}

/** Share of the rows whose label these features tell. */
export function decidedShare({ kinds }: KeyLaw, features: readonly string[]): number {
  const own = kinds.filter(({ keys }) => keys.some((key) => key.every((name) => features.includes(name))));
  return own.reduce((sum, { share }) => sum + share, 0);
}

/**
 * Microseconds for each row that gets to each stage, the full model last: for the features that the stages before haven't
 * read, and for the model.
 */
export function stepCosts({ costs, model }: Pick<KeyLaw, 'costs' | 'model'>, stages: Stages): number[] {
  const names = Object.keys(costs);
  return [...stages, names].map((features, s) => {
    const fresh = features.filter((name) => s === 0 || !stages[s - 1].includes(name));
    return fresh.reduce((sum, name) => sum + costs[name], s < stages.length ? model : 0);
  });
}

/**
 * Mean cost of a row where each stage answers the rows that it can tell. Others may be answered by chance, half of them
 * wrongly: it is cheapest to let them leave at the first stage.
 *
 * @param lost the share of rows that are answered wrongly
 */
export function chainCost(law: KeyLaw, stages: Stages, lost = 0): number {
  const [first, ...later] = stepCosts(law, stages);
  if (stages.length === 0) return first;
  const left = stages.map((features) => 1 - decidedShare(law, features));
  const onward = later.reduce((sum, cost, s) => sum + left[s] * cost, 0);
  return first + onward * (1 - (2 * lost) / left[0]);
}

/**
 * All chains of nested stages with their costs, the cheapest first.
 */
export function rankedChains(law: KeyLaw): { readonly stages: Stages; readonly cost: number }[] {
  const names = Object.keys(law.costs);
  const grow = (stages: Stages): Stages[] => {
    const last = stages.at(-1) ?? [];
    const longer = subsetsOf(names.filter((name) => !last.includes(name)))
      .map((more) => names.filter((name) => last.includes(name) || more.includes(name)))
      .filter((next) => next.length < names.length);
    return [stages, ...longer.flatMap((next) => grow([...stages, next]))];
  };
  return grow([])
    .map((stages) => ({ stages, cost: chainCost(law, stages) }))
    .sort((a, b) => a.cost - b.cost);
}

function subsetsOf(names: readonly string[]): string[][] {
  const all = Array.from({ length: 2 ** names.length - 1 }, (_, i) => i + 1);
  return all.map((mask) => names.filter((_, i) => (mask >> i) & 1));
}
