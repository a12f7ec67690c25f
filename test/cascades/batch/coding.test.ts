import test from 'ava';
import fc from 'fast-check';
import { PathCoding } from '../../../cascades/batch/coding.js';
import { exitStage, type StageAnswers } from '../../../cascades/chain/index.js';
import { DataError } from '../../../index.js';

const CLASSES = 3;
const level = fc.constantFrom(0, 0.25, 0.5, 0.75, 1, Number.POSITIVE_INFINITY);
const thresholds = fc
  .array(level, { minLength: CLASSES, maxLength: CLASSES })
  .map((each) => Float64Array.from(each));
const answer = fc.constantFrom(0, 1, 2, Number.NaN);
const confidence = fc.oneof(level, fc.double({ min: 0, max: 1 }), fc.constantFrom(Number.NaN, 1.5, -0.1));
const answered = (rows: number) =>
  fc
    .record({
      answers: fc.array(answer, { minLength: rows, maxLength: rows }),
      confidence: fc.array(confidence, { minLength: rows, maxLength: rows }),
    })
    .map(
      (stage): StageAnswers => ({
        answers: Float64Array.from(stage.answers),
        confidence: Float64Array.from(stage.confidence),
      }),
    );
const cases = fc.nat(3).chain((stages) =>
  fc.nat(8).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      path: fc.array(fc.array(thresholds, { minLength: stages, maxLength: stages }), {
        minLength: 1,
        maxLength: 5,
      }),
      stages: fc.array(answered(rows), { minLength: stages, maxLength: stages }),
    }),
  ),
);

test('under every plan of the path a coded row leaves where it left before, with the same answer', (t) => {
  const law = fc.property(cases, ({ rows, path, stages }) => {
    const coding = new PathCoding(path, CLASSES);
    const decoded = coding.decode(coding.encode(rows, stages));
    for (const plan of path) {
      for (let row = 0; row < rows; row++) {
        const exit = exitStage(stages, plan, row);
        t.is(exitStage(decoded, plan, row), exit);
        if (exit < stages.length) t.is(decoded[exit].answers[row], stages[exit].answers[row]);
      }
    }
  });
  fc.assert(law);
});

test('parts that are joined are the whole', (t) => {
  const law = fc.property(cases, fc.nat(8), ({ rows, path, stages }, cut) => {
    const coding = new PathCoding(path, CLASSES);
    const part = (from: number, to: number) =>
      coding.encode(
        Math.min(rows, to) - Math.min(rows, from),
        stages.map(({ answers, confidence }) => ({
          answers: answers.slice(from, to),
          confidence: confidence.slice(from, to),
        })),
      );
    t.deepEqual(coding.joined([part(0, cut), part(cut, rows)]), coding.encode(rows, stages));
  });
  fc.assert(law, { numRuns: 50 });
});

test('a row takes two bytes a stage, and more only for many plans or classes', (t) => {
  const pathOf = (plans: number, classes: number) =>
    Array.from({ length: plans }, (_, j) => [new Float64Array(classes).fill(j / plans)]);
  const bytes = (plans: number, classes: number) => {
    const stage = { answers: Float64Array.of(1, classes - 1), confidence: Float64Array.of(1, 0.5) };
    const coding = new PathCoding(pathOf(plans, classes), classes);
    const coded = coding.encode(2, [stage]);
    t.deepEqual(coding.decode(coded)[0].answers, stage.answers);
    const [{ answers, ranks }] = coded.stages;
    return (answers.byteLength + ranks.byteLength) / 2;
  };
  t.is(bytes(255, 256), 2);
  t.is(bytes(256, 256), 3);
  t.is(bytes(256, 257), 4);
});

test('codes of another path are refused', (t) => {
  const coding = new PathCoding([[Float64Array.of(0.5, 0.5)]], 2);
  const coded = (answers: number[], ranks: number[]) => ({
    rows: 1,
    stages: [{ answers: Uint8Array.from(answers), ranks: Uint8Array.from(ranks) }],
  });
  t.is(coding.decode(coded([1], [1]))[0].confidence[0], 0.5);
  t.true(Number.isNaN(coding.decode(coded([1], [0]))[0].confidence[0]));
  for (const wrong of [coded([2], [0]), coded([1], [2]), coded([1, 1], [0, 0]), { rows: 1, stages: [] }]) {
    t.throws(() => coding.decode(wrong), { instanceOf: DataError });
  }
});
