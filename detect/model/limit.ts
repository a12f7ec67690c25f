/**
 * The least sum with which a window passes a stage: OpenCV takes 1e-5 off the threshold, in single precision.
 *
 * @param threshold of the stage
 */
export function limitOf(threshold: number): number {
  return Math.fround(Math.fround(threshold) - Math.fround(1e-5));
}
