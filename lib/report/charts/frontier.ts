import type { ReportChoice, ReportData } from '../data/index.js';
import { allowed, cost, times } from '../words/index.js';
import { type Canvas, frame } from './canvas.js';
import { across, type Dot, labels, linearScale, upwards } from './scales.js';

/** Speedup certified for each epsilon. */
export function frontierChart({ plot, draw }: Canvas, data: ReportData): string {
  const { frontier: all, unit, choices, expected, certificate } = data;
  const { scale } = certificate;
  const said = (epsilon: number) => allowed({ epsilon, ...(scale !== undefined && { scale }) });
  const dots = [...all]
    .sort((a, b) => a.epsilon - b.epsilon)
    .map(({ epsilon, cost: each, speedup, chosen }) => ({
      name: `${times(speedup)} at ${said(epsilon)}`,
      x: epsilon * unitOf(certificate),
      y: speedup,
      chosen,
      tip: `at most ${said(epsilon)}: ${times(speedup)}, ${cost(each, unit)} a row`,
    }));
  const served = {
    name: `${times(expected.speedup)} served at ${said(certificate.epsilon)}`,
    x: certificate.epsilon * unitOf(certificate),
    y: expected.speedup,
    tip: `served: at most ${said(certificate.epsilon)}, ${times(expected.speedup)}, ${cost(expected.cost, unit)} a row`,
  };
  const isBandsOwn = isOfBand(data);
  const { x, y } = frontierScales(data);
  const step = { x: 'x', y: 'y', curve: 'step-after' } as const;
  const svg = draw({
    id: 'frontier-chart',
    title: 'Speedup certified for each epsilon',
    description: `${[...dots, served].map(({ tip }) => tip).join('; ')}.`,
    x: {
      domain: x.domain,
      ticks: 6,
      label: scale === undefined ? 'epsilon, the loss allowed, % →' : 'the mean difference allowed →',
    },
    y: {
      domain: y.domain,
      ticks: 6,
      label: unit === 'price' ? '↑ times cheaper, expected' : '↑ expected speedup',
      tickFormat: (value: number) => `${value}×`,
    },
    marks: [
      plot.gridY({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
      plot.areaY(dots, { ...step, fill: 'var(--accent)', fillOpacity: 0.12 }),
      plot.lineY(dots, { ...step, stroke: 'var(--accent)', strokeWidth: 2 }),
      plot.ruleX([served], { x: 'x', y1: 0, y2: 'y', stroke: 'var(--warm)', strokeDasharray: '3 3' }),
      plot.dot(
        dots.filter((dot) => !(dot.chosen && isBandsOwn)),
        { x: 'x', y: 'y', r: 3, fill: 'var(--accent)', title: 'tip' },
      ),
      plot.dot([served], { x: 'x', y: 'y', r: 6, fill: 'var(--warm)', stroke: 'var(--card)', title: 'tip' }),
    ],
    labels: labels([served], [...dots, served, ...risers(dots)], x, y),
  });
  // The slider moves it.
  const here = '<circle id="here" r="6" visibility="hidden"></circle>';
  return choices?.length ? svg.replace('</svg>', `${here}</svg>`) : svg;
}

/** The position of a choice in the picture of the frontier. */
export function choicePosition(data: ReportData, { epsilon, expected }: ReportChoice) {
  const { x, y } = frontierScales(data);
  return {
    x: Math.min(frame.right, x.at(epsilon * unitOf(data.certificate))),
    y: Math.max(frame.top, y.at(expected.speedup)),
  };
}

/** What an epsilon of 1 is along the axis: 100 %, or a difference in the units of the answers. */
function unitOf({ scale }: ReportData['certificate']): number {
  return scale ?? 100;
}

function frontierScales({ frontier: all, expected, certificate, choices = [] }: ReportData) {
  // The slider's dot stays in the picture.
  const points = [...all, ...choices.map((choice) => ({ ...choice.expected, epsilon: choice.epsilon }))];
  return {
    x: linearScale(
      [certificate, ...points].map(({ epsilon }) => epsilon * unitOf(certificate)).concat(0),
      across,
    ),
    y: linearScale([0, expected.speedup, ...points.map(({ speedup }) => speedup)], upwards),
  };
}

/**
 * Whether the plan that is served is the one that the band certifies for its epsilon: tested for that alone, a more
 * aggressive one may pass.
 */
export function isOfBand({ frontier: all, expected }: ReportData): boolean {
  return all.some(({ chosen, speedup }) => chosen && speedup === expected.speedup);
}

/** The upright parts of the step line, which labels keep clear of as they do of dots. */
function risers(dots: readonly Dot[]): Dot[] {
  return dots.slice(1).map(({ name, x, y }, i) => ({ name, x, y, low: dots[i].y, high: y }));
}
