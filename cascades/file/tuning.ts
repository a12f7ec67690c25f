import { ArtifactError } from '../../lib/errors.js';
import type { State } from '../../lib/state.js';
import type { StageEvidence } from '../chain/index.js';
import type { Tuning } from '../parts/index.js';

/** What of the tuning evidence is kept as JSON; the rest is tensors. */
export interface TuningTerms {
  readonly stages: readonly Omit<Tuning['stages'][0], 'evidence'>[];
  readonly target: number;
}

const PARTS = ['answers', 'confidence', 'loss'] as const satisfies readonly (keyof StageEvidence)[];

export function tuningTerms({ stages, target }: Tuning): TuningTerms {
  return { stages: stages.map(({ target: of, passed }) => ({ target: of, passed })), target };
}

export function tuningState({ stages, sizes }: Tuning): State {
  const tensors = stages.flatMap(({ evidence }, s) =>
    PARTS.map((part) => [`${part} ${s}`, evidence[part]] as const),
  );
  return { json: null, tensors: { sizes, ...Object.fromEntries(tensors) } };
}

/** @throws ArtifactError where a part is missing */
export function loadTuning({ stages, target }: TuningTerms, { tensors }: State): Tuning {
  const tensor = (name: string) => {
    const values = tensors[name];
    if (values instanceof Float64Array) return values;
    throw new ArtifactError('damaged', `the tuning evidence lacks '${name}'`);
  };
  return {
    stages: stages.map((terms, s) => ({
      ...terms,
      evidence: {
        answers: tensor(`answers ${s}`),
        confidence: tensor(`confidence ${s}`),
        loss: tensor(`loss ${s}`),
      },
    })),
    sizes: tensor('sizes'),
    target,
  };
}
