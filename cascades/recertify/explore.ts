import { unchanged } from '../certification/index.js';
import { type CascadeParts, replan, servedPath, usesOf } from '../plan/index.js';
import type { Certificate, Label, Plan } from '../types/index.js';

/** The same cascade under a plan that somebody gave: nothing is promised of it. */
export function withPlan<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
): CascadeParts<Row, L, Name> {
  return unpromisedUnder(parts, replan(parts, plan), 'a plan pinned by hand; certify it on fresh rows');
}

/** The same cascade under a plan over its stages of which nothing is promised. @param reason why it isn't */
export function unpromisedUnder<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  plan: Plan<L, Name>,
  reason: string,
): CascadeParts<Row, L, Name> {
  const { stages: chain } = servedPath(parts);
  return {
    ...parts,
    plan,
    stages: usesOf(chain, plan).map((s) => chain[s]),
    certificate: unpromised(parts.certificate, reason),
    frontier: [],
  };
}

function unpromised(certificate: Certificate, reason: string): Certificate {
  // What became void says nothing of plans by hand either, and no band holds of what has changed.
  if (certificate.verdict === 'void') return certificate;
  const nothing = { method: 'none', n: 0, lost: 0, upper: null, rowsNeeded: null };
  const { all, prospect: _, ...others } = certificate;
  return {
    ...others,
    ...nothing,
    verdict: 'exploratory',
    reason,
    observed: unchanged(0, 0),
    ...(all && { all: all.map((clause) => ({ ...clause, ...nothing })) }),
  };
}
