import test from 'ava';
import { Refits } from '../../../cascades/scoring/index.js';
import { define, dense, type Feature, logisticRegression, perRow, tfidf, tune } from '../../../index.js';
import { entries, gather, readRows } from '../../../lib/data/blocks/index.js';
import { RowView } from '../../../lib/features/define/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';

interface Note {
  readonly text: string;
  readonly more: string;
  readonly size: number;
}

const draw = random('notes');
const words = (count: number) =>
  Array.from({ length: count }, () => `w${Math.floor(40 * draw.uniform() ** 2)}`).join(' ');
const rows: Note[] = Array.from({ length: 700 }, () => {
  const [text, more] = [words(5), words(20)];
  return { text, more, size: text.length };
});
const labels = rows.map(({ text, more }) => /w0\b|w7\b/.test(`${text} ${more.slice(0, 9)}`));

/** How often texts are read, and a feature that counts it. */
let reads = 0;
const reading = (of: (note: Note) => string, maxFeatures: number) =>
  tfidf(
    (note: Note) => {
      reads++;
      return of(note);
    },
    { maxFeatures },
  );

/** The same feature, which has to read its rows for each fold. */
function forgetful<Row>({ fitAndKeep: _, ...feature }: Feature<Row>): Feature<Row> {
  return feature;
}

test('folds are the same, bit for bit, whether texts are read for each or not', async (t) => {
  const [text, more] = [reading((note) => note.text, 30), reading((note) => note.more, 35)];
  const size = dense(
    1,
    perRow((note: Note) => note.size),
  );
  const tuned = async (own: Feature<Note>, other: Feature<Note>) => {
    reads = 0;
    const cascade = await tune({
      features: define({ size, text: own, more: other }),
      rows,
      labels,
      full: logisticRegression({ l2: 0.1 }),
      bound: { loss: 'disagreement', epsilon: 0.1, delta: 0.1 },
      profile: profileOf({ size: 1, text: 100, more: 1_000 }),
      split: { folds: 4 },
      seed: 3,
      date: new Date(0),
    });
    const { plan, certificate, frontier } = cascade;
    return {
      reads,
      printed: JSON.stringify({ plan, certificate, frontier, summary: cascade.summary({ time: false }) }),
    };
  };
  const kept = await tuned(text, more);
  const read = await tuned(forgetful(text), forgetful(more));
  t.is(kept.printed, read.printed);
  // Each fold reads three quarters of the rows twice, and the others once.
  const development = 420;
  t.is(read.reads - kept.reads, 2 * 4 * (2 * 0.75 + 0.25) * development);
});

test('a feature that has a price is fitted by reading its rows', (t) => {
  const refits = new Refits<Note>(3, Int32Array.of(0, 1, 2));
  const feature = tfidf((note: Note) => note.text);
  t.is(refits.begin('text', { ...feature, price: 1 }), undefined);
  t.not(refits.begin('text', feature), undefined);
});

test('rows that the feature was not fitted to have to be read', (t) => {
  // Of five rows, the last two aren't fitted to.
  const refits = new Refits<Note>(5, Int32Array.of(0, 1, 2));
  const fit = refits.begin(
    'text',
    tfidf((note: Note) => note.text),
  );
  fit?.add(RowView.of(rows.slice(0, 3)));
  fit?.end();
  const blocks = refits.blocksOf('text', { fit: Int32Array.of(0, 2), score: Int32Array.of(1) });
  t.is(blocks?.fit.rows, 2);
  t.is(blocks?.score.rows, 1);
  t.is(refits.blocksOf('text', { fit: Int32Array.of(0, 3), score: Int32Array.of(1) }), undefined);
  t.is(refits.blocksOf('text', { fit: Int32Array.of(0, 2), score: Int32Array.of(4) }), undefined);
  t.is(refits.blocksOf('other', { fit: Int32Array.of(0, 2), score: Int32Array.of(1) }), undefined);
  refits.forget();
  t.is(refits.blocksOf('text', { fit: Int32Array.of(0, 2), score: Int32Array.of(1) }), undefined);
});

test('late blocks are those that would be made at once, also once the rest is forgotten', (t) => {
  const refits = new Refits<Note>(
    60,
    Int32Array.from({ length: 60 }, (_, row) => row),
  );
  const view = RowView.of(rows.slice(0, 60));
  const feature = tfidf((note: Note) => note.more, { maxFeatures: 20 });
  const fit = refits.begin('more', feature);
  fit?.add(view);
  const like = fit?.end().compute(view);
  if (like === undefined || like instanceof Promise) throw new TypeError('texts are read at once');
  const parts = { fit: Int32Array.from({ length: 40 }, (_, row) => row), score: Int32Array.of(40, 51, 59) };
  const now = refits.blocksOf('more', parts);
  const late = refits.blocksOf('more', parts, false, like);
  refits.forget();
  if (now?.fit.kind !== 'sparse' || late?.fit.kind !== 'late') throw new TypeError('one of them is late');
  const { fit: made, score } = late;
  t.deepEqual(made.make(), now.fit);
  t.deepEqual(readRows(late && { block: score }), now.score);
  t.deepEqual(made.make(Int32Array.of(7, 0)), gather(now.fit, Int32Array.of(7, 0)));
  t.is(made.rows, 40);
  t.true(Math.abs(made.entries / entries(now.fit) - 1) < 0.1);
});
