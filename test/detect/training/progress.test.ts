import test from 'ava';
import {
  type StageRow,
  type TrainingProgress,
  type TrainingState,
  trainDetector,
} from '../../../detect/index.js';
import { options } from './scenes.js';

test('progress: the table grows by weak learners, then by stages', async (t) => {
  const seen: TrainingProgress[] = [];
  await trainDetector({ ...options, stages: 2, onProgress: (progress) => seen.push(progress) });
  const weak = seen.filter(({ step }) => step === 'boosting');
  t.deepEqual(
    weak.filter(({ stage }) => stage === 1).map(({ table }) => table.at(-1)?.weak),
    weak.filter(({ stage }) => stage === 1).map((_, i) => i + 1),
  );
  const lengths = seen.map(({ table }) => table.length);
  t.true(lengths.every((length, i) => i === 0 || length >= lengths[i - 1]));
  t.is(seen.filter(({ step, state }) => step === 'stage' && state !== undefined).length, 2);
  t.is(seen[0].secondsLeft, undefined);
  t.true((seen.at(-1)?.secondsLeft ?? -1) === 0);
});

test('a signal ends training between weak learners, and what was done can be resumed', async (t) => {
  const controller = new AbortController();
  const rows: StageRow[] = [];
  let saved: TrainingState | undefined;
  const training = trainDetector({
    ...options,
    signal: controller.signal,
    onProgress({ step, stage, state, table }) {
      saved = state ?? saved;
      if (step === 'boosting' && stage === 2) {
        rows.push(...table);
        controller.abort(new Error('enough'));
      }
    },
  });
  await t.throwsAsync(training, { message: 'enough' });
  t.is(rows.length, 2);
  const resumed = await trainDetector({ ...options, resume: saved! });
  t.deepEqual(resumed.state, (await trainDetector(options)).state);
});
