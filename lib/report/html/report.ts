import type { Importer } from '../../util/packages.js';
import { drawCharts } from '../charts/index.js';
import type { ReportData } from '../data/index.js';
import { clean } from '../words/index.js';
import { certificate, facts } from './certificate.js';
import { chooser, type Parts, templates } from './chooser.js';
import { features, spending } from './features.js';
import { hardest } from './hardest.js';
import { figureList, header, verdict } from './header.js';
import { html, notes } from './markup.js';
import { measured } from './measured.js';
import { page } from './page.js';
import { plan, type Shown } from './plan.js';
import { reliability } from './reliability.js';
import { script } from './script.js';
import { subsets } from './subsets.js';

/**
 * A tuning as one HTML page that needs nothing else: no network, no font. It follows the reader's
 * colour scheme and fits a phone. The only script that it may run moves the slider; without it the
 * page shows the same of the plan that is served.
 *
 * ```ts
 * await writeFile('report.html', await htmlReport(data));
 * ```
 *
 * @param load how the optional packages are imported; only tests have a reason to give it.
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which draw the pictures, aren't installed.
 */
export async function htmlReport(data: ReportData, load?: Importer): Promise<string> {
  const charts = await drawCharts(data, load);
  const slider = chooser(data);
  return page({
    title: data.title,
    main: html`${header(data)}
${slider}
<section data-live="plan">${plan(data)}</section>
${certificate(data, charts)}
${data.measured && measured(data.measured, data.unit)}
${features(data, charts)}
${data.spending?.length ? spending(data.spending, data.stages) : undefined}
${data.subsets.length > 0 ? subsets(data, charts) : undefined}
${data.reliability && reliability(data.reliability, charts.reliability)}
${data.hardest?.length ? hardest(data.hardest, data.isRegression) : undefined}
${notes('What isn’t promised', data.notPromised)}
${notes('What to do next', data.next)}
${notes('Notes', data.notes)}`,
    spare:
      slider &&
      templates(
        data.choices ?? [],
        (choice) => partsOf({ ...data, ...choice, measured: undefined, exits: [] }),
        charts.at,
      ),
    script: slider && script,
  });
}

/** The parts that the slider changes. */
function partsOf(data: Shown): Parts {
  return {
    verdict: verdict(data),
    lead: html`${clean(data.promise)}`,
    figures: figureList(data),
    plan: plan(data),
    facts: facts(data),
  };
}
