import test from 'ava';
import { advanceOf, countedWork, versionName, wholeSearch } from '../../../detect/feature/index.js';
import type { GreyImage } from '../../../detect/image/index.js';
import { detectOptions, levelsFor, visitsOf, windowCounts } from '../../../detect/scan/index.js';
import type { CascadeModel } from '../../../entries/detect.js';
import { noise } from '../image/images.js';
import { madeModel } from '../models.js';

const options = detectOptions({ scaleFactor: 1.2 });
const model = madeModel({
  kind: 'lbp',
  seed: 9,
  nodes: 2,
  tilted: false,
  whole: true,
  width: 8,
  height: 8,
});

/** A version's work by its definition: the version alone runs over the image. */
function workOf(made: CascadeModel, image: GreyImage, every: number, stages: number): number {
  const { firstTree } = made;
  const levels = levelsFor(made, image, options);
  let work = 0;
  for (const level of levels.filter((_, number) => (number + 1) % every === 0)) {
    const { columns, rows } = windowCounts(made, level, visitsOf(made, level, levels[0], false));
    work += (level.width * level.height) / 3 + columns * rows;
  }
  const { ended, passed } = advanceOf(
    made,
    options,
    { from: undefined, to: { stages, every } },
    false,
  )(image);
  const left = passed.reduce((sum, { length }) => sum + length, 0);
  for (let stage = 0; stage < stages; stage++) {
    const reached = ended.subarray(stage, stages).reduce((sum, windows) => sum + windows, left);
    work += reached * (firstTree[stage + 1] - firstTree[stage]);
  }
  return work;
}

for (const isFast of [true, false]) {
  test(`one scan counts what each version does alone, ${isFast ? 'fast' : 'plain'}`, (t) => {
    const images = [noise(60, 50, 1), noise(90, 40, 2), noise(7, 7, 3)];
    const counted = countedWork(model, options, images, isFast);
    t.is(counted.length, 4 * wholeSearch(model).stages);
    for (const { version, work } of counted) {
      const expected = images.reduce(
        (sum, image) => sum + workOf(model, image, version.every, version.stages),
        0,
      );
      t.true(Math.abs(work - expected) < 1e-6 * expected, versionName(version));
    }
  });
}

test('of large images some are scanned, evenly', (t) => {
  const large = [1, 2, 3, 4, 5, 6].map((seed) => noise(1_700, 1_000, seed));
  const search = { ...options, minSize: [900, 900] } as const;
  // Ten million pixels: one image in three.
  t.deepEqual(
    countedWork(model, search, large, true),
    countedWork(model, search, [large[0], large[3]], true),
  );
});
