import { define, logisticRegression } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { features } from '../../examples/mail/pipeline.js';
import { atLeast, atMost, type Check } from '../harness/checks.js';
import { disagreementRefuted } from '../harness/refute.js';
import { L2, type MailLabel, splitMail } from '../mail/data.js';
import { compareVariants, medianOver, speedupOver, type Variant, type VariantFigures } from './compare.js';

/** The mail pipeline without the prefix that was made by hand, and with everything. */

const [BY_HAND, WITHOUT_LEDE, EVERYTHING] = [0, 1, 2];

const { lede: _, ...others } = Object.fromEntries(features.names.map((name) => [name, features.get(name)]));
/** The pipeline as it is without its hand-made prefix. */
export const withoutLede = define<Mail, string>(others);

const options = {
  full: logisticRegression({ l2: L2 }),
  bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
  // A mail that stands twice is one.
  repeats: 'copies',
} as const;

const variants: readonly Variant<Mail, MailLabel>[] = [
  { name: 'lede by hand, nothing derived', features, options: { ...options, fidelities: false } },
  { name: 'without lede, derived', features: withoutLede, options },
  { name: 'with lede, derived', features, options },
];

export async function mailFigures(
  seeds: readonly number[],
  quick: boolean,
  log: (text: string) => void,
): Promise<VariantFigures[][]> {
  const split = await splitMail(quick);
  const perSeed: VariantFigures[][] = [];
  for (const seed of seeds) perSeed.push(await compareVariants(variants, split(seed), seed, log));
  return perSeed;
}

export function mailChecks(perSeed: readonly (readonly VariantFigures[])[]): Check[] {
  const over = (a: number, of: (own: VariantFigures, byHand: VariantFigures) => number) =>
    medianOver(perSeed, [a, BY_HAND], of);
  return [
    atLeast('mail: speedup without lede, over that with it by hand', over(WITHOUT_LEDE, speedupOver), 0.95),
    atLeast('mail: speedup with everything derived, over that by hand', over(EVERYTHING, speedupOver), 1.25),
    atMost(
      'mail: answers of the full model that differ, with everything derived',
      Math.max(...perSeed.map((each) => each[EVERYTHING].fullDiffers)),
      0,
    ),
    atMost(
      'mail: processor time of tune with everything derived, over that without',
      over(EVERYTHING, (own, byHand) => own.tuneProcessor / byHand.tuneProcessor),
      1.5,
    ),
    ...[WITHOUT_LEDE, EVERYTHING].map((v): Check => {
      const check = disagreementRefuted(perSeed.map((each) => each[v].counts));
      return { ...check, what: `mail, ${variants[v].name}: ${check.what}` };
    }),
  ];
}
