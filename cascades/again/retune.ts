import { checkInside, checkKeys } from '../../lib/check.js';
import { MissingEvidence } from '../../lib/errors.js';
import {
  type CascadeParts,
  cheapestWithin,
  type Evidence,
  frontierOf,
  withoutStages,
} from '../parts/index.js';
import { unchanged } from '../promise/index.js';
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
  const evidence = evidenceOf(parts);
  const found = cheapestWithin(evidence.paths, epsilon);
  const { path = evidence.served, step = -1, plan } = found ?? {};
  const { plans, uses, stages, observed, band } = evidence.paths[path];
  return {
    ...parts,
    plan: plan ?? withoutStages(plans[0]),
    stages: plan ? uses[step].map((s) => stages[s]) : [],
    certificate: { ...promise(certificate, observed[step]), epsilon, upper: plan ? band[step] : null },
    frontier: frontierOf(evidence.paths, epsilon),
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
        : "retune needs the path's plans and their simultaneous band: groups have none, and a file has them only where it was written by save(path, { evidence: true })",
    );
  }
  return evidence;
}

/**
 * What the band promises of the plan of which this was observed, or that none is served. What has become void stays void:
 * the band was measured on what it was before.
 */
function promise(certificate: Certificate, observed: Observed | undefined): Certificate {
  if (certificate.verdict === 'void') return certificate;
  const { rows, byClass } = certificate.observed;
  const seen = observed ?? unchanged(rows, byClass.length);
  const { changed, worse, better } = seen;
  const lost = { accuracy: worse - better, harm: worse, disagreement: changed };
  return {
    ...certificate,
    verdict: observed ? 'certified' : 'full-model-only',
    reason: observed
      ? null
      : 'nothing cheaper is within this epsilon by the band that holds for all plans together',
    observed: seen,
    // Other losses have no band.
    lost: typeof certificate.loss === 'string' ? lost[certificate.loss] : certificate.lost,
    method: 'simultaneous band over the path',
    rowsNeeded: null,
  };
}
