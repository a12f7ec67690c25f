import { textDigest } from '../../lib/util/digest.js';
import { statusScript } from './script.js';
import { statusStyle } from './style.js';

/** The page may run its own script, ask this server, and nothing else. */
export const POLICY = `default-src 'none'; style-src '${hashOf(statusStyle)}'; script-src '${hashOf(statusScript)}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The status page: an empty table that its script fills once a second. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Models served by spillway</title>
<style>${statusStyle}</style>
</head>
<body>
<main>
<header>
<h1>Models</h1>
<p id="summary" role="status">Loading …</p>
</header>
<form id="key" hidden>
<label for="secret">API key</label>
<input id="secret" type="password" autocomplete="off" required>
<button>Show</button>
</form>
<div class="scroll">
<table>
<caption>Latency is of the last one to two minutes. Bars show at which stage rows left; the last part is the full model.</caption>
<thead><tr>
<th scope="col">Model</th><th scope="col">State</th><th scope="col">Promise</th><th scope="col">Rows a second</th>
<th scope="col">p50</th><th scope="col">p99</th><th scope="col">Exits by stage</th><th scope="col">Refused, invalid, failed</th>
<th scope="col">Own memory</th><th scope="col">Shared memory</th>
</tr></thead>
<tbody id="models"></tbody>
</table>
</div>
<p class="aside">The same as data: <a href="/status.json">status.json</a>, <a href="/metrics">metrics</a> for Prometheus.</p>
</main>
<script>${statusScript}</script>
</body>
</html>
`;

/** The source expression by which a content security policy allows a text: its hash. */
function hashOf(text: string): string {
  const octets = textDigest(text).match(/../g) ?? [];
  return `sha256-${btoa(String.fromCharCode(...octets.map((octet) => Number.parseInt(octet, 16))))}`;
}
