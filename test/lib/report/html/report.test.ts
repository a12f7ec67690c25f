import { createHash } from 'node:crypto';
import test from 'ava';
import { parseHTML } from 'linkedom';
import { MissingPackage } from '../../../../lib/errors.js';
import { htmlReport, type ReportData } from '../../../../lib/report/index.js';
import { bare, rich, sample } from '../sample.js';

interface Found {
  readonly textContent: string;
  readonly outerHTML: string;
  querySelector(selector: string): Found | null;
  querySelectorAll(selector: string): Iterable<Found>;
  getAttribute(name: string): string | null;
}

const parse = (page: string): Found => parseHTML(page).document;
const texts = (found: Iterable<Found>) =>
  Array.from(found, ({ textContent }) => textContent.trim().replace(/\s+/g, ' '));

/** Each row of each table, its cells joined by bars. */
const rowsOf = (page: Found) =>
  Array.from(page.querySelectorAll('tbody tr'), (row) => texts(row.querySelectorAll('th, td')).join(' | '));

test('every feature, subset, frontier point and measurement is in a table', async (t) => {
  const rows = rowsOf(parse(await htmlReport(sample)));
  for (const row of [
    'signals | 6.04 µs | 3.1 % | 0.61 ± 0.12',
    'subject | 0.900 µs | 5.2 % | 1.04 ± 0.19',
    'lede | 5.02 µs | 2.7 % | 1.72 ± 0.24',
    'words | 34.3 µs | 1.8 % | 0.31 ± 0.16',
    'chars | 430 µs | 1.2 % | 5.87 ± 0.41',
    'words + chars | logistic regression on labels | 476 µs | 99.80 % | – |',
    'lede | logistic regression on labels | 5.60 µs | 93.80 % | – | chosen',
    '0.25 % | 121 µs | 3.98× |',
    '1.00 % | 15.4 µs | 31.3× | served',
    'Full model | 2,076 | 98.84 % | 0 %',
    'Cascade | 62,410 | 98.56 % | 0.61 %',
    'Change | 30.1× | −0.28 points |',
  ]) {
    t.true(
      rows.some((found) => found.trim() === row),
      row,
    );
  }
});

test('the promise, the verdict, the certificate and the notes are said', async (t) => {
  const page = parse(await htmlReport(sample));
  t.is(page.querySelector('h1')?.textContent, sample.title);
  t.is(page.querySelector('.verdict')?.textContent, 'certified');
  t.is(page.querySelector('.lead')?.textContent, sample.promise);
  t.deepEqual(texts(page.querySelectorAll('.facts dd')), [
    'disagreement',
    'at most 1 %',
    '95 %',
    'exact binomial, fixed-sequence testing',
    'n = 1,537',
    '8 of 1,537 rows answered otherwise',
  ]);
  t.deepEqual(texts(page.querySelectorAll('.notes li')), [...sample.notes]);
});

test('the funnel’s bars are as wide as the shares: what passes on, then what is answered', async (t) => {
  const page = parse(await htmlReport(sample));
  const widths = Array.from(page.querySelectorAll('.funnel .bar'), (bar) =>
    Array.from(bar.querySelectorAll('i'), (part) =>
      Number(/[\d.]+/.exec(part.getAttribute('style') ?? '')?.[0]),
    ),
  );
  t.deepEqual(widths, [
    [24, 76],
    [9, 15],
    [1.1, 7.9],
    [0, 1.1],
  ]);
  t.deepEqual(texts(page.querySelectorAll('.funnel .fall')), [
    '100 % of rows get here, 76.0 % are answered',
    '24.0 % of rows get here, 15.0 % are answered',
    '9.0 % of rows get here, 7.9 % are answered',
    '1.1 % of rows get here, 1.1 % are answered',
  ]);
});

test('three pictures, each with a title, a description and its points', async (t) => {
  const page = parse(await htmlReport(sample));
  const svgs = [...page.querySelectorAll('svg')];
  t.is(svgs.length, 3);
  for (const svg of svgs) {
    t.is(svg.getAttribute('role'), 'img');
    const ids = (svg.getAttribute('aria-labelledby') ?? '').split(' ');
    t.deepEqual(
      ids.map((id) => page.querySelector(`#${id}`)?.textContent !== ''),
      [true, true],
    );
    t.false(svg.outerHTML.includes('NaN'));
  }
  const dots = svgs.map((svg) => [...svg.querySelectorAll('circle')].length);
  t.deepEqual(dots, [sample.frontier.length, sample.features.length, sample.subsets.length]);
  const labels = svgs.map((svg) => texts(svg.querySelectorAll('.label')));
  t.deepEqual(labels, [
    ['31.3× served at 1 %'],
    ['signals', 'subject', 'lede', 'words', 'chars'],
    ['lede', '+ signals + subject', '+ words'],
  ]);
});

test('costs stand in their order on the cost axis, a tenfold step as far as any other', async (t) => {
  const features = [1, 10, 100].map((cost, i) => ({
    name: `f${i}`,
    cost,
    costSpread: 0,
    importance: { mean: 0.01 * i, spread: 0 },
  }));
  const page = parse(await htmlReport({ ...bare, features }));
  const [a, b, c] = Array.from(page.querySelectorAll('svg circle'), (dot) => Number(dot.getAttribute('cx')));
  t.true(a < b);
  t.true(Math.abs(c - b - (b - a)) < 1e-6);
});

test('the page refers to nothing outside itself and runs no script', async (t) => {
  const page = await htmlReport(sample);
  t.deepEqual(
    page.match(/https?:[^"'\s<]*/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg') ?? [],
    [],
  );
  t.notRegex(page, /<script|<img|<iframe|@import|url\(|\ssrc=|\shref=(?!"data:)|\son\w+=/i);
  t.regex(page, /prefers-color-scheme: dark/);
  t.regex(page, /<meta name="viewport" content="width=device-width/);
});

test('each table has a caption and its heads a scope; sections sit under one heading', async (t) => {
  const page = parse(await htmlReport(sample));
  for (const table of page.querySelectorAll('table')) {
    t.not(table.querySelector('caption')?.textContent, '');
    for (const head of table.querySelectorAll('th')) t.regex(head.getAttribute('scope') ?? '', /^(col|row)$/);
  }
  t.is([...page.querySelectorAll('h1')].length, 1);
  t.is([...page.querySelectorAll('h3, h4, h5, h6')].length, 0);
});

test('hostile names stay text everywhere', async (t) => {
  const evil = `</title></style></svg><script>alert("1")</script><img src=x onerror='x'>&amp;"`;
  const hostile: ReportData = {
    ...sample,
    title: evil,
    promise: evil,
    notes: [evil],
    unit: evil,
    features: sample.features.map((feature) => ({ ...feature, name: evil })),
    subsets: sample.subsets.map((subset) => ({ ...subset, features: [evil], learner: evil, target: evil })),
    stages: sample.stages.map((stage) => ({
      ...stage,
      name: evil,
      features: [evil],
      learner: evil,
      target: evil,
      thresholds: [{ label: evil, threshold: 0.5 }],
    })),
    certificate: { ...sample.certificate, loss: evil, method: evil, observed: evil },
  };
  const text = await htmlReport(hostile);
  t.notRegex(text, /<script|<img/i);
  const page = parse(text);
  t.is(page.querySelector('h1')?.textContent, evil);
  t.is(page.querySelector('.notes li')?.textContent, evil);
  t.is([...page.querySelectorAll('svg')].length, 3);
});

test('a full model alone: no stages, importances, subsets, frontier or measurement', async (t) => {
  const text = await htmlReport(bare);
  const page = parse(text);
  t.is(page.querySelector('.verdict')?.textContent, 'full model only');
  t.true(text.includes('No stages: the full model answers every row.'));
  t.true(text.includes('There is no frontier'));
  t.is([...page.querySelectorAll('svg, .funnel')].length, 0);
  t.true(rowsOf(page).includes('signals | 6.04 µs | 3.1 %'));
  t.deepEqual(texts(page.querySelectorAll('.facts dd')).slice(-2), [
    'nothing tested',
    '299 for the certificate',
  ]);
  for (const absent of ['NaN', 'undefined', 'Measured']) t.false(text.includes(absent), absent);
});

test('degenerate numbers draw: one point, no cost, nothing gained', async (t) => {
  const text = await htmlReport({
    ...sample,
    features: [{ name: 'free', cost: 0, costSpread: 0, importance: { mean: 0, spread: 0 } }],
    subsets: [{ features: ['free'], learner: 'l', target: 't', cost: 0, agreement: 1, chosen: false }],
    frontier: [{ epsilon: 0.01, cost: 0, speedup: 1, chosen: true }],
    expected: { cost: 0, fullCost: 0, speedup: 1 },
    stages: sample.stages.map((stage) => ({ ...stage, cost: 0 })),
  });
  t.false(text.includes('NaN'));
  t.false(text.includes('Infinity'));
  t.is([...parse(text).querySelectorAll('svg circle')].length, 3);
});

test('the same data gives the same page', async (t) => {
  t.is(await htmlReport(sample), await htmlReport(sample));
});

test('a missing package is named with what to install', async (t) => {
  const missing = Object.assign(new Error("Cannot find package 'linkedom'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  const error = await t.throwsAsync(
    htmlReport(sample, () => Promise.reject(missing)),
    {
      instanceOf: MissingPackage,
      message: /npm install @observablehq\/plot linkedom/,
    },
  );
  t.is(error?.cause, missing);
});

test('a package that is there but broken isn’t called missing', async (t) => {
  const broken = new Error('unexpected token');
  t.is(await t.throwsAsync(htmlReport(sample, () => Promise.reject(broken))), broken);
});

test('where there are other epsilons one script runs, and the policy names it by its hash', async (t) => {
  const page = await htmlReport(rich);
  const [, policy, digest] = /content="([^"]*script-src 'sha256-([^']+)'[^"]*)"/.exec(page) ?? [];
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  t.is(createHash('sha256').update(script).digest('base64'), digest);
  t.regex(policy, /default-src 'none'/);
  t.is(page.match(/<script/g)?.length, 1);
});

test('other epsilons, exit scores, costs by stage and hard rows are there', async (t) => {
  const page = parse(await htmlReport(rich));
  t.is([...page.querySelectorAll('template[data-epsilon]')].length, rich.choices?.length ?? 0);
  t.is([...page.querySelectorAll('[id^="reliability-chart"][id$="title"]')].length, 2);
  t.true(rowsOf(page).some((row) => row.replace(/\s+/g, ' ') === 'lede | 30.0 % | | | | 30.0 %'));
  const [mail, digit] = texts(page.querySelectorAll('ol.rows li'));
  t.is(mail, 'Lunch? <script>alert(1)</script> stage 1: ham; full model: spam; truth: spam row 17');
  t.regex(digit, /full model: 4/);
});

test('a page with everything stays within a megabyte', async (t) => {
  t.true((await htmlReport(rich)).length < 1_000_000);
});

test('a plan that was tested for its epsilon alone is not said to be the band’s', async (t) => {
  const expected = { ...sample.expected, speedup: 48 };
  const page = parse(await htmlReport({ ...sample, expected }));
  const [frontier] = page.querySelectorAll('svg');
  t.deepEqual(texts(frontier.querySelectorAll('.label')), ['48.0× served at 1 %']);
  t.is([...frontier.querySelectorAll('circle')].length, sample.frontier.length + 1);
  t.true(rowsOf(page).some((row) => row.trim() === '1.00 % | 15.4 µs | 31.3× |'));
  t.regex(
    page.querySelector('main')?.textContent ?? '',
    /tested for 1 % alone, and is another: 48\.0× expected/,
  );
});

test('figures at the top and headings say what they are in the field’s words', async (t) => {
  for (const data of [sample, rich, { ...sample, unit: 'price' }]) {
    const page = parse(await htmlReport(data));
    const stated = texts(page.querySelectorAll('h1, h2, figcaption, .figures dt, .figures dd')).join('\n');
    t.notRegex(stated, /times the|money|pointwise|one of \d+ paths/);
    t.regex(
      stated,
      data.unit === 'price' ? /lower price than the full model/ : /speedup over the full model/,
    );
  }
});

test('accuracies stand at the top and in the certificate, with the rows that they are of', async (t) => {
  const quality = {
    kind: 'accuracy',
    full: 0.9884,
    cascade: 0.9856,
    constant: 0.6883,
    constantAnswer: '"ham"',
    rows: 'the 1,537 certification rows',
  } as const;
  const certificate = { ...sample.certificate, quality };
  const page = parse(await htmlReport({ ...sample, certificate }));
  t.true(
    texts(page.querySelectorAll('.figures div')).includes(
      'accuracy by the labels; 98.84 % for the full model, 68.83 % for a constant answer98.56 %',
    ),
  );
  t.true(
    texts(page.querySelectorAll('.facts dd')).includes(
      '98.84 % for the full model, 98.56 % for the cascade, 68.83 % for the constant answer "ham"; by the labels of the 1,537 certification rows',
    ),
  );
});

test('of 26 classes the plan’s table has the range, and every threshold stands below it', async (t) => {
  const thresholds = [...'abcdefghijklmnopqrstuvwxyz'].map((label, c) => ({
    label,
    threshold: 0.5 + 0.01 * c,
  }));
  const stages = sample.stages.map((stage, s) => (s === 0 ? { ...stage, thresholds } : stage));
  const page = parse(await htmlReport({ ...sample, stages }));
  t.true(rowsOf(page).some((row) => row.includes('26 classes ≥ 0.500 to 0.750')));
  t.is([...page.querySelectorAll('.threshold')].length, 26);
});

test('what isn’t promised and what to do next are lists of their own, and absent where empty', async (t) => {
  const headings = (text: string) => texts(parse(text).querySelectorAll('h2'));
  const lists = { notPromised: ['single <rows>'], next: ['await measure(cascade, rows)'] };
  const page = await htmlReport({ ...sample, ...lists });
  t.true(headings(page).includes('What isn’t promised'));
  t.true(headings(page).includes('What to do next'));
  t.true(texts(parse(page).querySelectorAll('.notes li')).includes('single <rows>'));
  t.false(headings(await htmlReport(sample)).includes('What isn’t promised'));
});

test('a regression’s subsets differ from the full model in the units of the answers', async (t) => {
  const certificate = { ...sample.certificate, scale: 4 };
  const page = parse(await htmlReport({ ...sample, isRegression: true, certificate }));
  // (1 - 0.938) x 4.
  t.true(rowsOf(page).some((row) => /^lede \| .* \| 0\.248/.test(row.trim())));
  const stated = page.querySelector('main')?.textContent ?? '';
  t.regex(stated, /Mean difference against cost/);
  t.regex(stated, /↑ mean difference \(lower is better\)/);
  t.notRegex(stated, /1 − mean/);
});
