/**
 * The items of greatest total value whose weights sum to at most `capacity`, by dynamic programming over capacities
 * (Martello and Toth, Knapsack Problems, 1990, section 2.6). Items without a positive value are never taken.
 *
 * @param weights whole numbers, 0 or more; so is `capacity`
 * @returns positions, ascending
 */
export function knapsack(values: readonly number[], weights: readonly number[], capacity: number): number[] {
  const best = new Float64Array(capacity + 1);
  const taken = values.map(() => new Uint8Array(capacity + 1));
  values.forEach((value, item) => {
    if (!(value > 0)) return;
    for (let room = capacity; room >= weights[item]; room--) {
      const with_ = best[room - weights[item]] + value;
      if (with_ <= best[room]) continue;
      best[room] = with_;
      taken[item][room] = 1;
    }
  });
  const chosen: number[] = [];
  for (let item = values.length - 1, room = capacity; item >= 0; item--) {
    if (taken[item][room] === 0) continue;
    chosen.unshift(item);
    room -= weights[item];
  }
  return chosen;
}
