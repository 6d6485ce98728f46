import { digestAlone } from './digest.js';
import { fastJwt } from './fast-jwt.js';
import { joseByHand } from './jose.js';
import { keycloak } from './keycloak.js';
import { nestJwt } from './nest-jwt.js';
import { emptyGuard, noGuard } from './none.js';
import {
  ours,
  oursByCertificate,
  oursEnriched,
  oursOptional,
  oursRememberingBad,
  oursWithCookie,
  oursWithIssuers,
  oursWithSchemes,
} from './ours.js';
import { passport } from './passport.js';

/** Guards that verify tokens, ours first. */
export const VERIFIERS = [ours, oursWithSchemes, oursRememberingBad, fastJwt, joseByHand, nestJwt, passport, keycloak];

/** Ours with what an application may turn on: compared with ours for a repeated token, in process. */
export const VARIANTS = [oursWithCookie, oursWithIssuers, oursEnriched, oursOptional];

/** Everything that may stand before a route. */
export const CONTENDERS = [noGuard, emptyGuard, digestAlone, ...VERIFIERS, oursByCertificate];
