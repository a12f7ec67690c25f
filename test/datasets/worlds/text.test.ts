import test from 'ava';
import { type TextWorld, type TextWorldOptions, textWorld } from '../../../datasets/index.js';
import { expectRate } from '../../support/rates.js';

const ROWS = 20_000;

/** The class of the telltale word in each text, undefined where there is none. */
function reader(world: TextWorld): (text: string) => string | undefined {
  const classOf = new Map(
    world.telltales.flatMap((words, k) => words.map((word) => [word, String.fromCharCode(97 + k)] as const)),
  );
  return (text) => text.split(' ').flatMap((word) => classOf.get(word) ?? [])[0];
}

const worlds: Omit<TextWorldOptions, 'rows' | 'seed'>[] = [
  {},
  { classes: 5, easy: 0.5, titleNoise: 0.2, bodyNoise: 0.1 },
  { classes: 3, easy: 0.6, titleNoise: 0.05, bodyNoise: 0.3 },
];
for (const options of worlds) {
  test(`the best readers reach the Bayes errors: ${JSON.stringify(options)}`, (t) => {
    const world = textWorld({ rows: ROWS, seed: 9, ...options });
    const { easy = 0.8, titleNoise = 0.008, bodyNoise = 0.002 } = options;
    const read = reader(world);
    const titles = world.rows.map((row) => read(row.title));
    const bodies = world.rows.map((row) => read(row.body));
    const both = titles.map((title, i) =>
      title !== undefined && titleNoise <= bodyNoise ? title : bodies[i],
    );
    const errors = (answers: readonly (string | undefined)[]) =>
      answers.filter((answer, i) => answer !== world.labels[i]).length;

    const telling = titles.flatMap((title, i) => (title === undefined ? [] : [i]));
    expectRate(t, telling.length, ROWS, easy, 'titles with a telltale word');
    expectRate(t, errors(titles.map((title) => title ?? 'a')), ROWS, world.bayesError.title, 'title');
    expectRate(t, errors(bodies), ROWS, world.bayesError.body, 'body');
    expectRate(t, errors(both), ROWS, world.bayesError.both, 'both');
    const changed = telling.filter((i) => titles[i] !== both[i]).length;
    expectRate(t, changed, telling.length, world.easyDisagreement, 'disagreement on easy rows');
  });
}

test('rates worked by hand', (t) => {
  const noisyTitle = textWorld({ rows: 1, seed: 1, classes: 3, easy: 0.5, titleNoise: 0.2, bodyNoise: 0.1 });
  t.true(Math.abs(noisyTitle.bayesError.title - (0.1 + 1 / 3)) < 1e-12);
  t.true(Math.abs(noisyTitle.bayesError.both - 0.1) < 1e-12);
  t.true(Math.abs(noisyTitle.easyDisagreement - 0.27) < 1e-12);
  const noisyBody = textWorld({ rows: 1, seed: 1, classes: 3, easy: 0.5, titleNoise: 0.1, bodyNoise: 0.2 });
  t.true(Math.abs(noisyBody.bayesError.both - 0.15) < 1e-12);
  t.is(noisyBody.easyDisagreement, 0);
});

test('documents have the promised lengths and at most one telltale word; all words differ', (t) => {
  const world = textWorld({ rows: 500, seed: 3, classes: 26, bodyWords: 30 });
  const telltales = world.telltales.flat();
  t.is(new Set(telltales).size, 26 * 5);
  for (const { title, body } of world.rows) {
    t.is(title.split(' ').length, 6);
    t.is(body.split(' ').length, 30);
    t.is(body.split(' ').filter((word) => telltales.includes(word)).length, 1);
    t.true(title.split(' ').filter((word) => telltales.includes(word)).length <= 1);
  }
});

test('the seed decides everything', (t) => {
  t.deepEqual(textWorld({ rows: 50, seed: 5 }), textWorld({ rows: 50, seed: 5 }));
  t.notDeepEqual(textWorld({ rows: 50, seed: 5 }).rows, textWorld({ rows: 50, seed: 6 }).rows);
});

test('refuses noise at which a telltale word would tell nothing', (t) => {
  t.throws(() => textWorld({ rows: 1, seed: 1, titleNoise: 0.5 }), {
    instanceOf: RangeError,
    message: /'titleNoise'.*below 0.5/,
  });
});
