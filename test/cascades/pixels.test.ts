import test from 'ava';
import { define, logisticRegression, type PixelImage, pixels, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';

const draw = random('images');
/** Brighter at the left or at the right, by more or less. */
const images = Array.from({ length: 400 }, (): PixelImage & { readonly side: 'left' | 'right' } => {
  const side = draw.uniform() < 0.5 ? 'left' : 'right';
  const more = 10 + draw.integer(60);
  const data = Uint8Array.from({ length: 48 * 48 }, (_, i) => {
    const isLeft = i % 48 < 24;
    return 60 + draw.integer(100) + (isLeft === (side === 'left') ? more : 0);
  });
  return { data, width: 48, height: 48, side };
});

test('a cascade of few pixels is tuned with the one size that they propose', async (t) => {
  const cascade = await tune({
    features: define({ image: pixels((image: PixelImage) => image, { width: 2, height: 2 }) }),
    rows: images,
    labels: images.map(({ side }) => side),
    full: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.1 },
    seed: 1,
  });
  t.regex(cascade.summary(), /image@1x1 \(its 1 x 1 pixels/);
  const { labels } = await cascade.predict(images);
  t.true(labels.filter((label, i) => label === images[i].side).length > 360);
});
