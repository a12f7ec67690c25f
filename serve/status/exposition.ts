import { BOUNDS_MS, type DurationBuckets } from '../scheduling/index.js';

/** Labels of a sample as they are written, without braces; empty: none. */
export type LabelText = string;

/** A metric without its samples. */
export interface MetricHead {
  readonly name: string;
  readonly help: string;
}

/** Upper bounds of a histogram's buckets in seconds, as labels. */
const BOUNDS = [...BOUNDS_MS.map((ms) => `le="${ms / 1000}"`), 'le="+Inf"'];

/**
 * Metrics in Prometheus' text format.
 *
 * @see Prometheus, "Exposition formats", text format 0.0.4
 */
export class Exposition {
  private readonly lines: string[] = [];

  /** A metric begins; its samples follow. */
  begin({ name, help }: MetricHead, type: 'counter' | 'gauge' | 'histogram'): void {
    this.lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  }

  sample(name: string, labels: LabelText, value: number): void {
    this.lines.push(labels === '' ? `${name} ${value}` : `${name}{${labels}} ${value}`);
  }

  /** The samples of a histogram in seconds. */
  histogram(name: string, labels: LabelText, { count, nanoseconds, buckets }: DurationBuckets): void {
    let below = 0;
    for (let bucket = 0; bucket < BOUNDS.length; bucket++) {
      below += buckets[bucket];
      this.lines.push(`${name}_bucket{${labels},${BOUNDS[bucket]}} ${below}`);
    }
    this.lines.push(`${name}_sum{${labels}} ${nanoseconds / 1e9}`, `${name}_count{${labels}} ${count}`);
  }

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/** Labels with their values escaped. */
export function labelText(labels: Readonly<Record<string, string>>): LabelText {
  let text = '';
  for (const name in labels) text += `${text === '' ? '' : ','}${name}="${escapedLabel(labels[name])}"`;
  return text;
}

const ESCAPED = /["\\\n]/;

function escapedLabel(value: string): string {
  // Hardly any is.
  if (!ESCAPED.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
