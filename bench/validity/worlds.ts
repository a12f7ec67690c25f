import { tableWorld } from './agreement.js';
import { faults } from './faults.js';
import {
  disjointPlans,
  sharpAccuracy,
  sharpDisagreement,
  sharpHarm,
  sharpPrecision,
  sharpRecall,
} from './sharp.js';
import { honest, type Procedure } from './trial.js';
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
