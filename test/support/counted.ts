import { type GaussianRow, gaussianWorld } from '../../datasets/index.js';
import type { TrainedModel } from '../../entries/full.js';
import { type DenseOptions, define, dense } from '../../index.js';

/** A clock that what is asked sets, in milliseconds. */
export interface SetClock {
  time: number;
  now(): number;
}

export function setClock(): SetClock {
  const clock = { time: 0, now: () => clock.time };
  return clock;
}

/** How many rows each was asked for, all told. */
export class Requested {
  private readonly counts = new Map<string, number>();

  add(what: string, rows: number): void {
    this.counts.set(what, this.rows(what) + rows);
  }

  rows(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** Beyond once for each of the world's rows. */
  beyond(what: string): number {
    return this.rows(what) - world.rows.length;
  }
}

export const world = gaussianWorld({ rows: 1500, seed: 3, cheapShift: 2, costlyShift: 3 });

/** Three features: a cheap one, one with a price, and one of 20 ms a row; all by a clock that they set. */
export function countedFeatures(options: { readonly price?: DenseOptions } = {}) {
  const clock = setClock();
  const requested = new Requested();
  const counted = (
    name: string,
    milliseconds: number,
    of: (row: GaussianRow) => number,
    options?: DenseOptions,
  ) =>
    dense(
      1,
      (rows: readonly GaussianRow[]) => {
        requested.add(name, rows.length);
        clock.time += milliseconds * (rows.length + 1);
        return Float32Array.from(rows, of);
      },
      options,
    );
  const features = define({
    cheap: counted('cheap', 0.001, ({ cheap: [a] }) => a),
    priced: counted('priced', 0.01, ({ costly: [a] }) => a, options.price ?? { price: 0.01 }),
    slow: counted('slow', 20, ({ costly: [, b] }) => b),
  });
  return { clock, requested, features };
}

/** A model that is given trained, and counts the rows that it is asked for. */
export function countedModel(
  requested: Requested,
  more: Partial<TrainedModel<string>> & { readonly work?: (rows: number) => void } = {},
): TrainedModel<string> {
  const { work, ...own } = more;
  return {
    name: 'given',
    labels: ['a', 'b'],
    classes: 2,
    score(blocks, out) {
      const [{ rows }] = blocks;
      work?.(rows);
      for (let row = 0; row < rows; row++) {
        const numbers = blocks.map(({ values }) => values[row]);
        const sum = numbers.reduce((total, value) => total + value, 0);
        out[2 * row + 1] = 1 / (1 + Math.exp((4 * blocks.length) / 3 - sum));
        out[2 * row] = 1 - out[2 * row + 1];
      }
      requested.add('full', rows);
    },
    ...own,
  };
}
