import { runBench } from './harness/harness.js';

/** Every workload, by name. One is imported when it runs, so that its memory is its own. */
const workloads = {
  attentional: async () => (await import('./detect/attentional.js')).attentional,
  'attentional-few': async () => (await import('./detect/few.js')).attentionalFew,
  'attentional-scan': async () => (await import('./detect/scan.js')).attentionalScan,
  'attentional-training': async () => (await import('./detect/training.js')).attentionalTraining,
  batching: async () => (await import('./serving/batching.js')).batching,
  cores: async () => (await import('./tuning/cores.js')).cores,
  digits: async () => (await import('./digits/digits.js')).digits,
  'event-loop': async () => (await import('./serving/event-loop.js')).eventLoop,
  expected: async () => (await import('./tuning/expected.js')).expected,
  faults: async () => (await import('./serving/faults.js')).faults,
  flights: async () => (await import('./flights/flights.js')).flights,
  glosses: async () => (await import('./topk/glosses.js')).glosses,
  kernels: async () => (await import('./kernels/kernels.js')).kernels,
  learners: async () => (await import('./learners/learners.js')).learners,
  mail: async () => (await import('./mail/mail.js')).mail,
  'mail-learners': async () => (await import('./mail/learners.js')).mailLearners,
  pipelines: async () => (await import('./pipelines/pipelines.js')).pipelines,
  point: async () => (await import('./serving/point.js')).point,
  prefixes: async () => (await import('./learners/prefixes.js')).prefixes,
  report: async () => (await import('./tuning/report.js')).report,
  scale: async () => (await import('./scale/scale.js')).scale,
  select: async () => (await import('./topk/select.js')).select,
  sentences: async () => (await import('./sentences/sentences.js')).sentences,
  serve: async () => (await import('./serving/serve/serve.js')).serve,
  startup: async () => (await import('./serving/startup.js')).startup,
  threads: async () => (await import('./serving/threads.js')).threads,
  'topk-cuts': async () => (await import('./topk/cuts.js')).topkCuts,
  'topk-mail': async () => (await import('./topk/mail.js')).topkMail,
  'topk-flights': async () => (await import('./topk/flights.js')).topkFlights,
  tuning: async () => (await import('./tuning/tuning.js')).tuning,
  'tuning-parquet': async () => (await import('./tuning/parquet.js')).parquet,
  validity: async () => (await import('./validity/validity.js')).validity,
};

process.exitCode = await runBench(process.argv.slice(2), workloads);
