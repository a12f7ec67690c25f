import { clean } from '../words/index.js';
import { html, type Markup, trusted } from './markup.js';
import { hashOf } from './script.js';
import { reportStyle } from './style.js';

/** The content of a page. */
export interface HtmlPage {
  readonly title: string;
  /** The visible part. */
  readonly main: Markup;
  /** Hidden parts that the script swaps in. */
  readonly spare?: Markup | undefined;
  /** The one script that may run. */
  readonly script?: string | undefined;
}

/** One HTML page that needs nothing else and may load nothing: no network, no font. */
export function page({ title, main, spare, script }: HtmlPage): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:${script ? `; script-src '${hashOf(script)}'` : ''}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<link rel="icon" href="data:,">
<title>${clean(title)} · spillway</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<main>
${main}
</main>
${spare}
${script && html`<script>${trusted(script)}</script>`}
</body>
</html>
`.text;
}
