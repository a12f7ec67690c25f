/** A process of its own, so that its memory is that of one job: tunes one problem by one release. */

import { peakMemory } from '../harness/machine.js';
import { usedMemory } from '../harness/memory.js';
import { PROBLEMS, problemOf } from './problems.js';

const [problem, seed, share, fidelities] = process.argv.slice(2);
const name = PROBLEMS.find((each) => each === problem);
if (name === undefined) throw new RangeError(`no problem is named ${problem}`);
const size = (['quick', 'usual', 'full'] as const).find((each) => each === share);
if (size === undefined) throw new RangeError(`no size is named ${share}`);
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const ready = await problemOf(name, {
  seed: Number(seed),
  size,
  ...(fidelities === 'none' && { fidelities: false }),
});
// What reading the rows has left behind isn't counted.
usedMemory();
const heldMB = process.memoryUsage.rss() / 2 ** 20;
const [start, work] = [performance.now(), used()];
const { result: speedup, peakMB } = await peakMemory(ready);
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - start) / 1000,
    processor: used() - work,
    heldMB,
    peakMB,
    speedup,
  }),
);
