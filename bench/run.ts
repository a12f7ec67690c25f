import { runBench } from './harness.js';
import { mail } from './mail.js';

/** Every workload, by name. */
const workloads = { mail };

process.exitCode = await runBench(process.argv.slice(2), workloads);
