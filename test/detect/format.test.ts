import test from 'ava';
import fc from 'fast-check';
import { Detector, readCascade } from '../../entries/detect.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { cascades, madeModel } from './models.js';

const by = { seed: 1, nodes: 3, tilted: true, whole: true, width: 12, height: 10 } as const;
const haar = new Detector(madeModel({ ...by, kind: 'haar' })).toXml();
const lbp = new Detector(madeModel({ ...by, kind: 'lbp' })).toXml();

test('what is written is read again, bit for bit', (t) => {
  const property = fc.property(cascades, (model) => {
    const detector = new Detector(model);
    const again = readCascade(detector.toXml());
    t.deepEqual(again.model, model);
    t.is(again.toXml(), detector.toXml());
  });
  t.notThrows(() => fc.assert(property));
});

test('digests of used images are kept beside the cascade', (t) => {
  const detector = readCascade(haar);
  t.is(detector.used.size, 0);
  t.false(detector.toXml().includes('used'));
  for (const digest of [0, 35, 2 ** 53 - 1, 2 ** 40 + 7, ...Array(20).keys()]) detector.used.add(digest);
  const xml = detector.toXml();
  t.true(xml.indexOf('</cascade>') < xml.indexOf('<spillway_used>'), 'OpenCV takes the first element');
  const again = readCascade(xml);
  t.deepEqual(again.used, detector.used);
  t.deepEqual(again.model, detector.model);
  for (const word of ['7', 'd', 'dA', 'd1234567890123', 'dzzzzzzzzzzz']) {
    const text = xml.replace(/<spillway_used>[^<]*/, `<spillway_used>${word} `);
    t.throws(() => readCascade(text), { instanceOf: ArtifactError, message: /spillway_used/ });
  }
});

test('floats are written with as few digits as they need', (t) => {
  const model = madeModel({ ...by, kind: 'haar' });
  const leaves = Float32Array.from(
    model.leaves,
    (_, i) => [0.1, -0, 1e-45, 3.4e38, 16_777_216, -1 / 3][i % 6],
  );
  const { model: again } = readCascade(new Detector({ ...model, leaves }).toXml());
  t.deepEqual(again.leaves, leaves);
});

const old = `<?xml version="1.0"?>
<opencv_storage>
<!-- made by hand -->
<face type_id="opencv-haar-classifier">
  <size>20 12</size>
  <stages>
    <_>
      <trees>
        <_>
          <_>
            <feature><rects><_>0 1 4 6 -1.</_><_>2 1 2 6 2.</_></rects><tilted>0</tilted></feature>
            <threshold>0.25</threshold>
            <left_val>-1.5</left_val>
            <right_node>1</right_node></_>
          <_>
            <feature><rects><_>8 1 2 3 -1.</_><_>8 1 1 3 2.</_><_>1 1 1 1 0.5</_></rects><tilted>1</tilted></feature>
            <threshold>-1e-002</threshold>
            <left_val>2.</left_val>
            <right_val>3.</right_val></_></_></trees>
      <stage_threshold>-0.75</stage_threshold>
      <parent>-1</parent>
      <next>-1</next></_></stages></face>
</opencv_storage>`;

test('the old format: leaves in the order in which nodes have them', (t) => {
  const { model } = readCascade(new TextEncoder().encode(old));
  t.is(`${model.width} x ${model.height}`, '20 x 12');
  t.deepEqual([...model.left], [0, -1]);
  t.deepEqual([...model.right], [1, -2]);
  t.deepEqual([...model.leaves], [-1.5, 2, 3]);
  t.deepEqual([...model.thresholds], [0.25, Math.fround(-0.01)]);
  t.deepEqual([...model.feature], [0, 1]);
  t.deepEqual([...model.features.tilted], [0, 1]);
  t.deepEqual([...model.features.weights], [-1, 2, 0, -1, 2, 0.5]);
  t.deepEqual([...model.stageThresholds], [-0.75]);
});

/** The first match of a pattern replaced. */
const changed = (text: string, pattern: RegExp | string, by: string) => {
  const result = text.replace(pattern, by);
  if (result === text) throw new Error(`nothing to replace by ${by}`);
  return result;
};

const node = /<internalNodes>(\S+) (\S+) (\S+) (\S+)/;
const rect = /<rects><_>\S+ \S+ \S+ \S+ /;

for (const [name, reason, xml] of [
  ['nothing', 'foreign', ''],
  ['text', 'foreign', 'a cascade'],
  ['cut short', 'damaged', haar.slice(0, haar.length / 2)],
  ['cut short inside a tag', 'damaged', `${haar.slice(0, haar.indexOf('<features>'))}<feat`],
  ['cut short inside a comment', 'damaged', '<a><!-- b'],
  ['elements that cross', 'damaged', '<a><b></a></b>'],
  ['two roots', 'damaged', '<a></a><b></b>'],
  ['other XML', 'foreign', '<svg></svg>'],
  ['an empty storage', 'foreign', '<opencv_storage></opencv_storage>'],
  [
    'a document type',
    'unsupported',
    changed(haar, '<opencv_storage>', '<!DOCTYPE a [<!ENTITY b "c">]><opencv_storage>'),
  ],
  ['an entity of its own', 'unsupported', changed(haar, 'BOOST', '&boost;')],
  ['a character reference', 'unsupported', changed(haar, 'BOOST', '&#66;OOST')],
  ['CDATA', 'unsupported', changed(haar, 'BOOST', '<![CDATA[BOOST]]>')],
  ['an instruction', 'unsupported', changed(haar, '<features>', '<?php ?><features>')],
  ['depth', 'unsupported', '<a>'.repeat(10_000)],
  ['size', 'unsupported', `<a>${' '.repeat(33 * 2 ** 20)}</a>`],
  ['too many elements', 'unsupported', `<a>${'<b/>'.repeat(2 ** 20 + 1)}</a>`],
  ['too many attributes', 'unsupported', `<a${' b=""'.repeat(5_000_000)}></a>`],
  ['too many attributes of an element without an end', 'unsupported', `<a${' b=""'.repeat(5_000_000)}`],
  ['HOG', 'unsupported', changed(haar, 'HAAR', 'HOG')],
  ['other features', 'damaged', changed(haar, 'HAAR', 'SIFT')],
  ['other boosting', 'unsupported', changed(haar, 'BOOST', 'TREE')],
  ['other categories', 'unsupported', changed(lbp, '<maxCatCount>256', '<maxCatCount>64')],
  ['four rectangles', 'unsupported', changed(haar, '<rects>', '<rects><_>0 0 1 1 1.</_><_>0 0 1 1 1.</_>')],
  ['a rectangle right of the window', 'damaged', changed(haar, rect, '<rects><_>11 0 2 1 ')],
  ['a rectangle left of the window', 'damaged', changed(haar, rect, '<rects><_>-1 0 2 1 ')],
  ['a rectangle with no area', 'damaged', changed(haar, rect, '<rects><_>0 0 0 1 ')],
  ['a rectangle whose end wraps', 'damaged', changed(haar, rect, '<rects><_>1 0 2147483647 1 ')],
  [
    'a tilted rectangle left of the window',
    'damaged',
    changed(old, '<_>8 1 2 3 -1.</_>', '<_>2 1 2 3 -1.</_>'),
  ],
  [
    'a tilted rectangle below the window',
    'damaged',
    changed(old, '<_>8 1 2 3 -1.</_>', '<_>8 8 2 3 -1.</_>'),
  ],
  ['blocks outside of the window', 'damaged', changed(lbp, /<rect>\S+ \S+ \S+/, '<rect>0 0 5')],
  ['a feature that does not exist', 'damaged', changed(haar, node, '<internalNodes>$1 $2 12 $4')],
  ['a negative feature', 'damaged', changed(haar, node, '<internalNodes>$1 $2 -1 $4')],
  ['a child that does not exist', 'damaged', changed(haar, node, '<internalNodes>99 $2 $3 $4')],
  ['a leaf that does not exist', 'damaged', changed(haar, node, '<internalNodes>-99 $2 $3 $4')],
  ['a tree that loops', 'damaged', changed(old, '<left_val>2.</left_val>', '<left_node>1</left_node>')],
  [
    'a tree that loops to its root',
    'damaged',
    changed(old, '<left_val>2.</left_val>', '<left_node>0</left_node>'),
  ],
  ['an index that is not whole', 'damaged', changed(haar, node, '<internalNodes>0.5 $2 $3 $4')],
  ['an index past 32 bits', 'damaged', changed(haar, node, '<internalNodes>4294967296 $2 $3 $4')],
  ['a threshold of NaN', 'damaged', changed(haar, node, '<internalNodes>$1 $2 $3 .NaN')],
  ['an infinite threshold', 'damaged', changed(haar, node, '<internalNodes>$1 $2 $3 1e39')],
  ['a stage threshold of NaN', 'damaged', changed(haar, /<stageThreshold>[^<]*/, '<stageThreshold>nan')],
  ['a leaf of infinity', 'damaged', changed(haar, /<leafValues>\S+/, '<leafValues>1e999')],
  ['a leaf too few', 'damaged', changed(haar, /<leafValues>\S+ /, '<leafValues>')],
  ['a node cut short', 'damaged', changed(haar, node, '<internalNodes>$1 $2 $3')],
  ['no stages', 'damaged', changed(haar, /<stages>[\s\S]*<\/stages>/, '<stages></stages>')],
  [
    'a stage without trees',
    'damaged',
    changed(haar, /<weakClassifiers>[\s\S]*?<\/weakClassifiers>/, '<weakClassifiers></weakClassifiers>'),
  ],
  ['no features', 'damaged', changed(haar, /<features>[\s\S]*<\/features>/, '')],
  ['a window without size', 'damaged', changed(haar, '<width>12', '<width>0')],
  ['a window too large', 'damaged', changed(haar, '<width>12', '<width>1000000')],
] as const) {
  test(`refused: ${name}`, (t) => {
    const error = t.throws(() => readCascade(xml), { instanceOf: ArtifactError });
    t.is(error?.reason, reason, error?.message);
  });
}

test('refused: what is no XML at all', (t) => {
  const number: unknown = 7;
  t.is(t.throws(() => readCascade(number as string), { instanceOf: OptionError })?.option, 'xml');
});

test('refused: more bytes than a string can hold', (t) => {
  t.throws(() => readCascade(new Uint8Array(600 * 2 ** 20)), {
    instanceOf: ArtifactError,
    message: /bytes; at most/,
  });
});

test('comments, attributes, white space and the five entities are no matter', (t) => {
  const noisy = changed(
    changed(`\u{feff}${haar}`, '<stages>', '<!-- <b> & --><stages  a = "1>2" b=\'&amp;\'\n>'),
    '<stageNum>',
    '<name>&lt;&gt;&amp;&quot;&apos;</name><empty/><stageNum>',
  );
  t.deepEqual(readCascade(noisy).model, readCascade(haar).model);
});

/** Mutations of a cascade's text that are likely to get far: numbers, single characters, parts cut out, doubled or moved. */
function mutated(text: string, next: () => number): string {
  const at = () => Math.floor(next() * text.length);
  const [from, to] = [at(), at()].sort((a, b) => a - b);
  const near = Math.min(to, from + 40);
  const edits = [
    () => text.slice(0, from),
    () => text.slice(0, from) + text.slice(near),
    () => text.slice(0, near) + text.slice(from),
    () => text.slice(0, from) + String.fromCharCode(32 + Math.floor(95 * next())) + text.slice(from + 1),
    () => text.slice(0, to) + text.slice(from, near) + text.slice(to),
    () => {
      const numbers = [...text.matchAll(/(?<=[\s>])-?\d[^\s<]*/g)];
      const { index, 0: number } = numbers[Math.floor(next() * numbers.length)];
      const others = ['-1', '0', '1', '7', '99', '2147483648', '1e39', 'nan', '0.5', '', number.slice(1)];
      const other = others[Math.floor(next() * others.length)];
      return text.slice(0, index) + other + text.slice(index + number.length);
    },
  ];
  return edits[Math.floor(next() * edits.length)]();
}

// All 10,000 with `npm run fuzz -- --runs 10000`.
test('mutations are read and run, or refused by a typed error', (t) => {
  const count = Math.max(1_500, Number(process.env.FUZZ_RUNS ?? 0));
  const image = { data: Uint8Array.from({ length: 600 }, (_, i) => (i * i) & 255), width: 30, height: 20 };
  let state = 23;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  const outcomes = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const xml = mutated([haar, lbp, old][i % 3], next);
    let outcome = 'run';
    try {
      readCascade(xml, { kernel: i % 8 === 0 ? 'auto' : 'plain' }).detect(image, { scaleFactor: 1.5 });
    } catch (error) {
      if (!(error instanceof ArtifactError)) throw error;
      outcome = error.reason;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const outcome of ['run', 'damaged', 'unsupported']) t.true((outcomes.get(outcome) ?? 0) > 0, outcome);
});
