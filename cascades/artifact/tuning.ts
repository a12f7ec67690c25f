import { ArtifactError } from '../../lib/errors.js';
import type { State } from '../../lib/util/state.js';
import type { Sample } from '../certification/index.js';
import type { StageEvidence } from '../chain/index.js';
import type { StageTuning, Tuning } from '../plan/index.js';

/** The tuning evidence that is kept as JSON, one list a path; the rest is tensors. */
export interface TuningTerms {
  readonly stages: readonly (readonly Omit<StageTuning, 'evidence'>[])[];
  readonly target: number;
  readonly epsilon: number;
  readonly units: number;
}

const PARTS = ['answers', 'confidence', 'loss'] as const satisfies readonly (keyof StageEvidence)[];

export function tuningTerms({ stages, target, epsilon, units }: Tuning): TuningTerms {
  const terms = stages.map(({ target: of, passed }) => ({ target: of, passed }));
  return { stages: [terms], target, epsilon, units };
}

export function tuningState({ stages, sizes }: Tuning): State {
  const tensors = stages.flatMap(({ evidence }, s) =>
    PARTS.map((part) => [`${part} 0.${s}`, evidence[part]] as const),
  );
  return { json: null, tensors: { sizes, ...Object.fromEntries(tensors) } };
}

/** @param p the path that is served @throws ArtifactError if a part is missing */
export function loadTuning({ stages, ...terms }: TuningTerms, p: number, state: State): Tuning {
  const tensor = tensorsOf(state, 'tuning evidence');
  const evidenceOf = (at: string): StageEvidence => ({
    answers: tensor(`answers ${at}`),
    confidence: tensor(`confidence ${at}`),
    loss: tensor(`loss ${at}`),
  });
  return {
    stages: stages[p].map((stage, s) => ({ ...stage, evidence: evidenceOf(`${p}.${s}`) })),
    sizes: tensor('sizes'),
    ...terms,
  };
}

/** The rows of the certificate, as far as costs are counted on them. */
export function sampleState({ stages, sizes }: Sample): State {
  const tensors = stages.flatMap(({ answers, confidence }, s) => [
    [`answers 0.${s}`, answers] as const,
    [`confidence 0.${s}`, confidence] as const,
  ]);
  return { json: null, tensors: { sizes, ...Object.fromEntries(tensors) } };
}

/**
 * @param p the path that is served @param count how many stages its chain has @throws ArtifactError if a part is
 * missing
 */
export function loadSample(p: number, count: number, state: State): Sample {
  const tensor = tensorsOf(state, "certificate's sample");
  return {
    sizes: tensor('sizes'),
    stages: Array.from({ length: count }, (_, s) => ({
      answers: tensor(`answers ${p}.${s}`),
      confidence: tensor(`confidence ${p}.${s}`),
    })),
  };
}

/** Finds tensors of one number a row. */
function tensorsOf({ tensors }: State, what: string): (name: string) => Float64Array {
  return (name) => {
    const values = tensors[name];
    if (values instanceof Float64Array && (name === 'sizes' || values.length === tensors.sizes?.length))
      return values;
    throw new ArtifactError('damaged', `the ${what} lacks '${name}'`);
  };
}
