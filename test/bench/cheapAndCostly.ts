import { define, dense, type Profile } from 'spillway';
import type { AgreementRow } from '../../datasets/index.js';

/** The features of an agreement world for the built package, and costs that make a stage of the cheap one. */
export const cheapAndCostly = define({
  cheap: dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.cheap)),
  costly: dense(1, (rows: readonly AgreementRow[]) => Float32Array.from(rows, (row) => row.costly)),
});

const cost = (perRow: number) => ({ fixed: 0, perRow, growth: 0, wait: 0, spread: 0, price: 0 });

export const costs: Profile<'cheap' | 'costly'> = {
  features: {
    cheap: { cost: cost(1), entries: 1, reads: [] },
    costly: { cost: cost(100), entries: 1, reads: [] },
  },
  transforms: {},
  models: { 'logistic-regression': { fixed: 0, perRow: 0.01, perEntry: 0 } },
  full: cost(0.1),
};
