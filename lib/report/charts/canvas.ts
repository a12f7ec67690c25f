import { MissingPackage } from '../../errors.js';
import type { Importer } from '../../util/packages.js';
import type { ChartLabel } from './labels.js';

type Plot = typeof import('@observablehq/plot');
type PlotOptions = NonNullable<Parameters<Plot['plot']>[0]>;

/** The library of marks, and the function that turns its marks into a finished picture. */
export interface Canvas {
  readonly plot: Plot;
  /** A chart as SVG, which an assistive reader meets as one picture with a title and a description. */
  draw(chart: Chart): string;
}

/** A chart before it is drawn. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly x: NonNullable<PlotOptions['x']>;
  readonly y: NonNullable<PlotOptions['y']>;
  readonly marks: NonNullable<PlotOptions['marks']>;
  readonly labels: readonly ChartLabel[];
}

interface SvgElement {
  readonly outerHTML: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...children: SvgElement[]): void;
  prepend(...children: SvgElement[]): void;
  querySelector(selector: string): { remove(): void } | null;
}

const width = 440;
const height = 320;
const margins = { left: 52, right: 20, top: 34, bottom: 48 };

/** The area of a chart's marks, in pixels. */
export const frame = {
  left: margins.left,
  right: width - margins.right,
  top: margins.top,
  bottom: height - margins.bottom,
};

/**
 * A canvas on the two packages that draw.
 * @throws MissingPackage when one of them isn't installed: they are optional.
 */
export async function openCanvas(load: Importer = (start) => start()): Promise<Canvas> {
  const [plot, { parseHTML }] = await packages(load);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');

  const element = (name: string, attributes: Readonly<Record<string, string>>, text: string): SvgElement => {
    const made: SvgElement = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  return {
    plot,
    draw({ id, title, description, x, y, marks, labels }) {
      const svg: SvgElement = plot.plot({
        document,
        width,
        height,
        marginLeft: margins.left,
        marginRight: margins.right,
        marginTop: margins.top,
        marginBottom: margins.bottom,
        x: { labelAnchor: 'right', labelOffset: 40, tickSize: 4, ...x },
        y: { labelAnchor: 'top', tickSize: 0, ...y },
        marks,
      });
      // The page styles the picture, in both of its colour schemes.
      svg.querySelector('style')?.remove();
      svg.removeAttribute('class');
      svg.setAttribute('font-size', '12');
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-labelledby', `${id}-title ${id}-desc`);
      svg.append(
        ...labels.map(({ x: px, y: py, anchor, text }) =>
          element(
            'text',
            { class: 'label', x: String(px), y: String(py), dy: '0.32em', 'text-anchor': anchor },
            text,
          ),
        ),
      );
      svg.prepend(
        element('title', { id: `${id}-title` }, title),
        element('desc', { id: `${id}-desc` }, description),
      );
      return svg.outerHTML;
    },
  };
}

async function packages(load: Importer) {
  try {
    return await Promise.all([load(() => import('@observablehq/plot')), load(() => import('linkedom'))]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new MissingPackage(['@observablehq/plot', 'linkedom'], 'an HTML report', { cause: error });
  }
}
