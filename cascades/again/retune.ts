import { checkInside, checkKeys } from '../../lib/check.js';
import { MissingEvidence } from '../../lib/errors.js';
import {
  type CascadeParts,
  cheapestWithin,
  type Evidence,
  frontierOf,
  withoutStages,
} from '../parts/index.js';
import { type Tally, unchanged } from '../promise/index.js';
import type { Certificate, Label, Observed } from '../terms/index.js';

export interface RetuneOptions {
  /** The loss promised at most from now on; loss and delta stay. */
  readonly epsilon: number;
}

/** The same cascade under another epsilon: nothing is fitted and no row is looked at again. */
export function retuned<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  options: RetuneOptions,
): CascadeParts<Row, L, Name> {
  checkKeys(options, ['epsilon']);
  const { epsilon } = options;
  checkInside('epsilon', epsilon);
  const { certificate } = parts;
  const { also } = certificate;
  // All that were tested but the one asked for now.
  const others = also && [certificate.epsilon, ...also].filter((other) => other !== epsilon);
  const evidence = evidenceOf(parts);
  const found = cheapestWithin(evidence.paths, epsilon);
  const { path = evidence.served, step = -1, plan } = found ?? {};
  const { plans, uses, stages, observed, tallies, band, exits, stageNotes } = evidence.paths[path];
  return {
    ...parts,
    plan: plan ?? withoutStages(plans[0]),
    stages: plan ? uses[step].map((s) => stages[s]) : [],
    certificate: {
      ...promise(certificate, observed[step], tallies[step]),
      epsilon,
      // A list of epsilons says which are kept, not by how much.
      upper: plan && !also ? band[step] : null,
      ...(also && { also: others }),
    },
    frontier: frontierOf(evidence.paths, { epsilon, also: others }),
    exits,
    stageNotes,
    evidence: { ...evidence, served: path },
  };
}

function evidenceOf<Row, L extends Label, Name extends string>({
  evidence,
  certificate,
}: CascadeParts<Row, L, Name>): Evidence<L, Name> {
  if (evidence === undefined || evidence.paths[0].band.length === 0) {
    throw new MissingEvidence(
      certificate.n === 0 || certificate.method === 'none'
        ? 'retune needs tested plans, and none was tested'
        : "retune needs the path's plans and limits that hold for all of them: groups and other losses than accuracy, disagreement and harm have them where tune was told which epsilons may be asked for (bound.also), and a file where it was written by save(path, { evidence: true })",
    );
  }
  return evidence;
}

/**
 * What the band promises of the plan of which this was observed, or that none is served. What has become void stays void:
 * the band was measured on what it was before.
 */
function promise(
  certificate: Certificate,
  observed: Observed | undefined,
  tally: Tally | undefined,
): Certificate {
  if (certificate.verdict === 'void') return certificate;
  const { rows, byClass } = certificate.observed;
  return {
    ...certificate,
    verdict: observed ? 'certified' : 'full-model-only',
    reason: observed
      ? null
      : 'nothing cheaper is within this epsilon by the band that holds for all plans together',
    observed: observed ?? unchanged(rows, byClass.length),
    ...(tally ?? { lost: 0 }),
    method: certificate.also
      ? `fixed sequence, for one of ${1 + certificate.also.length} epsilons with an equal share of delta each`
      : 'simultaneous band over the path',
    rowsNeeded: null,
  };
}
