import { batching } from './batching.js';
import { digits } from './digits.js';
import { exact } from './exact.js';
import { runBench } from './harness.js';
import { kernels } from './kernels.js';
import { learners } from './learners.js';
import { mail } from './mail.js';
import { mailLearners } from './mail-learners.js';
import { paths } from './paths.js';
import { prefixes } from './prefixes.js';
import { report } from './report.js';
import { select } from './select.js';
import { startup } from './startup.js';
import { topkCuts } from './topk-cuts.js';
import { validity } from './validity.js';

/** Every workload, by name. */
const workloads = {
  batching,
  digits,
  exact,
  kernels,
  learners,
  mail,
  'mail-learners': mailLearners,
  paths,
  prefixes,
  report,
  select,
  startup,
  'topk-cuts': topkCuts,
  validity,
};

process.exitCode = await runBench(process.argv.slice(2), workloads);
