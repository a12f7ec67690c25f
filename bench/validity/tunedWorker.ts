import { notesLaw } from './notes.js';
import type { Task } from './pool.js';
import { tunedWorlds } from './tuned.js';
import { runTunes } from './tuning.js';

/** A worker process that tunes one task after another. */

const worlds = tunedWorlds(process.argv[2] === 'quick');
const law = notesLaw();

process.on('message', async ({ subject, seed, from, to }: Task) => {
  process.send?.(await runTunes(worlds[subject], law, seed, from, to));
});
