import { median } from 'simple-statistics';
import { addProduct, SparseWriter } from '../../lib/data/blocks/index.js';
import { random } from '../../lib/stats/index.js';
import { interleave, medianRatio } from '../harness/measure.js';

const ROWS = 4_000;
const COLUMNS = 20_000;
/** Nonzeros a row, on average. */
const ENTRIES = 120;

/** A linear model's sums of sparse rows, in turn with a plain loop over the same arrays. */
export async function linearRatio(rounds: number): Promise<{ us: number; byHandUs: number; ratio: number }> {
  const stream = random(1).fork('linear');
  const writer = new SparseWriter(ROWS, COLUMNS, 2 * ROWS * ENTRIES);
  for (let row = 0; row < ROWS; row++) {
    const count = Math.floor(2 * ENTRIES * stream.uniform());
    const used = new Set(Array.from({ length: count }, () => Math.floor(COLUMNS * stream.uniform() ** 2)));
    for (const column of used) writer.push(column, stream.normal());
    writer.endRow();
  }
  const block = writer.block();
  const { offsets, indices, values } = block;
  const weights = Float64Array.from({ length: COLUMNS }, () => stream.normal());
  const ours = new Float64Array(ROWS);
  const theirs = new Float64Array(ROWS);
  const product = () => addProduct(block, weights, 0, 1, ours);
  const byHand = () => {
    for (let row = 0; row < ROWS; row++) {
      let sum = 0;
      for (let e = offsets[row]; e < offsets[row + 1]; e++) sum += values[e] * weights[indices[e]];
      theirs[row] += sum;
    }
  };
  // Several times, so that compilers have seen both.
  const [times, handTimes] = await interleave([product, byHand], rounds + 10).then((all) =>
    all.map((one) => one.slice(10)),
  );
  const row = ours.findIndex((sum, i) => !(Math.abs(sum - theirs[i]) <= 1e-9 * (1 + Math.abs(sum))));
  if (row !== -1) throw new Error(`row ${row}: the product is ${ours[row]}, by hand ${theirs[row]}`);
  return {
    us: (1000 * median(times)) / ROWS,
    byHandUs: (1000 * median(handTimes)) / ROWS,
    ratio: medianRatio(times, handTimes),
  };
}
