import { checkEvidence } from '#evidence';
import { separate } from '../../lib/data/artifact/index.js';
import type { State } from '../../lib/util/state.js';
import type { Label } from '../types/index.js';
import { contentOf } from './pieces.js';
import { storedOf } from './shapes.js';
import { readSource } from './source.js';
import type { Stored } from './stored.js';
import { storedModes } from './storedModes.js';
import { loadTuning } from './tuning.js';

/**
 * A cascade's file as data: its plan, certificate and settings. Nothing that could predict is
 * loaded.
 *
 * @param source a file's path, or its bytes
 */
export async function describeFile(source: string | Uint8Array | ArrayBuffer) {
  const state = await readSource(source);
  const states = separate(state);
  const content = contentOf(typeof source === 'string' ? source : 'the artifact', states, 'cascade');
  const whole = checkEvidence(storedOf<never, Label, string>(content.json));
  const { evidence, full, ...stored } = whole;
  return {
    ...stored,
    modes: storedModes(whole),
    certificate: stored.certificate,
    full: {
      learner: full.learner ?? undefined,
      fingerprint: full.fingerprint ?? undefined,
      ...(full.name !== undefined && { name: full.name }),
    },
    evidence: evidence ? described(evidence, states.tuning) : undefined,
  };
}

function described(
  { paths, served, tested, tuning }: NonNullable<Stored<never, Label, string>['evidence']>,
  state: State,
) {
  const { chain, ...path } = paths[served];
  return {
    tested,
    path: { ...path, stages: chain },
    tuning: tuning ? loadTuning(tuning, served, state) : undefined,
  };
}

export type DescribedFile = Awaited<ReturnType<typeof describeFile>>;
