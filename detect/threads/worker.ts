import { serveJobs } from '../../lib/util/workers/index.js';
import { doScanJob, type ScanJob, Scanner } from '../scan/index.js';
import { doTrainingJob, type TrainingJob } from '../training/index.js';

/** What a thread is asked to do. */
export type DetectorJob = ScanJob | TrainingJob;

/** Detectors whose memory a thread keeps, those used last. */
const KEPT = 8;

const scanners = new Map<number, Scanner>();

serveJobs<DetectorJob>((job, claim, thread) => {
  if (job.kind !== 'scan') return doTrainingJob(job, claim, thread);
  const scanner = scannerFor(job);
  scanner.begin(job.image);
  return doScanJob(job, claim, scanner);
});

/** Memory is kept from one image of a detector to the next of the same size. */
function scannerFor({ detector, model, image, isFast }: ScanJob): Scanner {
  const last = scanners.get(detector);
  const scanner = last?.fits(image) ? last : new Scanner(model, image.width, image.height, isFast);
  scanners.delete(detector);
  scanners.set(detector, scanner);
  for (const oldest of scanners.keys()) if (scanners.size > KEPT) scanners.delete(oldest);
  return scanner;
}
