import { type Check, leftOut } from './checks.js';

/** Something that a workload is compared with, or needs, and that a machine may lack. */
export interface Peer {
  readonly name: string;
  /** How to get it. */
  readonly install: string;
  /** Looks for it, in a moment, without loading it. @returns why it can't be had, in words; undefined where it is there */
  missing(): string | undefined;
}

/** A peer, and the checks that are left out without it: their names, or what these begin with or contain. */
export interface PeerUse {
  readonly peer: Peer;
  readonly checks: readonly string[];
}

/**
 * Says which peers are missing, how to get them and what is left out, before anything is measured.
 *
 * @returns the checks that are left out, each once
 */
export function probe(uses: readonly PeerUse[], log: (text: string) => void): Check[] {
  const without = new Map<string, Check>();
  for (const { peer, checks } of uses) {
    const why = peer.missing();
    if (why === undefined) continue;
    log([`without ${peer.name} (${why}; ${peer.install}), left out:`, ...checks].join('\n  '));
    for (const what of checks)
      if (!without.has(what)) without.set(what, leftOut(what, `needs ${peer.name}`, why));
  }
  return [...without.values()];
}

/** A workload's checks, and those left out of which it says nothing itself. */
export function withLeftOut(checks: readonly Check[], without: readonly Check[]): Check[] {
  return [...checks, ...without.filter(({ what }) => !checks.some((check) => check.what.includes(what)))];
}
