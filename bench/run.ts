import { digits } from './digits.js';
import { runBench } from './harness.js';
import { kernels } from './kernels.js';
import { learners } from './learners.js';
import { mail } from './mail.js';
import { paths } from './paths.js';
import { validity } from './validity.js';

/** Every workload, by name. */
const workloads = { digits, kernels, learners, mail, paths, validity };

process.exitCode = await runBench(process.argv.slice(2), workloads);
