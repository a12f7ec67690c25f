import { checkFlag, checkKeys, checkOneOf } from '../../lib/check.js';
import { combine, writeArtifact } from '../../lib/data/artifact/index.js';
import { isPrefix } from '../../lib/learn/learners/index.js';
import type { State } from '../../lib/util/state.js';
import { type CascadeParts, type Evidence, featuresOf } from '../plan/index.js';
import type { Label, ServedStage } from '../types/index.js';
import { featureTerms } from './features.js';
import { fullTerms, plain, stateOf } from './pieces.js';
import { REFERENCE_KEPT, type ReferenceKept, referenceState } from './reference.js';
import type { Stored, StoredStage } from './stored.js';
import { sampleState, tuningState, tuningTerms } from './tuning.js';

/** Options of `cascade.save`. */
export interface SaveOptions {
  /** Also writes what `retune` and `whatIf` choose from, and all of `path`. @defaultValue false */
  readonly evidence?: boolean;
  /**
   * A few rows' values of every feature, by which `load` sees whether features still give them: `values` alone, `rows`
   * with the rows themselves, which must be plain data (JSON, NaN, dates, bigints), or `none`. @defaultValue 'values'
   */
  readonly reference?: ReferenceKept;
}

export async function saveCascade<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  path: string,
  options: SaveOptions = {},
): Promise<void> {
  checkKeys(options, ['evidence', 'reference']);
  if (options.evidence !== undefined) checkFlag('evidence', options.evidence);
  const { reference: kept = 'values' } = options;
  checkOneOf('reference', kept, REFERENCE_KEPT);
  const { features, fidelities, full, stages, modes } = parts;
  // A fidelity has no state of its own.
  const fitted = featuresOf(parts);
  const evidence = options.evidence ? parts.evidence : undefined;
  const states: Record<string, State> = {};
  for (const { name, fitted: feature } of fitted) states[`feature ${name}`] = feature.state;
  if (full.learner !== undefined) states.full = stateOf(full.model);
  const holders = new Map([[full.model, 'full']]);
  const keep =
    (prefix: string) =>
    ({ model, rule, ...stage }: ServedStage, s: number): StoredStage => {
      const name = `${prefix}stage ${s}`;
      const whole = stage.prefix !== null && isPrefix(model) ? model.ensemble : model;
      const state = holders.get(whole) ?? name;
      if (state === name) states[name] = stateOf(whole);
      holders.set(whole, state);
      states[`${name} exit`] = rule.state;
      return { ...stage, state };
    };
  const known = parts.used.state();
  const stored: Stored<Row, L, Name> = {
    stages: stages.map(keep('')),
    classes: parts.classes,
    reads: parts.reads,
    plan: parts.plan,
    certificate: parts.certificate,
    profile: parts.profile,
    objective: parts.objective,
    ...(parts.whyObjective !== undefined && { whyObjective: parts.whyObjective }),
    frontier: parts.frontier,
    tried: parts.tried,
    ...(parts.triedFidelities && { triedFidelities: parts.triedFidelities }),
    exits: parts.exits,
    stageNotes: parts.stageNotes,
    notes: parts.notes,
    ...(parts.made && { made: parts.made }),
    ...(parts.advice && { advice: parts.advice }),
    ...(modes && {
      modes: { epsilons: modes.epsilons, chain: modes.stages.map(keep('mode ')), further: modes.further },
    }),
    features: featureTerms(features, fitted, fidelities),
    full: fullTerms(full),
    restsOn: parts.restsOn,
    stale: parts.used.stale,
    ...(known.batches.length > 0 && { batches: known.batches.map(({ claim, seed }) => ({ claim, seed })) }),
    evidence: evidence ? evidenceTerms(evidence, keep('path 0 ')) : null,
  };
  const used = {
    ...Object.fromEntries(known.digests.map((digests, f) => [`used ${f}`, digests])),
    'used rows': known.rows,
    'used groups': known.groups,
    ...Object.fromEntries(known.batches.map(({ keys }, b) => [`used batch ${b}`, keys])),
  };
  if (kept !== 'none' && parts.reference) states.reference = referenceState(parts.reference, kept);
  if (evidence?.tuning) states.tuning = tuningState(evidence.tuning);
  if (evidence?.sample) states.sample = sampleState(evidence.sample);
  await writeArtifact(path, combine({ cascade: { json: plain(stored), tensors: used }, ...states }));
}

function evidenceTerms<L extends Label, Name extends string>(
  { path: { stages, ...path }, tested, tuning }: Evidence<L, Name>,
  keep: (stage: ServedStage, s: number) => StoredStage,
): Stored<never, L, Name>['evidence'] {
  return {
    paths: [{ ...path, chain: stages.map(keep) }],
    served: 0,
    ...(tested && { tested }),
    tuning: tuning ? tuningTerms(tuning) : null,
  };
}
