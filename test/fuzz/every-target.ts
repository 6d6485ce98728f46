import type { Target } from './target.js';
import { certificateTargets } from './targets/certificates.js';
import { fileTargets } from './targets/files.js';
import { headerTargets } from './targets/headers.js';
import { tokenTargets } from './targets/tokens.js';

/** Every target: a new one is one more element of one of these lists. */
export const TARGETS: readonly Target[] = [...headerTargets, ...certificateTargets, ...tokenTargets, ...fileTargets];

/** The inputs with which a target begins, beside those of its corpus. */
export function seedsOf({ seeds }: Target): Buffer[] {
  return seeds.map((seed) => (typeof seed === 'string' ? Buffer.from(seed, 'latin1') : seed));
}
