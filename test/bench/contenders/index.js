import { digestAlone } from './digest.js';
import { fastJwt } from './fast-jwt.js';
import { joseByHand } from './jose.js';
import { keycloak } from './keycloak.js';
import { nestJwt } from './nest-jwt.js';
import { emptyGuard, noGuard } from './none.js';
import { ours, oursByCertificate, oursRememberingBad, oursWithSchemes } from './ours.js';
import { passport } from './passport.js';

/** Guards that verify tokens, ours first. */
export const VERIFIERS = [ours, oursWithSchemes, oursRememberingBad, fastJwt, joseByHand, nestJwt, passport, keycloak];

/** Everything that may stand before a route. */
export const CONTENDERS = [noGuard, emptyGuard, digestAlone, ...VERIFIERS, oursByCertificate];
