import { define, dense, type Feature } from '../../index.js';
import { denseBlock } from '../../lib/data/blocks/index.js';
import {
  type FeatureStep,
  type Fidelities,
  type FittedFeature,
  transform,
} from '../../lib/features/define/index.js';
import { random } from '../../lib/stats/index.js';
import type { FakeClock } from './fakeClock.js';

/** A row of tokens, of which few among many tell its class; most often one of the first does. */
export interface Letter {
  readonly tokens: readonly number[];
  readonly length: number;
  readonly kind: 'a' | 'b';
}

const LENGTH = 48;

export function letters(count: number, seed: number | string = 'letters'): Letter[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const kind = draw.uniform() < 0.5 ? 'a' : 'b';
    const tokens = Array.from({ length: LENGTH }, () => 2 + draw.integer(40));
    const isEasy = draw.uniform() < 0.8;
    tokens[isEasy ? draw.integer(6) : 6 + draw.integer(LENGTH - 6)] = kind === 'a' ? 0 : 1;
    return { tokens, length: tokens.length + draw.normal(), kind };
  });
}

/** How a bag of tokens goes on from its versions, and what is wrong with it. */
export interface BagOptions {
  readonly cuts?: readonly number[];
  /** What reading a token takes, and each call of a step a row, in microseconds. */
  readonly clock?: FakeClock;
  readonly perStep?: number;
  readonly fault?: 'not nested' | 'batch' | 'width' | 'silent' | 'few' | 'same';
  /** Called with the tokens that are read. */
  readonly onRead?: (tokens: number) => void;
}

/** Counts of the tokens that come in the rows that it learns from, with versions of the first tokens alone. */
export function bag({ cuts = [6, 18], clock, perStep = 0, fault, onRead }: BagOptions = {}): Feature<Letter> {
  const fittedTo = (known: readonly number[]): FittedFeature<Letter> => {
    const columnOf = new Map(known.map((token, column) => [token, column]));
    const read = ({ tokens }: Letter, from: number, to: number) => {
      const some = tokens.slice(from, to);
      clock?.work(some.length);
      onRead?.(some.length);
      return some;
    };
    const block = (rows: readonly (readonly (readonly number[])[])[]) => {
      const values = new Float32Array(rows.length * known.length);
      rows.forEach((parts, row) => {
        clock?.work(perStep);
        for (const token of parts.flat()) {
          const column = columnOf.get(token);
          if (column !== undefined) values[row * known.length + column]++;
        }
      });
      return denseBlock(rows.length, known.length, values);
    };
    const inSteps = (at: readonly string[]): FeatureStep<Letter>[] => {
      const ends = [...at.map(Number), LENGTH];
      const parts = ends.map((end, k) => transform((row: Letter) => read(row, ends[k - 1] ?? 0, end)));
      return ends.map((_, k): FeatureStep<Letter> => {
        const own = parts.slice(0, k + 1);
        const isLast = k === ends.length - 1;
        return {
          reads: own,
          fitted: {
            columns: known.length,
            state: { json: null, tensors: {} },
            compute(view) {
              if (fault === 'same') return block(view.rows().map(({ tokens }) => [tokens]));
              const all = own.map((part) => part.read(view));
              const made = block(Array.from({ length: view.length }, (_, i) => all.map((part) => part[i])));
              if (fault === 'not nested' && isLast && at.length > 0) made.values[0] += 1;
              if (fault === 'batch' && !isLast) made.values[0] += view.length;
              if (fault === 'few' && !isLast && at.length === 1) made.values[0] += 1;
              if (fault === 'silent' && !isLast) made.values.fill(0);
              return fault === 'width' && !isLast
                ? denseBlock(view.length, 1, new Float32Array(view.length))
                : made;
            },
          },
        };
      });
    };
    const fidelities: Fidelities<Letter> = {
      propose: (_, most) => cuts.slice(0, most).map(String),
      inSteps,
    };
    return {
      columns: known.length,
      state: { json: [...known], tensors: {} },
      compute: (view) => block(view.rows().map((row) => [read(row, 0, LENGTH)])),
      fidelities,
    };
  };
  return {
    kind: 'bag',
    reads: [],
    fit(view) {
      const all = view.rows().flatMap(({ tokens }) => tokens);
      return fittedTo([...new Set(all)].sort((a, b) => a - b));
    },
    load: ({ json }) => fittedTo(Array.isArray(json) ? json.map(Number) : []),
  };
}

/** A cheap number beside the bag. */
export function letterFeatures(options: BagOptions = {}) {
  return define({
    length: dense(1, (rows: readonly Letter[]) => {
      options.clock?.work(rows.length);
      return Float32Array.from(rows, ({ length }) => length);
    }),
    words: bag(options),
  });
}
