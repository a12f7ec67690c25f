// Before the filter itself: notes that it runs, and kills it once, midway. By environment, since an engine starts it.
import { appendFileSync, mkdirSync } from 'node:fs';

const { FILTER_LOG, FILTER_DIES } = process.env;

/** Whether this process is the first to say so. */
function isFirst(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

if (process.argv.includes('--format')) {
  console.error('a filter speaks');
  if (FILTER_LOG) appendFileSync(FILTER_LOG, `${process.pid}\n`);
  if (FILTER_DIES) {
    const write = process.stdout.write.bind(process.stdout);
    let pieces = 0;
    process.stdout.write = (...args) => {
      // A schema and some batches have gone out by then.
      if (++pieces === 6 && isFirst(FILTER_DIES)) process.kill(process.pid, 'SIGKILL');
      return write(...args);
    };
  }
}
