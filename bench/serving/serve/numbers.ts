import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { define, dense, logisticRegression, tune } from 'spillway';
import { random } from '../../../lib/stats/index.js';
import { assumedProfile } from '../assumedProfile.js';

/** Eight numbers: a cascade that takes next to nothing, so that what a server adds can be measured. */

const WIDTH = 8;

interface Numbers {
  readonly numbers: readonly number[];
}

const MODULE = `import { define, dense } from 'spillway';
const columns = (from, to) => dense(to - from, (rows) => {
  const values = new Float32Array(rows.length * (to - from));
  rows.forEach(({ numbers }, i) => {
    for (let c = from; c < to; c++) values[i * (to - from) + c - from] = numbers[c];
  });
  return values;
});
export default define({ few: columns(0, 2), more: columns(2, ${WIDTH}) });
export const inputs = { numbers: { datatype: 'FP32', shape: [-1, ${WIDTH}] } };
export const row = ({ numbers }, i) => ({ numbers: numbers.subarray(${WIDTH} * i, ${WIDTH} * i + ${WIDTH}) });
`;

function columns(from: number, to: number) {
  return dense(to - from, (rows: readonly Numbers[]) => {
    const values = new Float32Array(rows.length * (to - from));
    rows.forEach(({ numbers }, i) => {
      for (let c = from; c < to; c++) values[i * (to - from) + c - from] = numbers[c];
    });
    return values;
  });
}

/** Writes it as `NAME/1` for each name. Returns a row. */
export async function makeNumbers(
  directory: string,
  models: Readonly<Record<string, object>>,
): Promise<readonly number[]> {
  const drawn = random(5);
  const rows = Array.from(
    { length: 600 },
    (): Numbers => ({ numbers: Array.from({ length: WIDTH }, () => Math.fround(drawn.normal())) }),
  );
  const cascade = await tune({
    features: define({ few: columns(0, 2), more: columns(2, WIDTH) }),
    rows,
    labels: rows.map(({ numbers: [a, b, c] }) => (a + b + 0.1 * c > 0 ? 'yes' : 'no')),
    full: logisticRegression(),
    approximate: [logisticRegression()],
    profile: assumedProfile({ few: { perRow: 0.2, entries: 2 }, more: { perRow: 2, entries: 6 } }),
    bound: { loss: 'disagreement', epsilon: 0.2, delta: 0.05 },
    split: { folds: 2 },
    budget: 1e9,
    seed: 1,
  });
  for (const [name, settings] of Object.entries(models)) {
    const at = join(directory, name, '1');
    await mkdir(at, { recursive: true });
    await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
    await writeFile(join(at, 'features.js'), MODULE);
    await writeFile(join(at, 'model.json'), JSON.stringify(settings));
  }
  return rows[0].numbers;
}
