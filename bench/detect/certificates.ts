import { certifyDetector, type DetectionCertificate, type Detector, tuneDial } from '../../detect/index.js';
import { SCALE_FACTOR } from './judge.js';
import type { Part } from './photographs.js';
import type { SceneSource } from './scenes.js';

/** Scenes that each certificate reads. */
export interface CertifiedOn {
  readonly dial: number;
  readonly scenes: number;
  /** One window of each. undefined: no certificate of windows. */
  readonly windows: number | undefined;
}

export const CERTIFIED: CertifiedOn = { dial: 300, scenes: 800, windows: 50_000 };
export const CERTIFIED_QUICK: CertifiedOn = { dial: 10, scenes: 10, windows: 10 };

/** What is promised of a detector. */
export interface Certificates {
  readonly detector: Detector;
  readonly detection: DetectionCertificate;
  readonly windows: DetectionCertificate | undefined;
}

/** A box is the mean of more windows than that. */
const NEIGHBOURS = 8;

/** At most this many windows may pass, as a share. */
export const FALSE_POSITIVES = 5e-4;

/**
 * Certifies detection and false detections on scenes that nothing else saw, and false positives a window on others, at half of 5 %
 * each.
 */
export async function certify(
  detector: Detector,
  sources: Record<Part, SceneSource>,
  { dial: tuned, scenes, windows }: CertifiedOn,
  seed: number,
  log: (text: string) => void,
): Promise<Certificates> {
  const detect = { scaleFactor: SCALE_FACTOR, minNeighbors: NEIGHBOURS } as const;
  const dial = await tuneDial(detector, { images: boxed(sources.validation, `dial ${seed}`, tuned), detect });
  const certified = await certifyDetector(detector, {
    images: boxed(sources.unseen, `certification ${seed}`, scenes),
    bounds: {
      detection: { rate: 0.9, maxObjects: 3 },
      falseDetections: { most: 1, share: 0.1 },
    },
    ...{ delta: 0.025, dial, detect, seed },
  });
  const { detection: found, falseDetections } = certified.certificate;
  log(`${certified.certificate.verdict}: ${JSON.stringify({ found, falseDetections })}`);
  const served = certified.detector ?? detector;
  const detection = certified.certificate;
  if (windows === undefined) return { detector: served, detection, windows };
  const { certificate } = await certifyDetector(served, {
    images: boxed(sources.unseen, `windows ${seed}`, windows),
    bounds: { falsePositives: { rate: FALSE_POSITIVES } },
    ...{ delta: 0.025, detect, seed },
    onProgress({ images }) {
      if (images % 5_000 === 0) log(`${images} windows`);
    },
  });
  return { detector: served, detection, windows: certificate };
}

/** Scenes with the places of wanted digits, made as they are read. */
function* boxed(source: SceneSource, seed: string, count: number) {
  for (let i = 0; i < count; i++) {
    const { image, wanted } = source.scene(`${seed} ${i}`);
    yield { image, boxes: wanted };
  }
}
