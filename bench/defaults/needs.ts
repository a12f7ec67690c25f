import { MANUALS } from '../fidelities/manuals.js';
import type { PeerUse } from '../harness/peers.js';
import { DUCKDB, MINILM, REDIS, SKLEARN_PIPELINES, TRANSFORMERS } from '../peers/known.js';
import { PROBLEMS } from './problems.js';

/** What problems need of the machine. */
const NEEDS = {
  sentences: [MINILM, TRANSFORMERS],
  manuals: [MANUALS],
  flights: [REDIS, DUCKDB],
  senses: [SKLEARN_PIPELINES],
};

/** The peers of some problems, whose checks begin with their names. */
export function peersOf(cases: readonly string[]): PeerUse[] {
  return Object.entries(NEEDS).flatMap(([name, peers]) =>
    cases.includes(name) ? peers.map((peer) => ({ peer, checks: [`${name}: `] })) : [],
  );
}

/** Those of some problems that can be opened here, by name. */
export function openable(cases: readonly string[]) {
  const missing = Object.entries(NEEDS).flatMap(([name, peers]) =>
    cases.includes(name) && peers.some((peer) => peer.missing() !== undefined) ? [name] : [],
  );
  return Object.entries(PROBLEMS).filter(([name]) => cases.includes(name) && !missing.includes(name));
}
