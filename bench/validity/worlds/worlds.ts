import { certify } from '../certify.js';
import { honest, observed, type Procedure } from '../trial.js';
import { tableWorld } from './agreement.js';
import {
  disjointPlans,
  sharpAccuracy,
  sharpDisagreement,
  sharpHarm,
  sharpPrecision,
  sharpRecall,
} from './sharp.js';
import { trials } from './trials.js';
import type { World } from './world.js';

/** A world and the procedure tried on it. */
export interface Subject {
  readonly name: string;
  readonly world: World;
  readonly procedure: Procedure;
  /** Trials of a quick run, if they differ from the usual number. */
  readonly quickTrials?: number;
}

/** All worlds; fewer rows in some, where the run is quick. */
export function worldsOf(quick: boolean): World[] {
  return [
    sharpDisagreement(quick ? 1_000 : 10_000, 0.01),
    sharpHarm(quick ? 1_000 : 5_000, 0.01),
    sharpAccuracy(quick ? 500 : 2_000, 0.01),
    sharpRecall(quick ? 1_000 : 2_000, 0.02),
    sharpPrecision(quick ? 500 : 1_000, 0.02),
    disjointPlans(10),
    ...trials,
    tableWorld('disagreement', 1_000, 2_000),
    ...(quick ? [] : [tableWorld('disagreement', 10_000, 400), tableWorld('accuracy', 10_000, 1_000)]),
  ];
}

/** The honest procedure in every world, and the faulty ones. */
export function subjectsOf(quick: boolean): Subject[] {
  return [...worldsOf(quick).map((world) => ({ name: world.name, world, procedure: honest })), ...faults];
}

/** A procedure with a mistake in it, and a world in which the mistake breaks the promise. */
interface Fault {
  readonly name: string;
  readonly world: World;
  readonly procedure: Procedure;
  /** So many trials show it. */
  readonly quickTrials: number;
}

const faults: readonly Fault[] = [
  {
    name: 'delta doubled',
    quickTrials: 2_000,
    world: sharpDisagreement(100, 0.2, 'sharp, for doubled delta'),
    procedure: ({ world, path }, { table }, random) =>
      certify(path, table, { ...world.question, delta: 2 * world.question.delta }, random),
  },
  {
    name: 'path chosen on certification rows',
    quickTrials: 200,
    world: disjointPlans(5),
    // Chooses the plan to follow the first by its loss on the very rows that then judge it.
    procedure(law, drawn, random) {
      const seen = observed(law.limits[0], law, drawn).subarray(1);
      const best = 1 + seen.indexOf(Math.min(...seen));
      const { step } = certify([law.path[0], law.path[best]], drawn.table, law.world.question, random);
      return { step: step === 1 ? best : step, band: [] };
    },
  },
  {
    name: 'no stop at the first failure',
    quickTrials: 100,
    world: disjointPlans(10),
    procedure({ world, path }, { table }, random) {
      const passes = path.map((plan) => certify([plan], table, world.question, random).step === 0);
      return { step: passes.lastIndexOf(true), band: [] };
    },
  },
];
