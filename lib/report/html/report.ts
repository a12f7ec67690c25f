import type { Importer } from '../../util/packages.js';
import { drawCharts } from '../charts/index.js';
import type { ReportData } from '../data/index.js';
import { clean } from '../words/index.js';
import { certificate, changes, facts } from './certificate.js';
import { epsilonSlider, type Parts, templates } from './chooser.js';
import { featureSection, spending } from './features.js';
import { hardest } from './hardest.js';
import { figureList, header, verdict } from './header.js';
import { html, notes } from './markup.js';
import { measuredSection } from './measured.js';
import { page } from './page.js';
import { planSection, type Shown } from './plan.js';
import { reliabilitySection } from './reliability.js';
import { reportScript } from './script.js';
import { subsetSection } from './subsets.js';

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
  const slider = epsilonSlider(data);
  return page({
    title: data.title,
    main: html`${header(data)}
${slider}
<section data-live="plan">${planSection(data)}</section>
${certificate(data, charts)}
${data.measured && measuredSection(data.measured, data.unit)}
${featureSection(data, charts)}
${data.spending?.length ? spending(data.spending, data.stages) : undefined}
${data.subsets.length > 0 ? subsetSection(data, charts) : undefined}
${data.reliability && reliabilitySection(data.reliability, charts.reliability)}
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
    script: slider && reportScript,
  });
}

/** The parts that the slider changes. */
function partsOf(data: Shown): Parts {
  return {
    verdict: verdict(data),
    lead: html`${clean(data.promise)}`,
    figures: figureList(data),
    plan: planSection(data),
    facts: facts(data),
    changes: html`${changes(data)}`,
  };
}
