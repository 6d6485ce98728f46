import { isPromise } from '../../awaitable.js';
import { type Clock, Reading } from '../../clock.js';
import type { AccessTokens } from '../../http/access-tokens.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { RouteMethods } from '../../http/route-methods.js';
import { compileTokenReader, type TokenReader, type TokenReaderOptions } from '../../http/token-reader.js';
import { VerdictMemory } from '../../memory/verdict-memory.js';
import type { DependencyHealth } from '../../outgoing/dependency-health.js';
import { BearerMechanism, UNUSABLE } from '../bearer.js';
import { type Confirm, confirmByCertificate } from '../binding/confirmation.js';
import { type Claims, own } from '../claims/claims-reader.js';
import { isClaimRefusal, type PrincipalMaker, principalMaker } from '../claims/principal-of.js';
import { idTokenClaims, otherKind } from '../claims/token-kind.js';
import { parseCompact, readObject } from '../jws/compact.js';
import { ABSENT, type Authenticator, type AuthenticatorStats, accepted, rejected, type Verdict } from '../strategy.js';
import { type CheckedBy, type CheckedToken, conclude, isOfKey, type PresentedToken, refused } from './checked-token.js';
import { type ClaimsRule, compileRules, endOf } from './claims.js';
import { IssuerKeys } from './issuer-keys.js';
import { compileTypeRule, HeaderReader, type JoseHeader } from './jose-header.js';
import type { JwtSettings } from './jwt-validator.schema.js';
import type { KeyChoice, KeySource } from './key-set.js';
import { isRefusal, REFUSED } from './refusals.js';
import type { VerificationKey } from './verification-key.js';

/** The clocks, the way to the operator, and how tokens are looked for. */
export interface JwtSurroundings {
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** How tokens are looked for. */
  readonly reading?: TokenReaderOptions;
  /**
   * Checks the bindings of tokens.
   * @defaultValue to the client certificate alone
   */
  readonly confirm?: Confirm;
}

/** Verifies the bearer tokens of one config. With a remembered token, or with keys at hand, it answers without a promise. */
export class JwtAuthenticator extends BearerMechanism implements Authenticator {
  readonly accessTokens: AccessTokens;
  private readonly headers: HeaderReader;
  private readonly memory: VerdictMemory<CheckedToken, VerificationKey>;
  /** When the request at hand is judged: read once for each, and again after a wait. */
  private readonly now: Reading;
  private readonly checkClaims: ClaimsRule;
  private readonly principalOf: PrincipalMaker;
  private readonly readToken: TokenReader;
  private readonly confirm: Confirm;
  private hasWarned = false;

  constructor(
    scheme: string,
    private readonly settings: JwtSettings,
    private readonly keys: KeySource | IssuerKeys,
    private readonly surroundings: JwtSurroundings,
  ) {
    super(settings.tokenFrom, 'JWT');
    this.accessTokens = { issuers: settings.issuer?.names ?? [] };
    const { cacheConfig, rejectedCacheConfig } = settings;
    const { clock, reading, confirm = confirmByCertificate } = surroundings;
    this.confirm = confirm;
    this.readToken = compileTokenReader(settings.tokenFrom, reading);
    this.now = new Reading(clock);
    this.memory = new VerdictMemory<CheckedToken, VerificationKey>({
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
    const { keys } = this;
    if (!(keys instanceof IssuerKeys)) return this.answer({ token, header, source: keys }, request);
    // What is remembered says whose keys a token was verified with: it is not read again.
    const digest = this.memory.keyOf(token);
    const source = this.memory.peek(digest, now)?.by.source ?? keys.for(token);
    return isRefusal(source) ? source : this.answer({ token, header, source, digest }, request);
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

  private answer(presented: PresentedToken, request: AuthRequest): Verdict | Promise<Verdict> {
    const { header, source } = presented;
    const key = source.find(header.alg, header.kid, this.now);
    return isPromise(key) ? this.judgeLater(presented, key, request) : this.judge(presented, key, request);
  }

  private async judgeLater(presented: PresentedToken, pending: PromiseLike<KeyChoice>, request: AuthRequest): Promise<Verdict> {
    const key = await pending;
    this.now.take();
    return this.judge(presented, key, request);
  }

  /** The digest is made when there is a key for it: the token of another issuer is rejected without one. */
  private judge(presented: PresentedToken, key: KeyChoice, request: AuthRequest): Verdict | Promise<Verdict> {
    if (isRefusal(key)) return key;
    const { token, digest = this.memory.keyOf(token) } = presented;
    const known = this.memory.recall(digest, key, this.now);
    if (known !== undefined) return conclude(known, token, request, this.confirm);
    const checked = this.check(presented, key);
    this.memory.remember(digest, checked, checked.until);
    return conclude(checked, token, request, this.confirm);
  }

  /** The form and the signature first: a payload without a valid signature is not relied on. */
  private check({ token, header, source }: PresentedToken, key: VerificationKey): CheckedToken {
    const by = { key, source };
    const parts = parseCompact(token);
    if (parts === undefined) return refused(REFUSED.malformedToken, by);
    const now = this.now.wall;
    if (now >= key.validTo) return refused(REFUSED.certificateExpired, by);
    if (key.verifiers.get(header.alg)?.(parts.signingInput, parts.signature) !== true) {
      source.doubt?.(key);
      return refused(REFUSED.badSignature, by);
    }
    const claims = readObject(parts.payload);
    if (claims === undefined) return refused(REFUSED.malformedClaims, by);
    const refusal = this.checkClaims(claims, header, now / 1000);
    return refusal === undefined ? this.accept(claims, header, by) : refused(refusal, by);
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

  private accept(claims: Claims, header: JoseHeader, by: CheckedBy): CheckedToken {
    const until = Math.min(endOf(claims, this.settings) * 1000, by.key.validTo);
    const principal = this.principalOf(claims);
    if (isClaimRefusal(principal)) return refused(rejected(principal.reason, principal), by);
    this.lookAtKind(claims, header);
    return { verdict: accepted(principal), by, confirmation: own(claims, 'cnf'), until };
  }
}

function describeKind(signs: string): string {
  return `An accepted token seems to be an ID token or a refresh token (${signs}). Such tokens are not for APIs: clients must send their access token. Configure audience, and typ: "at+jwt" if the issuer writes it.`;
}
