import type { Importer } from '../../util/packages.js';
import type { ReportChoice, ReportData } from '../data/index.js';
import { openCanvas } from './canvas.js';
import { featureChart } from './features.js';
import { choicePosition, frontierChart } from './frontier.js';
import { pipelineChart } from './pipeline.js';
import { reliabilityChart } from './reliability.js';
import { subsetChart } from './subsets.js';

/** SVG of each picture; undefined if there is nothing to draw. */
export interface Charts {
  readonly features: string | undefined;
  /** Of features that say their steps. */
  readonly pipeline: string | undefined;
  readonly subsets: string | undefined;
  readonly frontier: string | undefined;
  /** One a stage. */
  readonly reliability: readonly string[];
  /** The position of a choice in the picture of the frontier. */
  readonly at: (choice: ReportChoice) => { readonly x: number; readonly y: number };
}

/**
 * Draws the pictures of a report, colours left to the page's CSS variables.
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which are optional, aren't installed.
 */
export async function drawCharts(data: ReportData, load?: Importer): Promise<Charts> {
  const canvas = await openCanvas(load);
  return {
    features: data.features.some(({ importance }) => importance) ? featureChart(canvas, data) : undefined,
    pipeline: pipelineChart(data),
    subsets: data.subsets.length > 0 ? subsetChart(canvas, data) : undefined,
    frontier: data.frontier.length > 0 ? frontierChart(canvas, data) : undefined,
    reliability: (data.reliability ?? []).map((stage, s) => reliabilityChart(canvas, stage, s)),
    at: (choice) => choicePosition(data, choice),
  };
}
