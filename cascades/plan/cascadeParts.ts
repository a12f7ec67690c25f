import type { Objective, Profile } from '../../lib/costs/index.js';
import {
  type AtFidelity,
  type FeatureSet,
  type FeatureStep,
  type FidelityNames,
  fidelitySet,
} from '../../lib/features/define/index.js';
import type { Model } from '../../lib/learn/learners/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { JsonValue } from '../../lib/util/state.js';
import type { LossTotal, PathChanges, Sample } from '../certification/index.js';
import type { StageEvidence } from '../chain/index.js';
import type { Ledger } from '../holdout/index.js';
import type {
  Advice,
  Certificate,
  FrontierPoint,
  Label,
  Made,
  Observed,
  Plan,
  ServedStage,
  StageSpec,
  StepTime,
  TriedExit,
  TriedFidelity,
  TriedSubset,
  TunedFit,
} from '../types/index.js';
import { usesOf } from './plans.js';
import type { Reference } from './reference.js';

/** Everything that a cascade is made of. */
export interface CascadeParts<Row, L extends Label, Name extends string> extends ServedParts<Row, L, Name> {
  /** Shared by all cascades of one lineage. */
  readonly used: Ledger;
  /** More aggressive plans that may be served instead; absent where none was certified with its own. */
  readonly modes?: ModeSet<L, Name> | undefined;
}

/** The parts of a cascade that serves and isn't certified again. */
export interface ServedParts<Row, L extends Label, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  /** Each feature, and after all of them the fidelities that stages read, as `words@256`. */
  readonly fitted: readonly ServedFeature<Row>[];
  /** The fidelities among `fitted`. @defaultValue none */
  readonly fidelities?: FidelityNames | undefined;
  /** None for regression. */
  readonly classes: readonly L[];
  /** The features that the full model reads, in the order of its blocks. */
  readonly reads: readonly string[];
  readonly full: FullModel;
  /** In the order of `plan.stages`. */
  readonly stages: readonly ServedStage[];
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
  readonly profile: Profile<Name>;
  readonly objective: Objective;
  /** Why plans are compared by it, as `ChosenObjective` has it. Absent from files that were written before it was kept. */
  readonly whyObjective?: string | undefined;
  readonly frontier: readonly FrontierPoint[];
  readonly tried: readonly TriedSubset[];
  /** The cheaper versions of features that were looked at. Absent from files that were written before there were any. */
  readonly triedFidelities?: readonly TriedFidelity[] | undefined;
  /** The exit scores tried for the served path, as in `TestedPath`. */
  readonly exits: readonly TriedExit[];
  readonly stageNotes: readonly string[];
  readonly notes: readonly string[];
  /** Of the plan that `tune` found; none once another is served, or from files that were written before there was any. */
  readonly advice?: readonly Advice[] | undefined;
  /** The time that each step of `tune` took. Absent from a loaded cascade. */
  readonly spent?: readonly StepTime[] | undefined;
  /** The fits of `tune`, in the order in which they ended. Absent from a loaded cascade. */
  readonly fits?: readonly TunedFit[] | undefined;
  /** A number for the rows that its certificate rests on. */
  readonly restsOn: number;
  /** Absent where a file was written without it. */
  readonly reference?: Reference | undefined;
  /**
   * For a loaded cascade: the number of reference rows on which its features were compared with
   * their stored values.
   */
  readonly checked?: number | undefined;
  /** Absent from files that were written before this was recorded. */
  readonly made?: Made | undefined;
  /** The evidence for `retune`; absent if nothing was tested, or a file was written without it. */
  readonly evidence: Evidence<L, Name> | undefined;
}

/** A fitted feature as a step beside its fidelities, where it has some. */
export type ServedFeature<Row> = NamedFeature<Row> & Partial<Pick<FeatureStep<Row>, 'reads' | 'own'>>;

/** What a cascade computes, and which of it are features themselves. */
type Served<Row, Name extends string> = Pick<
  ServedParts<Row, Label, Name>,
  'features' | 'fitted' | 'fidelities'
>;

/** The definitions of what a cascade computes, by their names. */
export function servedSet<Row, Name extends string>({
  features,
  fitted,
  fidelities = {},
}: Served<Row, Name>): FeatureSet<Row, AtFidelity<Name>> {
  return fidelitySet(features, fitted, fidelities);
}

/** The features themselves, without their fidelities. */
export function featuresOf<Row, Name extends string>({
  features,
  fitted,
}: Served<Row, Name>): readonly ServedFeature<Row>[] {
  return fitted.slice(0, features.names.length);
}

/** Plans of one path, certified together with the cascade's own plan. */
export interface ModeSet<L extends Label, Name extends string> {
  /** The epsilons that were requested, ascending: modes that come to the same plan are one. */
  readonly epsilons: readonly number[];
  /** The models of the chain that all of these plans, the cascade's own included, are over. */
  readonly stages: readonly ServedStage[];
  /** From conservative to aggressive, each more aggressive than the cascade's own. */
  readonly further: readonly FurtherMode<L, Name>[];
}

/** A plan with its promise. Plain data. */
export interface FurtherMode<L extends Label, Name extends string> {
  readonly plan: Plan<L, Name>;
  readonly certificate: Certificate;
}

/** What was tested. Plain data except for the models. */
export interface Evidence<L extends Label, Name extends string> {
  readonly path: TestedPath<L, Name>;
  /** Absent from a loaded cascade that holds no data for new plans. */
  readonly tuning: Tuning | undefined;
  /**
   * The rows of the certificate, to count on where the rows of any plan leave; absent from files that were written
   * before it was kept.
   */
  readonly sample?: Sample | undefined;
  /** The epsilons that were tested, where that was a list; absent while the certificate has them all. */
  readonly tested?: readonly number[];
}

/** A path's plans, from conservative to aggressive, and the limits that hold for all of them together. */
export interface TestedPath<L extends Label, Name extends string> {
  readonly plans: readonly Plan<L, Name>[];
  /** The models of the whole chain. */
  readonly stages: readonly ServedStage[];
  /** For each plan, the positions in `stages` of its own. */
  readonly uses: readonly (readonly number[])[];
  readonly band: readonly number[];
  /** Observations of each plan on the rows of the band. */
  readonly observed: readonly Observed[];
  /** Its tallies there of the promised loss, of the first of several. */
  readonly tallies: readonly LossTotal[];
  /** Which answers each plan changes there; absent for regression, and from files without. */
  readonly changes?: PathChanges | undefined;
  /** Exit scores that were tried for the chain's stages, and notes on the stages. */
  readonly exits: readonly TriedExit[];
  readonly stageNotes: readonly string[];
}

/** Answers of stages on the tuning rows, from which plans for other costs are made. Plain data. */
export interface Tuning {
  readonly stages: readonly StageTuning[];
  /** Numbers that the blocks of each row hold. */
  readonly sizes: Float64Array;
  /** The mean loss that is expected to pass on `units` units at `epsilon`. */
  readonly target: number;
  readonly epsilon: number;
  readonly units: number;
}

export interface StageTuning extends Pick<StageSpec, 'target' | 'passed'> {
  readonly evidence: StageEvidence;
}

/** The path that the served plan is on; without evidence the plan itself and its modes. */
export function servedPath<L extends Label, Name extends string>(
  parts: Pick<
    CascadeParts<never, L, Name>,
    'evidence' | 'plan' | 'stages' | 'certificate' | 'exits' | 'stageNotes' | 'modes'
  >,
): TestedPath<L, Name> {
  const { evidence, plan, stages, certificate, exits, stageNotes, modes } = parts;
  if (evidence !== undefined) return evidence.path;
  const chain = modes?.stages ?? stages;
  const own = { plan, certificate, uses: modes ? usesOf(chain, plan) : [...stages.keys()] };
  const further = modes?.further.map((mode) => ({ ...mode, uses: usesOf(chain, mode.plan) })) ?? [];
  // The full model alone is no step of a path that has plans.
  const steps = plan.stages.length === 0 && further.length > 0 ? further : [own, ...further];
  return {
    plans: steps.map((step) => step.plan),
    stages: chain,
    uses: steps.map((step) => step.uses),
    band: [],
    observed: steps.map((step) => step.certificate.observed),
    tallies: steps.map((step) => step.certificate),
    exits,
    stageNotes,
  };
}

export interface FullModel {
  readonly model: Model;
  /**
   * Its learner's name if it was trained with the cascade, else the fingerprint of the model that
   * was given.
   */
  readonly learner: string | undefined;
  readonly fingerprint: string | undefined;
  /** Its declared options, if it was given trained. */
  readonly options?: JsonValue | undefined;
}
