// What threads import. Node before 22.18 runs no TypeScript on them, unless their module registers what does.
import { register } from 'tsx/esm/api';

register();
export const { features } = await import('../mail/pipeline.ts');
