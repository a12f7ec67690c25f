/** `evidence.ts` as `spillway/runtime` has it: it makes no plans and no reports. */
export function checkEvidence(): void {}

export function loadEvidence(): undefined {}
