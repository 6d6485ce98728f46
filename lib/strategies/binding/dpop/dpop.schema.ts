import * as z from 'zod';
import { chosen, fields, optional } from '../../../config/schema.js';
import { ASYMMETRIC_ALGORITHMS, type SignatureAlgorithm } from '../../jws/algorithms.js';
import type { DpopMode, DpopOption } from './dpop.config.js';

/** A checked {@link DpopOption} with every default filled in. */
export interface DpopSettings {
  readonly mode: DpopMode;
  /** In seconds. */
  readonly maxAge: number;
  readonly nonce: boolean;
  readonly algorithms: readonly SignatureAlgorithm[];
}

/** The longest `maxAge` in seconds: every proof must be remembered for twice as long. */
const MAX_AGE = 3600;

const mode = z.enum(['accepted', 'required']);
const config = fields(() => ({
  mode,
  maxAge: optional(z.number().gt(0, 'must be a number of seconds above 0').max(MAX_AGE, `must be at most ${MAX_AGE} seconds`)),
  nonce: optional(z.boolean()),
  algorithms: optional(
    z
      .array(z.enum(ASYMMETRIC_ALGORITHMS, 'must be an asymmetric algorithm, such as "ES256"'))
      .min(1, 'must name one at least, or be left out for all'),
  ),
}));

const DEFAULTS = { maxAge: 60, nonce: false, algorithms: ASYMMETRIC_ALGORITHMS } as const;

/** The schema of the field `dpop`. */
export const dpopOption: z.ZodType<DpopSettings> = chosen(
  (value): z.ZodType<DpopOption> => (typeof value === 'object' && value !== null ? config : mode),
  (given) => ({ ...DEFAULTS, ...(typeof given === 'string' ? { mode: given } : given) }),
);
