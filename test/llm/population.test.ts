import { join } from 'node:path';
import test from 'ava';
import { Cascade, UsedRows } from '../../index.js';
import { chooseRows } from '../../lib/learn/choosing/index.js';
import { binomialLower, random, sample } from '../../lib/stats/index.js';
import { AnswerBook } from '../../llm/answerBook.js';
import { certifyRest } from '../../llm/certifiedRest.js';
import { certifyForNew, drawPopulation, rowsForNew } from '../../llm/population.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { drawPool } from '../../llm/training.js';
import { atLength } from '../support/atLength.js';
import { folderFor } from '../support/files.js';
import { CLAIM, modelOf, stagesOn, type Titled, TRAINED, titleTable, words } from './world.js';

/** Trials over tables drawn from a population whose truth is known, of which a part is chosen to train on. */
const TRIALS = atLength(60, 1_000);
const { epsilon: EPSILON, delta: DELTA } = CLAIM;
const TABLE = 900;
const CHOSEN = 150;

const everything = titleTable(6_000, 3);
const answer = (row: number) => (row % 12 === 0 ? everything.labels[row % 3] : everything.truth[row]);
const { full } = modelOf(everything, answer);
const people = everything.rows.slice(TRAINED);
const truth = new Map(everything.rows.map(({ title }, row) => [title, answer(row)]));

async function world(file: string) {
  const cascade = await stagesOn(everything.rows.slice(0, TRAINED), full);
  // Each trial has a cascade that has tested nothing yet.
  await cascade.save(file, { evidence: true });
  // How sure the stage is of each: what a choice of rows goes by.
  const { exits } = await cascade.explore(cascade.path.at(-1) ?? cascade.plan).predict(people);
  const isSure = new Map(people.map(({ title }, i) => [title, exits[i] === 0]));
  const losses = new Map<string, number>();
  const lossOf = async (served: typeof cascade) => {
    const key = JSON.stringify(served.plan.stages);
    const known = losses.get(key);
    if (known !== undefined) return known;
    const { labels } = await served.predict(people);
    const loss = people.filter(({ title }, i) => labels[i] !== truth.get(title)).length / people.length;
    losses.set(key, loss);
    return loss;
  };
  /** @param isPooled whether rows are chosen inside a pool that doesn't count; else of all, and those left count */
  const isBroken = async (trial: number, isPooled: boolean) => {
    const own = random(trial);
    const rows = Array.from(sample(people.length, TABLE, own), (place): Titled => people[place]);
    const budget = new RowBudget(undefined, 0.001, undefined, { isUsed: false, share: 0.5 });
    const book = new AnswerBook(rows, full, { kind: 'argmax' }, (row) => row, budget);
    const pool = drawPool(rows.length, new Int32Array(0), CHOSEN, isPooled, own);
    // Rows that a stage would answer wrongly look doubtful: a choice that knows the truth is the worst there is.
    const scores = Float64Array.from({ length: 2 * pool.length }, (_, i) => {
      const { title } = rows[pool[i >> 1]];
      const isEasy = isSure.get(title) === true && !isMistaken(title);
      return i % 2 === 0 ? (isEasy ? 0.95 : 0.5) : isEasy ? 0.05 : 0.5;
    });
    const chosen = chooseRows({ scores, classes: 2, count: CHOSEN, random: own }).map((place) => pool[place]);
    await book.ask(chosen);
    const claim = { epsilon: EPSILON, delta: DELTA };
    const fresh = await Cascade.load<Titled, string>(file, { features: words, full });
    const population = rowsForNew(fresh, rows.length, [isPooled ? pool : chosen], claim);
    const tested = await certifyRest(
      { cascade: fresh, rows, book, population },
      { ...claim, loss: 'disagreement', seed: `trial ${trial}` },
      {},
    );
    const drawn = tested?.population ?? new Int32Array(0);
    // Those that no plan lets out are asked about with the rest of the table.
    await book.ask(drawn);
    const renewed = await certifyForNew(fresh, rows, drawn, book, claim);
    const isCertified = renewed.cascade.certificate.verdict === 'certified';
    return { isCertified, isBroken: isCertified && (await lossOf(renewed.cascade)) > EPSILON };
  };
  const { labels } = await cascade.explore(cascade.path.at(-1) ?? cascade.plan).predict(people);
  const mistaken = new Set(people.flatMap(({ title }, i) => (labels[i] === truth.get(title) ? [] : [title])));
  const isMistaken = (title: string) => mistaken.has(title);
  return { isBroken };
}

test('the promise about new rows holds where training rows are chosen inside a pool; without one it is found out', async (t) => {
  const { isBroken } = await world(join(await folderFor(t), 'titles.cascade'));
  const held: Awaited<ReturnType<typeof isBroken>>[] = [];
  const planted: typeof held = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    held.push(await isBroken(trial, true));
    planted.push(await isBroken(trial, false));
  }
  const broken = held.filter(({ isBroken }) => isBroken).length;
  t.true(binomialLower(broken, TRIALS, 0.05) <= DELTA, `${broken} of ${TRIALS}`);
  t.true(held.some(({ isCertified }) => isCertified));

  // Planted: rows of the pool that weren't chosen count, though what is left there is easier than the table was.
  const found = planted.filter(({ isBroken }) => isBroken).length;
  t.true(binomialLower(found, TRIALS, 0.05) > DELTA, `${found} of ${TRIALS}`);
});

test('rows that stages were trained on are no evidence on new ones', async (t) => {
  const cascade = await stagesOn(everything.rows.slice(0, TRAINED), full);
  const rows = everything.rows.slice(TRAINED - 1, TRAINED + 399).map((row) => ({ ...row }));
  const budget = new RowBudget(undefined, 0.001, undefined, { isUsed: false, share: 0.5 });
  const book = new AnswerBook(rows, full, { kind: 'argmax' }, (row) => row, budget);
  const all = Int32Array.from(rows.keys());
  await book.ask(all);
  await t.throwsAsync(certifyForNew(cascade, rows, all, book, CLAIM), {
    instanceOf: UsedRows,
    message: /1 of 400 rows/,
  });
});

test('rows for new rows are a simple random sample, whether the model was asked about them before or not', (t) => {
  // Two of five, of which two are known: ten sets, expected 300 times each.
  const among = Int32Array.of(1, 2, 4, 5, 7);
  const rest = Int32Array.of(0, 2, 3, 5, 6, 7);
  const seen = new Map<string, number>();
  for (let trial = 0; trial < 3_000; trial++) {
    const drawn = drawPopulation({ among, count: 2 }, rest, 'rest', `seed ${trial}`).toSorted().join();
    seen.set(drawn, (seen.get(drawn) ?? 0) + 1);
  }
  t.is(seen.size, 10);
  t.true([...seen.keys()].every((set) => set.split(',').every((row) => among.includes(Number(row)))));
  const chiSquare = [...seen.values()].reduce((sum, count) => sum + (count - 300) ** 2 / 300, 0);
  // The upper hundred-thousandth of its law with nine degrees of freedom is 40.
  t.true(chiSquare < 40, `${chiSquare}`);
});
