import test from 'ava';
import {
  byNextRow,
  byOwnRow,
  type FAILING,
  lossOfCertified,
} from '../../../bench/validity/scenarios/failingCallers.js';
import { random } from '../../../lib/stats/index.js';

const TRIALS = 20;
const kinds = ['caller', 'bursts', 'few'] as const satisfies readonly (keyof typeof FAILING)[];

for (const kind of kinds) {
  const results = (spells: typeof byNextRow) =>
    Array.from({ length: TRIALS }, (_, seed) => lossOfCertified(kind, spells(), random(seed)));
  const broken = (spells: typeof byNextRow) => results(spells).filter(({ isBroken }) => isBroken).length;

  test(`certified answers keep epsilon where rows fail by content: ${kind}`, (t) => {
    t.true(broken(byNextRow) <= 3, 'of 20 at 5 %, more with a chance of 1.6 %');
    if (kind !== 'few') t.true(broken(byOwnRow) >= TRIALS / 2, "a probe by the file's own row");
    t.true(
      results(byNextRow).every(({ certified }) => certified > 500),
      'spells end',
    );
  });
}
