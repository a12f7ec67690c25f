import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Container, PodSpec, Probe } from 'kubernetes-types/core/v1.js';
import { parseAllDocuments } from 'yaml';

/** The files of `examples/kubernetes`, as far as tests read them. */

const folder = fileURLToPath(new URL('../../../examples/kubernetes/', import.meta.url));

export const FILES = ['deployment', 'service', 'autoscaler', 'servingruntime'];

/** Of any object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

export async function manifestsIn(file: string): Promise<readonly Manifest[]> {
  const text = await readFile(`${folder}${file}.yaml`, 'utf8');
  return parseAllDocuments(text, { strict: true }).map((document): Manifest => {
    for (const error of [...document.errors, ...document.warnings]) throw error;
    return document.toJS();
  });
}

interface Pod {
  readonly container: Container;
  readonly graceSeconds: number;
}

/** What a Deployment or KServe starts, and how long it may take to end. The schemas' test checks the shapes. */
export async function podOf(file: 'deployment' | 'servingruntime'): Promise<Pod> {
  const [first, second] = await manifestsIn(file);
  if (file === 'deployment') {
    const { template } = first.spec as { readonly template: { readonly spec: PodSpec } };
    return {
      container: template.spec.containers[0],
      graceSeconds: template.spec.terminationGracePeriodSeconds ?? 30,
    };
  }
  const { containers } = first.spec as { readonly containers: Container[] };
  const { predictor } = second.spec as { readonly predictor: Omit<PodSpec, 'containers'> };
  return { container: containers[0], graceSeconds: predictor.terminationGracePeriodSeconds ?? 30 };
}

/** The metric of pods by which the autoscaler decides. */
export async function metricOfPods(): Promise<string | undefined> {
  const [{ spec }] = await manifestsIn('autoscaler');
  const { metrics = [] } = spec as NonNullable<HorizontalPodAutoscaler['spec']>;
  return metrics.find(({ type }) => type === 'Pods')?.pods?.metric.name;
}

/** Instructions of the image's file, those of its last stage, by name. */
export async function imageOf(): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(`${folder}Containerfile`, 'utf8'))
    .split('\n')
    .filter((line) => !/^(#|$)/.test(line));
  const last = lines.findLastIndex((line) => line.startsWith('FROM '));
  return new Map(
    lines.slice(last).map((line): [string, string] => {
      const [name] = line.split(' ', 1);
      return [name, line.slice(name.length + 1)];
    }),
  );
}

/** The path that a probe asks for. */
export function pathOf(probe: Probe | undefined): string {
  return probe?.httpGet?.path ?? '';
}
