import { gradientBoosting, logisticRegression, tune } from 'spillway';
import { interleave, medianRatio } from '../examples/mail/measure.js';
import { features } from '../examples/mail/pipeline.js';
import { L2, splitMail } from './mail-data.js';

const split = await splitMail(false);
for (const seed of process.argv.slice(2).map(Number)) {
  const { known, unseen } = split(seed);
  const run = async (approximate: any, profile?: any) => {
    const t = performance.now();
    const c = await tune({
      features,
      ...known,
      full: logisticRegression({ l2: L2 }),
      approximate,
      bound: { loss: 'disagreement', epsilon: 0.01, delta: 0.05 },
      seed,
      profile,
    });
    console.log('seconds', (performance.now() - t) / 1000);
    return c;
  };
  const two = await run([logisticRegression({ l2: L2 }), gradientBoosting()]);
  const one = await run([logisticRegression({ l2: L2 })], two.profile);
  console.log(two.summary());
  console.log(
    one.plan.stages.map((s) => [s.features.join('+'), s.learner, s.exits]),
    one.plan.expected.speedup,
  );
  const [f, a, b] = await interleave(
    [() => one.full.predict(unseen.rows), () => one.predict(unseen.rows), () => two.predict(unseen.rows)],
    5,
    true,
  );
  console.log(
    'seed',
    seed,
    'one',
    medianRatio(f, a),
    'two',
    medianRatio(f, b),
    'two/one',
    medianRatio(a, b),
    two.profile.models,
  );
}
