/** The most bins of one column: with one for missing values they fit a byte. */
export const MOST_BINS = 255;

/**
 * Cuts the numbers of a column into bins of about equal counts, every number its own bin where there are few.
 *
 * @param sorted ascending, without NaN
 * @param zeros the number of further rows with 0
 * @returns the upper edge of each bin but the last. An edge is a Float32 with numbers of the column at it or below, and
 *   others above: the comparison that put a row into its bin is the one that a tree makes
 */
export function binEdges(sorted: Float32Array, zeros: number, maxBins: number): Float32Array {
  const { values, counts, distinct } = countDistinct(sorted, zeros);
  const edges = new Float32Array(Math.min(maxBins, Math.max(1, distinct)) - 1);
  if (distinct <= maxBins) {
    for (let i = 0; i < edges.length; i++) edges[i] = between(values[i], values[i + 1]);
    return edges;
  }
  let left = sorted.length + zeros;
  let made = 0;
  let inBin = 0;
  for (let i = 0; i + 1 < distinct && made < edges.length; i++) {
    inBin += counts[i];
    // A bin that one value fills alone is subtracted, so that the others still share the rows
    // evenly.
    const share = left / (edges.length + 1 - made);
    const oneEach = distinct - i - 1 <= edges.length - made;
    if (inBin < share && counts[i + 1] < share && !oneEach) continue;
    edges[made++] = between(values[i], values[i + 1]);
    left -= inBin;
    inBin = 0;
  }
  return edges.subarray(0, made);
}

/** The first bin whose edge is not below `value`. */
export function binOf(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= edges[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Writes the bin of each of the numbers `values[start + i * step]` into `into[i]`; `missing` for NaN.
 *
 * The search begins from a table of even steps between the first edge and the last. A number in a
 * later cell than an edge's is above that edge, under any rounding, so that the bins equal those of
 * {@link binOf}.
 */
export function writeBins(
  edges: Float32Array,
  values: Float32Array,
  start: number,
  step: number,
  into: Uint8Array,
  missing: number,
): void {
  const low = edges.length > 0 ? edges[0] : 0;
  const spread = edges.length > 0 ? edges[edges.length - 1] - low : 0;
  const scale = spread > 0 && Number.isFinite(spread) ? CELLS / spread : 0;
  const cell = (value: number) => Math.min(CELLS, Math.max(0, (value - low) * scale)) | 0;
  const edgesBefore = new Uint8Array(CELLS + 2);
  for (const edge of edges) edgesBefore[cell(edge) + 1]++;
  for (let c = 1; c < edgesBefore.length; c++) edgesBefore[c] += edgesBefore[c - 1];
  for (let i = 0, at = start; i < into.length; i++, at += step) {
    const value = values[at];
    const c = cell(value);
    let from = edgesBefore[c];
    let to = edgesBefore[c + 1];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (value <= edges[middle]) to = middle;
      else from = middle + 1;
    }
    into[i] = Number.isNaN(value) ? missing : from;
  }
}

const CELLS = 1024;

/** A Float32 that is at least `low` and less than `high`: halfway, where rounding lets it. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

function countDistinct(sorted: Float32Array, zeros: number) {
  const values = new Float32Array(sorted.length + 1);
  const counts = new Uint32Array(sorted.length + 1);
  let distinct = 0;
  const add = (value: number, count: number) => {
    if (distinct === 0 || values[distinct - 1] !== value) values[distinct++] = value;
    counts[distinct - 1] += count;
  };
  let pending = zeros > 0;
  for (let i = 0; i < sorted.length; i++) {
    if (pending && sorted[i] >= 0) {
      add(0, zeros);
      pending = false;
    }
    add(sorted[i], 1);
  }
  if (pending) add(0, zeros);
  return { values, counts, distinct };
}
