import { batching } from './batching.js';
import { digits } from './digits.js';
import { exact } from './exact.js';
import { expected } from './expected.js';
import { faults } from './faults.js';
import { flights } from './flights.js';
import { glosses } from './glosses.js';
import { runBench } from './harness.js';
import { kernels } from './kernels.js';
import { learners } from './learners.js';
import { mail } from './mail.js';
import { mailLearners } from './mail-learners.js';
import { paths } from './paths.js';
import { point } from './point.js';
import { prefixes } from './prefixes.js';
import { report } from './report.js';
import { select } from './select.js';
import { startup } from './startup.js';
import { threads } from './threads.js';
import { topkCuts } from './topk-cuts.js';
import { topkFlights } from './topk-flights.js';
import { topkMail } from './topk-mail.js';
import { validity } from './validity.js';

/** Every workload, by name. */
const workloads = {
  batching,
  digits,
  exact,
  expected,
  faults,
  flights,
  glosses,
  kernels,
  learners,
  mail,
  'mail-learners': mailLearners,
  paths,
  point,
  prefixes,
  report,
  select,
  startup,
  threads,
  'topk-cuts': topkCuts,
  'topk-mail': topkMail,
  'topk-flights': topkFlights,
  validity,
};

process.exitCode = await runBench(process.argv.slice(2), workloads);
