/** How much of the search is tried in full: `thorough` tries everything in full. */
export type Effort = 'quick' | 'default' | 'thorough';

export const EFFORTS: readonly Effort[] = ['quick', 'default', 'thorough'];
