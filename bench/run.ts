import { attentional } from './detect/attentional.js';
import { attentionalScan } from './detect/scan.js';
import { attentionalTraining } from './detect/training.js';
import { digits } from './digits/digits.js';
import { flights } from './flights/flights.js';
import { runBench } from './harness/harness.js';
import { kernels } from './kernels/kernels.js';
import { learners } from './learners/learners.js';
import { prefixes } from './learners/prefixes.js';
import { mailLearners } from './mail/learners.js';
import { mail } from './mail/mail.js';
import { sentences } from './sentences/sentences.js';
import { batching } from './serving/batching.js';
import { faults } from './serving/faults.js';
import { point } from './serving/point.js';
import { serve } from './serving/serve/serve.js';
import { startup } from './serving/startup.js';
import { threads } from './serving/threads.js';
import { topkCuts } from './topk/cuts.js';
import { topkFlights } from './topk/flights.js';
import { glosses } from './topk/glosses.js';
import { topkMail } from './topk/mail.js';
import { select } from './topk/select.js';
import { cores } from './tuning/cores.js';
import { expected } from './tuning/expected.js';
import { parquet } from './tuning/parquet.js';
import { report } from './tuning/report.js';
import { tuning } from './tuning/tuning.js';
import { validity } from './validity/validity.js';

/** Every workload, by name. */
const workloads = {
  attentional,
  'attentional-scan': attentionalScan,
  'attentional-training': attentionalTraining,
  batching,
  cores,
  digits,
  expected,
  faults,
  flights,
  glosses,
  kernels,
  learners,
  mail,
  'mail-learners': mailLearners,
  point,
  prefixes,
  report,
  select,
  sentences,
  serve,
  startup,
  threads,
  'topk-cuts': topkCuts,
  'topk-mail': topkMail,
  'topk-flights': topkFlights,
  tuning,
  'tuning-parquet': parquet,
  validity,
};

process.exitCode = await runBench(process.argv.slice(2), workloads);
