import type { ReportChoice, ReportData } from '../data/index.js';

/** A plan and its promise, as the page shows those that are served or that the slider chooses. */
export type Shown = Pick<ReportChoice, 'verdict' | 'promise' | 'stages' | 'expected' | 'certificate'> &
  Pick<ReportData, 'unit' | 'decision'> & {
    readonly exits?: ReportData['exits'] | undefined;
    readonly measured?: ReportData['measured'] | undefined;
  };
