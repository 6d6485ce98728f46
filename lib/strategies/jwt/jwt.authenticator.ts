import { type Clock, type Moment, Reading } from '../../clock.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { RouteMethods } from '../../http/route-methods.js';
import { compileTokenReader, type TokenReader, type TokenReaderOptions } from '../../http/token-reader.js';
import { VerdictMemory } from '../../memory/verdict-memory.js';
import type { DependencyHealth } from '../../outgoing/dependency-health.js';
import { BearerMechanism, UNUSABLE } from '../bearer.js';
import { checkBinding } from '../binding/certificate-binding.js';
import { type Claims, own } from '../claims/claims-reader.js';
import { isClaimRefusal, type PrincipalMaker, principalMaker } from '../claims/principal-of.js';
import { idTokenClaims, otherKind } from '../claims/token-kind.js';
import {
  ABSENT,
  type Accepted,
  type Authenticator,
  type AuthenticatorStats,
  accepted,
  type Rejected,
  rejected,
  type Verdict,
} from '../strategy.js';
import { type ClaimsRule, compileRules, endOf } from './claims.js';
import { parseCompact, readObject } from './compact.js';
import { IssuerKeys } from './issuer-keys.js';
import { HeaderReader, type JoseHeader } from './jose-header.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import type { KeyChoice, KeySource } from './key-set.js';
import type { PresentedToken } from './presented-token.js';
import { isRefusal, REFUSED } from './refusals.js';
import { compileTypeRule } from './token-type.js';
import type { VerificationKey } from './verification-key.js';

/** The clocks, the way to the operator, and how tokens are looked for. */
export interface JwtSurroundings {
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** How tokens are looked for. */
  readonly reading?: TokenReaderOptions;
}

/** What was found out about a token: everything that a request with it is answered from. */
interface CheckedToken {
  readonly verdict: Accepted | Rejected;
  /** The key that it was checked with. The finding holds for no other. */
  readonly key: VerificationKey;
  /** The `cnf` claim, which is checked against the connection of every request. */
  readonly confirmation: unknown;
  /** Until when this holds, in milliseconds since the epoch. */
  readonly until: number;
}

type RememberedToken = CheckedToken & Pick<PresentedToken, 'source'>;

/** Verifies the bearer tokens of one config. With a remembered token, or with keys at hand, it answers without a promise. */
export class JwtAuthenticator extends BearerMechanism implements Authenticator {
  private readonly headers: HeaderReader;
  private readonly memory: VerdictMemory<RememberedToken, VerificationKey>;
  /** When the request at hand is judged: read once for each, and again after a wait. */
  private readonly now: Reading;
  private readonly checkClaims: ClaimsRule;
  private readonly principalOf: PrincipalMaker;
  private readonly readToken: TokenReader;
  private hasWarned = false;

  constructor(
    scheme: string,
    private readonly settings: JwtSettings,
    private readonly keys: KeySource | IssuerKeys,
    private readonly surroundings: JwtSurroundings,
  ) {
    super();
    const { cacheConfig, rejectedCacheConfig } = settings;
    const { clock, reading } = surroundings;
    this.readToken = compileTokenReader(settings.tokenFrom, reading);
    this.now = new Reading(clock);
    this.memory = new VerdictMemory<RememberedToken, VerificationKey>({
      accepted: cacheConfig || undefined,
      rejected: rejectedCacheConfig,
      holds: isOfKey,
      clock,
    });
    const checkType = compileTypeRule(settings.typ);
    this.headers = new HeaderReader((header) => (keys.allows(header.alg) ? checkType(header) : REFUSED.algorithmNotAllowed));
    this.checkClaims = compileRules(settings);
    this.principalOf = principalMaker({ scheme, method: 'jwt', standIns: [] }, settings);
  }

  authenticate(request: AuthRequest, methods?: RouteMethods): Verdict | Promise<Verdict> {
    const credentials = this.readToken(request, methods);
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return UNUSABLE[credentials.reason];
    const token = credentials.value;
    // The header first: it is enough to reject the token of another issuer cheaply.
    const header = this.headers.read(token);
    if (isRefusal(header)) return header;
    const now = this.now.take();
    const digest = this.memory.keyOf(token);
    const source = this.sourceOf(token, digest, now);
    if (isRefusal(source)) return source;
    const key = source.find(header.alg, header.kid, now);
    if (!(key instanceof Promise)) return this.recall(digest, key, request) ?? this.judge({ token, digest, header, source }, key, request);
    return key.then((settled) => {
      this.now.take();
      return this.recall(digest, settled, request) ?? this.judge({ token, digest, header, source }, settled, request);
    });
  }

  stats(): AuthenticatorStats {
    const { fetches } = this.keys;
    const { lookups: cache } = this.memory;
    return { ...(cache && { cache }), ...(fetches && { dependency: { name: 'jwks', ...fetches } }) };
  }

  health(): Promise<DependencyHealth | undefined> | undefined {
    return this.keys.health?.();
  }

  close(): void | Promise<void> {
    this.memory.clear();
    return this.keys.close();
  }

  /** With several issuers a remembered token is not read again: what is remembered says whose keys it was verified with. */
  private sourceOf(token: string, digest: string, now: Moment): KeySource | Rejected {
    const { keys } = this;
    return keys instanceof IssuerKeys ? (this.memory.peek(digest, now)?.source ?? keys.for(token)) : keys;
  }

  private recall(digest: string, key: KeyChoice, request: AuthRequest): Verdict | undefined {
    if (isRefusal(key)) return key;
    const known = this.memory.recall(digest, key, this.now);
    return known && conclude(known, request);
  }

  private judge(presented: PresentedToken, key: KeyChoice, request: AuthRequest): Verdict {
    if (isRefusal(key)) return key;
    const { digest, source } = presented;
    const checked = this.check(presented, key);
    this.memory.remember(digest, { ...checked, source }, checked.until);
    return conclude(checked, request);
  }

  /** The form and the signature first: a payload without a valid signature is not relied on. */
  private check({ token, header, source }: PresentedToken, key: VerificationKey): CheckedToken {
    const parts = parseCompact(token);
    if (isRefusal(parts)) return refused(parts, key);
    const now = this.now.wall;
    if (now >= key.validTo) return refused(REFUSED.certificateExpired, key);
    if (key.verifiers.get(header.alg)?.(parts.signingInput, parts.signature) !== true) {
      source.doubt?.(key);
      return refused(REFUSED.badSignature, key);
    }
    const claims = readObject(parts.payload);
    if (claims === undefined) return refused(REFUSED.malformedClaims, key);
    const refusal = this.checkClaims(claims, header, now / 1000);
    return refusal === undefined ? this.accept(claims, header, key) : refused(refusal, key);
  }

  /** Warns once: a client that sends ID tokens sends many. */
  private lookAtKind(claims: Claims, { typ = 'jwt' }: JoseHeader): void {
    if (this.hasWarned || typ.toLowerCase() !== 'jwt') return;
    const signs = idTokenClaims(claims);
    const kind = otherKind(claims);
    if (signs.length === 0 && kind === undefined) return;
    this.hasWarned = true;
    this.surroundings.warn(describeKind([...signs, ...(kind === undefined ? [] : [kind])].join(', ')));
  }

  private accept(claims: Claims, header: JoseHeader, key: VerificationKey): CheckedToken {
    const until = Math.min(endOf(claims, this.settings) * 1000, key.validTo);
    const principal = this.principalOf(claims);
    if (isClaimRefusal(principal)) return refused(rejected(principal.reason, principal), key);
    this.lookAtKind(claims, header);
    return { verdict: accepted(principal), key, confirmation: own(claims, 'cnf'), until };
  }
}

function isOfKey(token: CheckedToken, key: VerificationKey): boolean {
  return token.key === key;
}

function describeKind(signs: string): string {
  return `An accepted token seems to be an ID token or a refresh token (${signs}). Such tokens are not for APIs: clients must send their access token. Configure audience, and typ: "at+jwt" if the issuer writes it.`;
}

/** Refusals that may become wrong with time. They are not remembered. */
const PASSING: readonly string[] = [REFUSED.notYetValid.reason, REFUSED.issuedInFuture.reason];

function refused(verdict: Rejected, key: VerificationKey): CheckedToken {
  return { verdict, key, confirmation: undefined, until: PASSING.includes(verdict.reason) ? 0 : Number.POSITIVE_INFINITY };
}

/** A token that is bound to a certificate is valid only on a connection with that certificate, also when it is remembered. */
function conclude({ verdict, confirmation }: CheckedToken, request: AuthRequest): Verdict {
  const refusal = checkBinding(confirmation, request);
  return refusal === undefined ? verdict : rejected(refusal);
}
