import { frozen } from '../../lib/util/frozen.js';
import type { Label } from '../types/index.js';
import type { ServedParts } from './cascadeParts.js';
import type { Reference } from './reference.js';

/**
 * The same parts with all public data frozen: the plan that is promised, served and saved is the
 * one that was certified.
 */
export function frozenParts<
  Row,
  L extends Label,
  Name extends string,
  Parts extends ServedParts<Row, L, Name>,
>(parts: Parts & ServedParts<Row, L, Name>): Parts {
  const known = new Map<unknown, unknown>();
  const {
    plan,
    certificate,
    profile,
    frontier,
    tried,
    triedFidelities,
    classes,
    made,
    advice,
    evidence,
    reference,
  } = parts;
  return Object.freeze({
    ...parts,
    classes: frozen(classes, known),
    plan: frozen(plan, known),
    certificate: frozen(certificate, known),
    profile: frozen(profile, known),
    frontier: frozen(frontier, known),
    tried: frozen(tried, known),
    triedFidelities: frozen(triedFidelities, known),
    made: frozen(made, known),
    advice: frozen(advice, known),
    reference: frozenReference(reference),
    evidence: evidence && {
      ...evidence,
      path: { ...evidence.path, plans: frozen(evidence.path.plans, known) },
    },
  });
}

/** Reference rows whose positions can't be changed. The rows themselves are the user's. */
export function frozenReference(reference: Reference | undefined): Reference | undefined {
  return reference && { ...reference, positions: frozen(reference.positions) };
}
