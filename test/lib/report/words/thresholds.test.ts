import test from 'ava';
import { terminalSummary } from '../../../../lib/report/index.js';
import { allThresholdWords, isShortened, thresholdWords } from '../../../../lib/report/words/thresholds.js';
import { sample } from '../sample.js';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const many = letters.map((label, c) => ({ label, threshold: c < 3 ? null : 0.5 + 0.015 * c }));

test('thresholds of 26 classes fit on a screen', (t) => {
  t.deepEqual(thresholdWords(many), ['23 classes ≥ 0.545 to 0.875', 'a, b, c never']);
  t.true(isShortened(many));
  t.is(allThresholdWords(many).length, 26);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: null }))), ['26 classes never']);
  t.deepEqual(thresholdWords(many.map((each) => ({ ...each, threshold: 0.9 }))), ['26 classes ≥ 0.900']);
  t.false(isShortened(many.slice(0, 6)));
  const stages = sample.stages.map((stage) => ({ ...stage, thresholds: many }));
  t.true(terminalSummary({ ...sample, stages }).split('\n').length < 60);
});
