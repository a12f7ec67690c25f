import test from 'ava';
import { resizeGrey } from '../../../../detect/image/index.js';
import {
  checkAugmentation,
  copiesOf,
  type Jitter,
  type ObjectPlace,
  windowOf,
} from '../../../../detect/training/examples/index.js';
import { random } from '../../../../lib/stats/index.js';
import { noise } from '../scenes.js';

const still: Jitter = { shift: 0, scale: 0, rotate: 0 };
const ofCrop = (image: ReturnType<typeof noise>): ObjectPlace => ({
  image,
  box: { x: 0, y: 0, width: image.width, height: image.height },
});
const copies = (
  place: ObjectPlace,
  side: number,
  augment: Parameters<typeof checkAugmentation>[0],
  seed = 1,
) => copiesOf(place, [side, side], checkAugmentation(augment), random(seed));

test('what is not moved is the window itself, bit for bit; every second copy is mirrored', (t) => {
  const crop = noise('crop', 9, 9);
  const [mirrored, plain] = copies(ofCrop(crop), 9, { mirror: true, jitter: still, copies: 2 });
  t.deepEqual(plain, crop.data);
  t.deepEqual(
    mirrored,
    Uint8Array.from(crop.data, (_, i) => crop.data[9 * Math.floor(i / 9) + 8 - (i % 9)]),
  );
  // A larger object in the middle of its image, made smaller.
  const image = noise('image', 60, 50);
  const place = { image, box: { x: 11, y: 7, width: 31, height: 29 } };
  t.deepEqual(copies(place, 12, { jitter: still, copies: 1 })[0], windowOf(place, [12, 12]));
});

test('a box moved by one of ten pixels shows the pixels beside it, and a crop its border', (t) => {
  // Each column has its own grey level, so that a pixel says where it comes from.
  const image = {
    data: Uint8Array.from({ length: 900 }, (_, i) => 8 * (i % 30)),
    width: 30,
    height: 30,
    stride: 30,
  };
  const box = { x: 10, y: 10, width: 10, height: 10 };
  const jitter = { shift: 0.5, scale: 0, rotate: 0 };
  const shifts = copies({ image, box }, 10, { jitter, copies: 200 }).map((window) => {
    t.true(window.every((pixel, i) => i % 10 === 0 || Math.abs(pixel - window[i - 1] - 8) <= 1));
    return window[0] / 8 - 10;
  });
  // Half of a side at most, in both directions.
  t.true(Math.min(...shifts) >= -5 && Math.min(...shifts) < -4.5);
  t.true(Math.max(...shifts) <= 5 && Math.max(...shifts) > 4.5);
  const crop = resizeGrey({ ...image, data: image.data.subarray(310), width: 10, height: 10 }, 10, 10);
  const columns = new Set(copies(ofCrop(crop), 10, { jitter, copies: 200 }).flatMap((window) => [...window]));
  t.is(Math.min(...columns), 80);
  t.is(Math.max(...columns), 152);
});

test('a turn of a quarter of a right angle moves the corners as far as sine and cosine say', (t) => {
  // Grey levels are columns: along the window's last column they fall or rise by the sine of the angle.
  const image = {
    data: Uint8Array.from({ length: 2500 }, (_, i) => 5 * (i % 50)),
    width: 50,
    height: 50,
    stride: 50,
  };
  const place = { image, box: { x: 15, y: 15, width: 20, height: 20 } };
  const angles = copies(place, 20, { jitter: { ...still, rotate: 22.5 }, copies: 200 }).map((window) => {
    const [across, down] = [(window[19] - window[0]) / 95, (window[380] - window[0]) / 95];
    t.true(Math.abs(Math.hypot(across, down) - 1) < 0.02);
    return (Math.atan2(-down, across) * 180) / Math.PI;
  });
  t.true(Math.max(...angles.map(Math.abs)) <= 22.6);
  t.true(Math.min(...angles) < -20 && Math.max(...angles) > 20);
});

test('copies depend on the seed alone, and more of them leave the first as they are', (t) => {
  const place = ofCrop(noise('crop', 12, 12));
  const five = copies(place, 12, { copies: 5 });
  t.deepEqual(copies(place, 12, { copies: 9 }).slice(0, 5), five);
  t.notDeepEqual(copies(place, 12, { copies: 5 }, 2), five);
  t.is(new Set(five.map((window) => window.join())).size, 5);
});
