import { median } from 'simple-statistics';
import type { VariantFigures } from '../fidelities/compare.js';
import { atLeast, atMost, type Check } from '../harness/checks.js';

type Judged = Pick<VariantFigures, 'speedup' | 'verdict' | 'repeating'>;

/** Of the best by hand, what the default has to reach, and what it is to reach. */
const [FLOOR, GOAL] = [0.8, 0.95];

/** The last variant is the default, the others are by hand: the best of them counts. */
export function defaultsChecks(name: string, perSeed: readonly (readonly Judged[])[]): Check[] {
  const pairs = perSeed.map((variants) => {
    const [own, ...byHand] = [...variants].reverse();
    return { own, best: byHand.reduce((best, each) => (each.speedup > best.speedup ? each : best)) };
  });
  const ratio = median(pairs.map(({ own, best }) => own.speedup / best.speedup));
  const uncertified = pairs.filter(
    ({ own, best }) =>
      best.verdict === 'certified' && own.verdict !== 'certified' && promisesAsMuch(best, own),
  );
  const over = (what: string) => `${name}: ${what}, speedup by default over the best options by hand`;
  return [
    atLeast(over('floor'), ratio, FLOOR),
    atLeast(over('goal'), ratio, GOAL),
    atMost(`${name}: seeds certified by hand with no weaker promise, not by default`, uncertified.length, 0),
  ];
}

/** One that knows what equal rows are promises less than one that holds in both cases. */
function promisesAsMuch(byHand: Judged, own: Judged): boolean {
  return own.repeating !== 'either' || byHand.repeating === 'either';
}
