/**
 * Parts of a space given to several users of it so that they gain most together: exact, whatever the curves' shapes, by
 * dynamic programming over users and parts.
 *
 * @param curves what each gains of none, one, … all of the parts; none ever falls
 * @returns how many parts each gets; all of them are given
 */
export function bestShares(curves: readonly Float64Array[]): Int32Array {
  const parts = curves[0].length - 1;
  let best = new Float64Array(parts + 1);
  const taken = curves.map((curve) => {
    const next = new Float64Array(parts + 1);
    const own = new Int32Array(parts + 1);
    for (let room = 0; room <= parts; room++) {
      for (let take = 0; take <= room; take++) {
        const gain = curve[take] + best[room - take];
        if (take > 0 && gain <= next[room]) continue;
        next[room] = gain;
        own[room] = take;
      }
    }
    best = next;
    return own;
  });
  const shares = new Int32Array(curves.length);
  let room = parts;
  for (let user = curves.length - 1; user >= 0; user--) {
    shares[user] = taken[user][room];
    room -= shares[user];
  }
  // What nobody gains by goes to the first in turn.
  for (let user = 0; room > 0; user = (user + 1) % shares.length, room--) shares[user]++;
  return shares;
}

/** Parts divided as evenly as can be. */
export function equalShares(users: number, parts: number): Int32Array {
  return Int32Array.from(
    { length: users },
    (_, user) => Math.floor((parts * (user + 1)) / users) - Math.floor((parts * user) / users),
  );
}

export function gainOf(curves: readonly Float64Array[], shares: Int32Array): number {
  return curves.reduce((sum, curve, user) => sum + curve[shares[user]], 0);
}
