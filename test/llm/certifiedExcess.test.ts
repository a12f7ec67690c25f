import test from 'ava';
import { binomialLower, random } from '../../lib/stats/index.js';
import { AnswerBook } from '../../llm/answerBook.js';
import { certifyRest } from '../../llm/certifiedRest.js';
import { RowBudget } from '../../llm/rowBudget.js';
import { atLength } from '../support/atLength.js';
import { modelOf, stagesOn, type Titled, TRAINED, titleTable } from './world.js';

/** Trials over the model's answers and draws of the sample, in a table of which a quarter is one text. */
const TRIALS = atLength(100, 1_000);
const EPSILON = 0.04;
const DELTA = 0.1;
const OWN = 1_200;
const COPIES = 400;
/** The chance that the model changes its mind about a title, and about the one that many rows have. */
const [FLIPS, POPULAR] = [0.05, 0.45];

const table = titleTable(OWN, 3);
const { labels, rows: titles } = table;
const popular = titles.findIndex((_, row) => row >= TRAINED && row % 12 !== 0);
/** Each has a number of its own, which the model doesn't read. */
const rows: readonly Titled[] = Array.from({ length: OWN + COPIES }, (_, id) => {
  const { title } = titles[id < OWN ? id : popular];
  return { title, id };
});

/** What the model says of each title the first and the second time. */
function sayingsOf(trial: number): readonly (readonly string[])[] {
  const chance = random(trial).fork('said');
  return [0, 1].map(() =>
    table.truth.map((truth, row) => {
      const usual = row % 12 === 0 ? labels[row % 3] : truth;
      const changes = chance.uniform() < (row === popular ? POPULAR : FLIPS);
      return changes ? labels[(labels.indexOf(usual) + 1) % 3] : usual;
    }),
  );
}

async function world() {
  const { full: usual } = modelOf(table, (row) => (row % 12 === 0 ? labels[row % 3] : table.truth[row]));
  const cascade = await stagesOn(titles.slice(0, TRAINED), usual);
  const tested = async (
    said: readonly (readonly string[])[],
    trial: number,
    reads: (row: Titled) => unknown,
  ) => {
    const { full } = modelOf(table, (row, ask) => said[ask][row]);
    const budget = new RowBudget(undefined, 0.001, undefined, { isUsed: false, share: 0.5 });
    const book = new AnswerBook(rows, full, { kind: 'argmax' }, reads, budget);
    await book.ask(Array.from({ length: TRAINED }, (_, row) => row));
    const claim = {
      loss: 'excessDisagreement' as const,
      epsilon: EPSILON,
      delta: DELTA,
      seed: `trial ${trial}`,
    };
    const found = await certifyRest({ cascade, rows, book, population: undefined, flips: FLIPS }, claim, {});
    if (found === undefined) throw new Error('nobody declined');
    return { ...found, book };
  };
  /**
   * @param reads rows that are alike in it are one question; where each is one of its own, the model answers from what it keeps
   */
  const run = async (trial: number, reads: (row: Titled) => unknown) => {
    const said = sayingsOf(trial);
    const { rest, answers, certificate, book } = await tested(said, trial, reads);
    // All that differs, less one for each text of the rest that the model answers in two ways.
    let lost = 0;
    rest.forEach((row, place) => {
      const at = row < OWN ? row : popular;
      if (row < OWN && said[0][at] !== said[1][at]) lost--;
      if (book.knows(row) || Number.isNaN(answers[place])) return;
      if (labels[answers[place]] !== said[0][at]) lost++;
    });
    const isCertified = certificate.verdict === 'certified';
    return { isCertified, isBroken: lost > Math.floor(EPSILON * rows.length) };
  };
  return { tested, run };
}

test('where many rows are one text, its flips count once; counted for each row they break the promise', async (t) => {
  const { run } = await world();
  const all = { held: 0, forEach: 0, certified: 0 };
  for (let trial = 0; trial < TRIALS; trial++) {
    const held = await run(trial, ({ title }) => title);
    all.held += Number(held.isBroken);
    all.certified += Number(held.isCertified);
    all.forEach += Number((await run(trial, (row) => row)).isBroken);
  }
  t.true(binomialLower(all.held, TRIALS, 0.05) <= DELTA, `${all.held} of ${TRIALS}`);
  t.true(all.certified > TRIALS / 4, `${all.certified} of ${TRIALS}`);
  // Planted: each copy's flip makes up for a wrong answer.
  t.true(binomialLower(all.forEach, TRIALS, 0.05) > DELTA, `${all.forEach} of ${TRIALS}`);
});

test('a text that many sampled rows have counts as changed where its first row is sampled, once', async (t) => {
  const { tested } = await world();
  // The model changes its mind about this text alone.
  const usual = table.truth.map((truth, row) => (row % 12 === 0 ? labels[row % 3] : truth));
  const other = labels[(labels.indexOf(usual[popular]) + 1) % 3];
  const said = [usual, usual.with(popular, other)];
  const counts: number[] = [];
  for (let seed = 0; seed < 4; seed++) {
    const { rest, certificate, book } = await tested(said, seed, ({ title }) => title);
    // It is asked about twice where its first row was sampled, and then all have both answers.
    const changed = Number(book.hasFlipped(popular));
    t.deepEqual(certificate.flips, { rows: certificate.n, differ: changed, lower: null, upper: null });
    counts.push(changed);
    const drawn = [...rest.keys()].filter((place) => book.knows(rest[place]));
    t.true(drawn.length > certificate.n, 'rows that equal a sampled one, too');
  }
  t.true(counts.includes(0) && counts.includes(1), counts.join());
});
