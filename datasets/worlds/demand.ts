/** Throws a `RangeError` that names the option: outside its range a world's closed form would be wrong. */
export function demand(holds: boolean, option: string, value: unknown, expected: string): void {
  if (!holds) throw new RangeError(`option '${option}': expected ${expected}, got ${String(value)}`);
}

export function demandCount(option: string, value: number, least = 1): void {
  demand(Number.isInteger(value) && value >= least, option, value, `an integer of at least ${least}`);
}

export function demandProbability(option: string, value: number): void {
  demand(value >= 0 && value <= 1, option, value, 'a probability, 0 to 1');
}
