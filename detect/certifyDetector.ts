import {
  type CertifyDetectorOptions,
  certifyModel,
  type DetectionCertificate,
  type PlainDetectOptions,
  type TuneDialOptions,
  tuneModelDial,
} from './certification/index.js';
import { Detector } from './detector.js';
import { type Dial, type DialSetting, modelAt } from './dial/index.js';

/** A detector, how to call it, and what is promised of it. */
export interface CertifiedDetector {
  /** The detector with the setting that was certified; null where none is. */
  readonly detector: Detector | null;
  /** Options of `detect` that the certificate is for. */
  readonly detect: PlainDetectOptions;
  readonly certificate: DetectionCertificate;
}

/**
 * Finds the settings of a detector that `certifyDetector` tests: fewer stages and other thresholds of the last one,
 * from the setting that finds nearly all objects of some images to the one that finds hardly any, evenly spaced by
 * the objects found.
 *
 * @returns plain data; images that it was set on certify nothing
 * @throws OptionError for options and images that can't be used; DataError where no window meets an object; the
 *   signal's reason if that is aborted
 * @see Viola and Jones, Robust real-time face detection, IJCV 2004, section 5.4
 * @param detector that is to be certified
 * @example
 * const dial = await tuneDial(detector, { images: tuningImages });
 * const { certificate } = await certifyDetector(detector, { images, dial, bounds, delta: 0.05 });
 */
export function tuneDial(detector: Detector, options: TuneDialOptions): Promise<Dial> {
  return tuneModelDial(detector.model, options, detector.used);
}

/**
 * Certifies a detector on images that were drawn like those that it is for. What counts are images, never windows:
 * false windows of one image overlap, and say the same thing many times.
 *
 * Settings of a dial that was fixed before are tested. `detection` is tested by betting, with images as clusters of
 * objects; the two bounds on false alarms by the exact binomial test, over images and over one window drawn of each.
 * Each bound walks the dial from its own end, at its own part of delta (fixed-sequence testing), and the settings
 * that all walks pass are certified together. Where none is, nothing is promised, and there is no detector in the
 * answer.
 *
 * @param detector that is to be certified, with the dial's settings
 * @returns the detector with the certified setting, and the certificate
 * @throws OptionError for options and images that can't be used; UsedRows for images that the detector was trained or
 *   set on, or that were tested before, also where nothing was certified; DataError without an image; the signal's
 *   reason if that is aborted
 * @see Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024
 * @see Angelopoulos et al., Learn then Test, 2021
 * @example
 * const { detector, detect, certificate } = await certifyDetector(trained, {
 *   images: photographs, // [{ image, boxes }, …], none of which was used to train it
 *   bounds: {
 *     detection: { rate: 0.9, maxObjects: 4 },
 *     falseDetections: { most: 1, share: 0.05 },
 *   },
 *   delta: 0.05,
 * });
 * if (detector) detector.detect(image, detect);
 */
export async function certifyDetector(
  detector: Detector,
  options: CertifyDetectorOptions,
): Promise<CertifiedDetector> {
  const certificate = await certifyModel(detector.model, options, detector.used);
  const { setting, detect } = certificate;
  return {
    detector: setting === null ? null : detectorAt(detector, setting),
    detect,
    certificate,
  };
}

function detectorAt(detector: Detector, setting: DialSetting): Detector {
  return new Detector(modelAt(detector.model, setting), detector.options, detector.used);
}
