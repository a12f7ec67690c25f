import { equalsOf } from '../../lib/data/rows/index.js';
import { random } from '../../lib/stats/index.js';
import { atLeast, type Check, leftOut } from '../harness/checks.js';
import { drawRepeated, type RepeatedRows } from './repeatedRows.js';
import { asTuned, byRows, isCertified, oneOfEachSet, type Split } from './scenarios/repeats.js';

const SHARE = 0.4;
const SPEC = { loss: 'disagreement' as const, epsilon: 0.01, delta: 0.05 };
/** The plan on trial loses so much of epsilon. */
const OF_EPSILON = 0.5;
/** A stage errs so often: thresholds can then be set for any loss. */
const ERROR = 0.2;

/** How often a plan that keeps its bound is certified where rows repeat. */
export interface RepeatsPower {
  readonly what: string;
  readonly trials: number;
  readonly certified: number;
  /** The same with the option that says what equal rows are. */
  readonly withOption: number;
}

interface World {
  readonly what: string;
  readonly world: RepeatedRows;
  readonly option: Split;
  /** The least that the default reaches of the option; none where a default that keeps both promises can't. */
  readonly least: number | undefined;
}

const single = { share: 1, error: ERROR, copies: 1 };

/** About 4,875 rows each. */
const WORLDS: readonly World[] = [
  {
    what: '1.7 % repeat, by draws',
    world: {
      draws: 4_875,
      popular: { values: 80, share: 0.033, error: ERROR },
      kinds: [single],
      memory: false,
    },
    option: byRows,
    least: 0.75,
  },
  {
    what: '1.7 % repeat, as copies',
    world: {
      draws: 4_792,
      kinds: [
        { ...single, share: 0.9827 },
        { ...single, share: 0.0173, copies: 2 },
      ],
      memory: false,
    },
    option: oneOfEachSet,
    least: 0.75,
  },
  {
    what: 'three copies of each',
    world: { draws: 1_625, kinds: [{ ...single, copies: 3 }], memory: false },
    option: oneOfEachSet,
    least: 0.75,
  },
  {
    what: 'one value has 30 % of the rows',
    world: { draws: 4_875, popular: { values: 1, share: 0.3, error: 0 }, kinds: [single], memory: false },
    option: byRows,
    least: undefined,
  },
];

/** @param trials of each world */
export function repeatsPower(seed: number, trials: number): RepeatsPower[] {
  return WORLDS.map(({ what, world, option }) => {
    let [certified, withOption] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const chance = random(seed).fork(`${what} ${trial}`);
      const drawn = drawRepeated(world, chance.fork('rows'));
      const equals = equalsOf(drawn.values);
      const plan = { world, loss: OF_EPSILON * SPEC.epsilon };
      const passes = (split: Split) =>
        isCertified(plan, drawn, split(equals, drawn.values, SHARE, chance.fork('split')), SPEC, chance);
      certified += Number(passes(asTuned));
      withOption += Number(passes(option));
    }
    return { what, trials, certified, withOption };
  });
}

/** @param isShort whether so few trials tell little of a ratio */
export function powerChecks(figures: readonly RepeatsPower[], isShort: boolean): Check[] {
  return figures.flatMap(({ what, certified, withOption }) => {
    const least = WORLDS.find((world) => world.what === what)?.least;
    const name = `rows that repeat, ${what}: certified at half of epsilon, over that with the option`;
    if (least === undefined) return [];
    return [
      isShort ? leftOut(name, `>= ${least}`, 'a quick run') : atLeast(name, certified / withOption, least),
    ];
  });
}
