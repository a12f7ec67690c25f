import test from 'ava';
import { type TrainingState, trainDetector } from '../../../detect/index.js';
import { options } from './scenes.js';

test('the same seed gives the same bits, another one others', async (t) => {
  const short = { ...options, stages: 2 };
  const [first, second] = [await trainDetector(short), await trainDetector(short)];
  t.deepEqual(second.state, first.state);
  const other = await trainDetector({ ...short, seed: 2 });
  t.notDeepEqual(other.state.model, first.state.model);
});

test('resumed after a stage, it ends as if never stopped', async (t) => {
  const states: TrainingState[] = [];
  const whole = await trainDetector({ ...options, onProgress: ({ state }) => state && states.push(state) });
  t.true(states.length >= 2);
  const stored: TrainingState = JSON.parse(JSON.stringify(states[0]));
  const { detector, table, reason } = await trainDetector({ ...options, resume: stored });
  t.deepEqual(detector.model, whole.detector.model);
  t.deepEqual(table, whole.table);
  t.is(reason, whole.reason);
});

test('objects that chose something before they were resumed count no hits', async (t) => {
  const { state } = await trainDetector({ ...options, stages: 1 });
  // In another order others are held out. Of the five that would count hits, some have trained the first stage.
  const reversed = [...options.positives].reverse();
  const { hits, table } = await trainDetector({ ...options, positives: reversed, resume: state });
  t.true(hits.objects < 5);
  t.true(table[1].testPositives <= hits.objects);
});
