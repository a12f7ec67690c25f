import type { Forest } from './forest.js';

/**
 * Bounds on what the trees after each cut can add to each output: (trees + 1) x outputs, row-major,
 * cut by cut.
 */
export interface Remaining {
  /**
   * (trees + 1) x outputs, row-major: the least and the most that the remaining trees can add to an
   * output.
   */
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/**
 * Bounds on what the trees after a cut can still add to any row: sums of each tree's least and
 * greatest leaf. A class is settled after `cut` trees if `margin + least[cut * outputs + class]` is
 * above every other class's margin + most: no further tree can change the decision.
 *
 * A row gets between `least` and `most` more in floating point too: both are widened by the largest
 * possible rounding of the forest's sum, of these and of adding the two. They are 0 after the last
 * tree.
 *
 * @param forest the trees of a model: `model.forest`
 * @returns for cuts 0 … trees; O(nodes)
 *
 * @example
 * const { least, most } = remaining(model.forest);
 * model.begin(rows, margins);
 * model.advance(blocks, margins, 0, 20);
 * const stays = margins[0] + least[20] > 0; // of one output: row 0 is of class 1 and stays so
 */
export function remaining(forest: Forest): Remaining {
  const { outputs, base, roots } = forest;
  const trees = roots.length;
  const { low, high } = leafRanges(forest);
  const least = new Float64Array((trees + 1) * outputs);
  const most = new Float64Array((trees + 1) * outputs);
  for (let output = 0; output < outputs; output++) {
    // No sum on the way is larger than this.
    let size = Number.isFinite(base[output]) ? Math.abs(base[output]) : 0;
    for (let tree = output; tree < trees; tree += outputs) {
      size += Math.max(Math.abs(low[roots[tree]]), Math.abs(high[roots[tree]]));
    }
    let [down, up, left] = [0, 0, 0];
    for (let cut = trees - 1; cut >= 0; cut--) {
      if (cut % outputs === output) {
        down += low[roots[cut]];
        up += high[roots[cut]];
        left++;
      }
      const rounding = left === 0 ? 0 : (left + 1) * Number.EPSILON * size;
      least[cut * outputs + output] = down - rounding;
      most[cut * outputs + output] = up + rounding;
    }
  }
  return { least, most };
}

/** The least and greatest leaf below each node. */
function leafRanges({ feature, left, right, value }: Forest): { low: Float64Array; high: Float64Array } {
  const low = value.slice();
  const high = value.slice();
  // Children come after their parents.
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node] === -1) continue;
    low[node] = Math.min(low[left[node]], low[right[node]]);
    high[node] = Math.max(high[left[node]], high[right[node]]);
  }
  return { low, high };
}
