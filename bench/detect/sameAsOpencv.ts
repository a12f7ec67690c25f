import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCascade } from 'spillway/detect';
import { columns } from '../harness/checks.js';
import { foundBy, type Picture, sameBoxes, sameCandidates } from './found.js';
import type { OpencvJs } from './opencvJs.js';
import { keep, type OpencvPeer } from './opencvPeer.js';

/** How much was compared with a peer: pairs of image, cascade and factor. */
export interface Compared {
  readonly pairs: number;
  /** Pairs with the same groups, neighbours and order; with OpenCV itself the same windows and stage sums, too. */
  readonly same: number;
  /** Those that differ, by name. */
  readonly different: readonly string[];
}

/** Every cascade over every picture, beside OpenCV and its build for JavaScript. */
export interface Sweep {
  readonly cascades: number;
  readonly pictures: readonly string[];
  readonly factors: readonly number[];
  /** Groups that we found, and windows. */
  readonly groups: number;
  readonly candidates: number;
  readonly opencv: Compared;
  /** Why it was left out, in words, where the package can't be had. */
  readonly opencvJs: Compared | string;
}

/** Compares what is found, pair by pair. */
export async function sameAsOpencv(
  cascades: ReadonlyMap<string, string>,
  pictures: readonly Picture[],
  factors: readonly number[],
  peers: { readonly opencv: OpencvPeer; readonly opencvJs: OpencvJs | string },
  folder: string,
  log: (text: string) => void,
): Promise<Sweep> {
  const { opencv, opencvJs } = peers;
  const kept = await Promise.all(
    pictures.map(({ image }, i) => keep(image, join(folder, `picture ${i}.grey`))),
  );
  const [native, compiled] = [new Comparison(), new Comparison()];
  let [groups, candidates] = [0, 0];
  for (const [name, path] of cascades) {
    const xml = await readFile(path);
    const detector = readCascade(xml);
    for (const [i, { name: picture, image }] of pictures.entries()) {
      const runner = typeof opencvJs === 'string' ? undefined : opencvJs.runner(name, xml, image);
      for (const factor of factors) {
        const pair = `${name}, ${picture}, ${factor}`;
        const ours = foundBy(detector.detect(image, { compat: 'opencv', scaleFactor: factor }));
        groups += ours.neighbours.length;
        candidates += ours.sums.length;
        const theirs = await opencv.candidates(path, kept[i], factor);
        native.add(pair, sameBoxes(ours, theirs) && sameCandidates(ours, theirs));
        runner?.run(factor, 3);
        if (runner !== undefined) compiled.add(pair, sameBoxes(ours, runner.found()));
      }
      runner?.end();
    }
    log(`${name}: ${native.same} of ${native.pairs} pairs alike so far`);
  }
  return {
    cascades: cascades.size,
    pictures: pictures.map(({ name }) => name),
    factors,
    groups,
    candidates,
    opencv: native.compared(),
    opencvJs: typeof opencvJs === 'string' ? opencvJs : compiled.compared(),
  };
}

class Comparison {
  pairs = 0;
  same = 0;
  private readonly different: string[] = [];

  add(pair: string, isSame: boolean): void {
    this.pairs++;
    if (isSame) this.same++;
    else this.different.push(pair);
  }

  compared(): Compared {
    const { pairs, same, different } = this;
    return { pairs, same, different };
  }
}

/** One line a peer. */
export function sweepTable({ groups, candidates, opencv, opencvJs }: Sweep): string {
  const line = (name: string, compared: Compared | string) =>
    typeof compared === 'string'
      ? [name, `left out: ${compared}`]
      : [name, `${compared.same} of ${compared.pairs} pairs alike`];
  const found = ['found', `${groups} groups of ${candidates} windows`];
  return columns([line('OpenCV', opencv), line('OpenCV in JavaScript', opencvJs), found]);
}
