import test from 'ava';
import { featureCosts, modelCost, transformsOf, withAncestors } from '../../../lib/costs/index.js';
import { counts, define, dense, oneHot, tfidf, transform } from '../../../lib/features/define/index.js';
import { family, perRow } from '../../support/profile.js';

const sum = (costs: readonly { perRow: number }[]) => costs.reduce((total, { perRow }) => total + perRow, 0);

test('a feature costs what it and all its ancestors cost', (t) => {
  t.is(sum(featureCosts(family, ['size'])), 1);
  t.is(sum(featureCosts(family, ['title'])), 1_010);
  t.is(sum(featureCosts(family, ['linked'])), 11_100);
  t.deepEqual(featureCosts(family, []), []);
});

test('what several features share is counted once', (t) => {
  t.is(sum(featureCosts(family, ['title', 'linked'])), 11_110);
  t.is(sum(featureCosts(family, ['linked', 'size', 'title'])), 11_111);
  t.is(sum(featureCosts(family, ['title', 'title'])), 1_010);
});

test('what earlier stages computed is paid, transforms too', (t) => {
  t.is(sum(featureCosts(family, ['title', 'linked'], ['title'])), 10_100);
  t.is(sum(featureCosts(family, ['title', 'linked'], ['linked'])), 10);
  t.is(sum(featureCosts(family, ['title', 'linked'], ['size'])), 11_110);
  t.deepEqual(featureCosts(family, ['title'], ['title', 'linked']), []);
});

test("a name with blanks, or like a transform's, is only a name", (t) => {
  const cost = (perRow: number) => ({ fixed: 0, perRow, growth: 0, wait: 0, spread: 0, price: 0 });
  const profile = {
    features: {
      'feature one': { cost: cost(1), entries: 1, reads: ['1. a b'] },
      '1. a b': { cost: cost(10), entries: 1, reads: [] },
    },
    transforms: { '1. a b': cost(100) },
    models: {},
  };
  t.is(sum(featureCosts(profile, ['feature one', '1. a b'])), 111);
});

test('a model costs a fixed part, a part a row, and one for each number it reads', (t) => {
  t.deepEqual(modelCost(family, 'linear', ['title', 'linked']), {
    fixed: 1024,
    perRow: 0.5 + 0.25 * 25,
    growth: 0,
    wait: 0,
    spread: 0,
    price: 0,
  });
  t.is(modelCost(family, 'trees', ['title', 'linked']).perRow, 4);
});

const page = transform(function page(text: string) {
  return text.split('\n');
});
const links = transform(page, function links(lines) {
  return lines.filter((line) => line.startsWith('http')).join();
});
const title = transform(page, (lines) => lines[0]);

test('ancestors come before those that read them, each once', (t) => {
  t.deepEqual(withAncestors([links, title]), [page, links, title]);
  t.deepEqual(withAncestors([page, links, page]), [page, links]);
  t.deepEqual(withAncestors([]), []);
});

test('the transforms of a set have keys of their own, though their names be alike', (t) => {
  const anotherPage = transform(function page(text: string) {
    return text.trim();
  });
  const features = define<string>({
    size: dense(1, (rows) => Float32Array.from(rows, (row) => row.length)),
    words: tfidf(links),
    title: oneHot(title),
    all: counts(anotherPage),
  });
  t.deepEqual(
    [...transformsOf(features)],
    [
      [page, '1. page'],
      [links, '2. links'],
      [title, '3. transform'],
      [anotherPage, '4. page'],
    ],
  );
});

test('a feature costs less where a version of it was computed, and a version what it costs', (t) => {
  const { features } = family;
  const profile = {
    ...family,
    features: {
      ...features,
      title: { ...features.title, goingOn: { cost: perRow(2), reads: ['1. page', '2. links'] } },
      'title@9': { cost: perRow(3), entries: 4, reads: ['1. page'] },
    },
  };
  t.is(sum(featureCosts(profile, ['title'])), 1_010);
  t.is(sum(featureCosts(profile, ['title@9'])), 1_003);
  t.is(sum(featureCosts(profile, ['title'], ['title@9'])), 10_002);
  t.is(sum(featureCosts(profile, ['title', 'size'], ['size'])), 1_010);
});
