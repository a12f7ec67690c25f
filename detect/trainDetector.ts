import { Detector } from './detector.js';
import { type TrainedCascade, type TrainingOptions, trainCascade } from './training/index.js';

/** A detector that was trained, and how. */
export interface TrainedDetector extends Omit<TrainedCascade, 'model' | 'used'> {
  readonly detector: Detector;
}

/**
 * Trains a detector for objects of one kind. Each stage is boosted (gentle AdaBoost) on windows of negative images
 * that the stages before it pass, until it keeps `hitRate` of the validation objects and refuses all but
 * `falseAlarmRate` of the validation negatives. Hits are counted on test objects, which choose nothing. Warnings say
 * where there are too few objects for that hit rate, and which stages miss their rate of false alarms.
 *
 * The same images, options and seed give the same bits. Where negatives run out, training ends with the stages that
 * it has; it goes on from `state` with `resume`. Objects with a standard deviation of 10 grey levels or less are left
 * out, since Haar cascades never find them.
 *
 * The detector remembers digests of all images that were read, and its XML keeps them: such images certify nothing of
 * it.
 *
 * @returns the detector, why training ended, a row for each stage, hits, warnings, and the state to resume from
 * @throws OptionError for options and images that can't be used; the signal's reason if that is aborted
 * @see Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR 2001
 * @example
 * const trained = await trainDetector({
 *   positives: faces, // crops of 24 x 24 pixels
 *   negatives: photographs,
 *   augment: { mirror: true },
 *   features: 20_000,
 *   stages: 10,
 *   onProgress: ({ table }) => console.log(stageTable(table)),
 * });
 * console.log(trainingSummary(trained));
 */
export async function trainDetector(options: TrainingOptions): Promise<TrainedDetector> {
  const { model, used, ...rest } = await trainCascade(options);
  return { detector: new Detector(model, {}, new Set(used)), ...rest };
}
