import { certify } from './certify.js';
import { disjointPlans, sharpDisagreement } from './sharp.js';
import { observed, type Procedure } from './trial.js';
import type { World } from './world.js';

/** A procedure with a mistake in it, and a world in which the mistake breaks the promise. */
export interface Fault {
  readonly name: string;
  readonly world: World;
  readonly procedure: Procedure;
  /** So many trials show it. */
  readonly quickTrials: number;
}

export const faults: readonly Fault[] = [
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
