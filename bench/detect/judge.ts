import { intersectionOverUnion, MEETS } from '../../detect/certification/overlap.js';
import type { Detector } from '../../detect/index.js';
import type { Scene } from './scenes.js';

/** From one size of the window to the next. */
export const SCALE_FACTOR = 1.1;

/** What a detector found in scenes, as counts that more neighbours make smaller. */
export interface Verdict {
  readonly scenes: number;
  readonly objects: number;
  /** Neighbours of the boxes that meet an object, and of those that meet none or come second. */
  readonly found: Int32Array;
  readonly wrong: Int32Array;
}

/** A point of the curve of a detector: boxes of fewer neighbours are left out. */
export interface Point {
  readonly neighbours: number;
  /** Share of the objects that are found. */
  readonly detection: number;
  /** False detections a scene. */
  readonly false: number;
}

/** Detects in each scene, and compares boxes with objects. */
export function judge(detector: Detector, scenes: readonly Scene[]): Verdict {
  const found: number[] = [];
  const wrong: number[] = [];
  let objects = 0;
  for (const { image, wanted } of scenes) {
    objects += wanted.length;
    const { boxes } = detector.detect(image, { scaleFactor: SCALE_FACTOR, minNeighbors: 1 });
    const free = new Set(wanted);
    for (const box of [...boxes].sort((a, b) => b.neighbours - a.neighbours)) {
      const met = [...free].find((place) => intersectionOverUnion(place, box) >= MEETS);
      if (met === undefined) wrong.push(box.neighbours);
      else found.push(box.neighbours);
      if (met !== undefined) free.delete(met);
    }
  }
  return {
    scenes: scenes.length,
    objects,
    found: Int32Array.from(found),
    wrong: Int32Array.from(wrong),
  };
}

/** The point at which boxes have so many neighbours or more. */
export function pointAt({ scenes, objects, found, wrong }: Verdict, neighbours: number): Point {
  const count = (all: Int32Array) => all.reduce((sum, each) => sum + (each >= neighbours ? 1 : 0), 0);
  return { neighbours, detection: count(found) / objects, false: count(wrong) / scenes };
}

/** The point of most detections with at most so many false ones a scene. */
export function bestWithin(verdict: Verdict, most: number): Point {
  const last = verdict.wrong.reduce((a, b) => Math.max(a, b), 0) + 1;
  for (let neighbours = 1; ; neighbours++) {
    const point = pointAt(verdict, neighbours);
    if (point.false <= most || neighbours === last) return point;
  }
}
