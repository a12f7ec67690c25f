import { type Law, lawOf } from './law.js';
import type { Task } from './pool.js';
import { runTrials } from './trial.js';
import { subjectsOf } from './worlds/worlds.js';

/** A process that runs the tasks that it is sent, one after another. */

const subjects = subjectsOf(process.argv[2] === 'quick');
const laws = new Map<number, Law>();

process.on('message', ({ subject, seed, from, to }: Task) => {
  const { world, procedure } = subjects[subject];
  const law = laws.get(subject) ?? lawOf(world);
  laws.set(subject, law);
  process.send?.(runTrials(law, procedure, seed, from, to));
});
