import { type CascadeParts, servedPath, toldPlan, usesOf } from '../parts/index.js';
import { unchanged } from '../promise/index.js';
import type { Certificate, Label, Plan } from '../terms/index.js';

/** The same cascade under a plan of which nothing is promised. */
export function explored<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
  reason = 'a plan pinned by hand; certify it on fresh rows',
): CascadeParts<Row, L, Name> {
  const { stages: chain } = servedPath(parts);
  const told = toldPlan(parts, plan);
  return {
    ...parts,
    plan: told,
    stages: usesOf(chain, told).map((s) => chain[s]),
    certificate: unpromised(parts.certificate, reason),
    frontier: [],
  };
}

function unpromised(certificate: Certificate, reason: string): Certificate {
  // What became void says nothing of plans by hand either, and no band holds of what has changed.
  if (certificate.verdict === 'void') return certificate;
  const nothing = { method: 'none', n: 0, lost: 0, upper: null, rowsNeeded: null };
  const { all } = certificate;
  return {
    ...certificate,
    ...nothing,
    verdict: 'exploratory',
    reason,
    observed: unchanged(0, 0),
    ...(all && { all: all.map((clause) => ({ ...clause, ...nothing })) }),
  };
}
