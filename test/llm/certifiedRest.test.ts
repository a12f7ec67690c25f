import test from 'ava';
import { binomialLower } from '../../lib/stats/index.js';
import { AnswerBook } from '../../llm/answerBook.js';
import { certifyRest } from '../../llm/certifiedRest.js';
import { populationCount } from '../../llm/population.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { atLength } from '../support/atLength.js';
import { CLAIM, modelOf, stagesOn, TRAINED, titleTable } from './world.js';

/** Trials over draws of the sample, in a table whose truth is known. */
const TRIALS = atLength(150, 1_500);
const { epsilon: EPSILON, delta: DELTA } = CLAIM;

const table = titleTable(1_200, 3);

async function world() {
  // A fifth of the titles tells nothing, and one in twelve answers is any: aggressive plans lose too much.
  const answer = (row: number) => (row % 12 === 0 ? table.labels[row % 3] : table.truth[row]);
  const { full } = modelOf(table, answer);
  const { rows } = table;
  const trained = rows.slice(0, TRAINED);
  const cascade = await stagesOn(trained, full);
  const truth = Float64Array.from(rows.keys(), (row) => table.labels.indexOf(answer(row) ?? ''));
  const book = async (model = full) => {
    const own = new AnswerBook(
      rows,
      model,
      { kind: 'argmax' },
      (row) => row,
      new RowBudget(undefined, 0.001, undefined, { isUsed: false, share: 0.5 }),
    );
    await own.ask(Array.from({ length: TRAINED }, (_, row) => row));
    return own;
  };
  const lostBy = async (seed: string) => {
    const claim = { loss: 'disagreement' as const, epsilon: EPSILON, delta: DELTA, seed };
    const own = await book();
    const tested = await certifyRest({ cascade, rows, book: own, population: undefined }, claim, {});
    if (tested === undefined) throw new Error('nobody declined');
    const { rest, answers, certificate } = tested;
    let lost = 0;
    rest.forEach((row, place) => {
      if (own.knows(row) || Number.isNaN(answers[place])) return;
      if (answers[place] !== truth[row]) lost++;
    });
    return { lost, left: answers.filter((answer) => !Number.isNaN(answer)).length, certificate };
  };
  return { cascade, rows, book, lostBy, truth };
}

test('more answers than epsilon of the table differ with a chance of delta at most; a chosen draw is found out', async (t) => {
  const { lostBy, rows } = await world();
  const allowed = Math.floor(EPSILON * rows.length);
  const drawn: Awaited<ReturnType<typeof lostBy>>[] = [];
  for (let trial = 0; trial < TRIALS; trial++) drawn.push(await lostBy(`trial ${trial}`));
  const isBroken = ({ lost }: { readonly lost: number }) => lost > allowed;
  const broken = drawn.filter(isBroken).length;
  t.true(binomialLower(broken, TRIALS, 0.05) <= DELTA, `${broken} of ${TRIALS}`);
  t.true(drawn.some(({ certificate }) => certificate.verdict === 'certified'));
  // Not for nothing: some draws do let more out than is right.
  t.true(Math.max(...drawn.map(({ lost }) => lost)) > allowed / 2);

  // Planted: of five draws the one that lets most rows out.
  const chosen = Array.from({ length: Math.floor(TRIALS / 5) }, (_, i) =>
    drawn.slice(5 * i, 5 * i + 5).reduce((best, each) => (each.left > best.left ? each : best)),
  );
  const found = chosen.filter(isBroken).length;
  t.true(binomialLower(found, chosen.length, 0.05) > DELTA, `${found} of ${chosen.length}`);
});

test('a sampled row without a readable answer is lost where a stage answers it', async (t) => {
  const { cascade, rows, book } = await world();
  const claim = { loss: 'disagreement' as const, epsilon: EPSILON, delta: DELTA, seed: 's' };
  const tested = async (isRead: (row: number) => boolean) => {
    const { full } = modelOf(table, (row) => (row < TRAINED || isRead(row) ? table.truth[row] : undefined));
    const own = await book(full);
    const found = await certifyRest({ cascade, rows, book: own, population: undefined }, claim, {});
    if (found === undefined) throw new Error('nobody declined');
    const { rest, answers, certificate } = found;
    const drawn = [...rest.keys()].filter((place) => own.knows(rest[place]));
    const leaving = [...rest.keys()].filter((place) => !Number.isNaN(answers[place]));
    const lost = drawn.filter((place) => {
      return leaving.includes(place) && answers[place] !== own.answerOf(rest[place]);
    });
    t.deepEqual([certificate.n, certificate.lost], [drawn.length, lost.length]);
    return { unread: lost.filter((place) => !isRead(rest[place])).length, leaving: leaving.length };
  };
  const { unread, leaving } = await tested((row) => row % 60 !== 0);
  t.true(unread > 0 && leaving > 300, `${unread} of ${leaving}`);
  // Where none can be read, no more rows may leave than may be lost, and those that were sampled beside them.
  const none = await tested(() => false);
  t.true(none.leaving - none.unread <= EPSILON * rows.length, `${none.unread} of ${none.leaving}`);
});

test('rows for a promise about new rows are a sample of their own, and most are in the other one', async (t) => {
  const { cascade, rows, book } = await world();
  const among = Int32Array.from(rows.keys()).slice(TRAINED);
  const count = populationCount(cascade, {
    rows: rows.length,
    among: among.length,
    epsilon: EPSILON,
    delta: DELTA,
  });
  t.true(count > 50 && count < among.length, `${count}`);
  const own = await book();
  const claim = { loss: 'disagreement' as const, epsilon: EPSILON, delta: DELTA, seed: 's' };
  const before = own.asked;
  const tested = await certifyRest({ cascade, rows, book: own, population: { among, count } }, claim, {});
  const population = tested?.population ?? new Int32Array(0);
  const drawn = tested?.certificate.n ?? 0;
  t.is(population.length, count);
  t.is(new Set(population).size, count);
  t.true(population.every((row) => row >= TRAINED));
  // All that a plan lets out are asked, the others not; and few beyond the batch's own sample.
  const left = new Map(Array.from(tested?.rest ?? [], (row, place) => [row, tested?.answers[place] ?? 0]));
  t.true(population.every((row) => own.knows(row) || Number.isNaN(left.get(row))));
  t.true(population.some((row) => !own.knows(row)));
  t.true(own.asked - before < drawn + 0.15 * count, `${own.asked - before} of ${drawn}, ${count}`);
});
