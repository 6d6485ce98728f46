import type { AuthRequest } from '../../http/auth-request.js';
import { readUncheckedCredentials } from '../../http/authorization.js';
import { checkBinding } from '../../http/certificate-binding.js';
import type { Challenge } from '../../http/challenge.js';
import { createPrincipal } from '../../principal.js';
import { type Claims, readName, readTexts } from '../claims-reader.js';
import { ABSENT, type Accepted, type Authenticator, accepted, type Rejected, rejected, type Verdict } from '../strategy.js';
import { credentialKey, VerdictCache } from '../verdict-cache.js';
import { type ClaimsRule, compileRules, endOf } from './claims.js';
import { CompactParser, type CompactToken, decodeObject, own } from './compact.js';
import type { KeyChoice, KeySource } from './key-set.js';
import { isRefusal, REFUSED } from './refusals.js';
import type { JwtSettings } from './settings.js';
import { compileTypeRule } from './token-type.js';
import type { VerificationKey } from './verification-key.js';

/** A token that was found good: everything that a request with it is answered from. */
interface VerifiedToken {
  readonly verdict: Accepted;
  readonly key: VerificationKey;
  /** The `cnf` claim, which is checked against every request's own connection. */
  readonly confirmation: unknown;
}

/** Verifies the bearer tokens of one config. With a remembered token, or with keys at hand, it answers without a promise. */
export class JwtAuthenticator implements Authenticator {
  readonly challenges: readonly Challenge[] = [{ scheme: 'Bearer' }];
  private readonly parser = new CompactParser();
  private readonly tokens: VerdictCache<VerifiedToken> | undefined;
  private readonly checkType: ReturnType<typeof compileTypeRule>;
  private readonly checkClaims: ClaimsRule;

  constructor(
    private readonly scheme: string,
    private readonly settings: JwtSettings,
    private readonly keys: KeySource,
  ) {
    this.tokens = settings.cacheConfig === false ? undefined : new VerdictCache(settings.cacheConfig);
    this.checkType = compileTypeRule(settings.typ);
    this.checkClaims = compileRules(settings);
  }

  authenticate(request: AuthRequest): Verdict | Promise<Verdict> {
    const credentials = readUncheckedCredentials(request, 'bearer');
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return rejected(credentials.reason);
    const token = credentials.value;
    const cacheKey = this.tokens === undefined ? '' : credentialKey(token);
    const known = this.tokens?.get(cacheKey);
    if (known !== undefined && !known.key.withdrawn && this.keys.isCurrent(Date.now())) return conclude(known, request);
    return this.verify(token, cacheKey, request);
  }

  close(): void | Promise<void> {
    this.tokens?.clear();
    return this.keys.close();
  }

  private verify(token: string, cacheKey: string, request: AuthRequest): Verdict | Promise<Verdict> {
    const parsed = this.parser.parse(token);
    if (isRefusal(parsed)) return parsed;
    const { header } = parsed;
    if (!this.keys.allows(header.alg)) return REFUSED.algorithmNotAllowed;
    const refusal = this.checkType(header);
    if (refusal !== undefined) return refusal;
    const choice = this.keys.find(header.alg, header.kid, Date.now());
    return choice instanceof Promise
      ? choice.then((settled) => this.judge(parsed, settled, cacheKey, request))
      : this.judge(parsed, choice, cacheKey, request);
  }

  /** The signature first; nothing is read of a payload that nobody vouches for. */
  private judge(token: CompactToken, key: KeyChoice, cacheKey: string, request: AuthRequest): Verdict {
    if (isRefusal(key)) return key;
    const now = Date.now();
    if (now >= key.validTo) return REFUSED.certificateExpired;
    const { header, signingInput, signature } = token;
    if (key.verifiers.get(header.alg)?.(signingInput, signature) !== true) return REFUSED.badSignature;
    const claims = decodeObject(token.payload);
    if (claims === undefined) return REFUSED.malformedClaims;
    const refusal = this.checkClaims(claims, header, now / 1000);
    return refusal ?? this.admit(claims, key, cacheKey, request);
  }

  private admit(claims: Claims, key: VerificationKey, cacheKey: string, request: AuthRequest): Verdict {
    const verified = { verdict: accepted(this.toPrincipal(claims)), key, confirmation: own(claims, 'cnf') };
    this.tokens?.set(cacheKey, verified, Math.min(endOf(claims, this.settings) * 1000, key.validTo));
    return conclude(verified, request);
  }

  private toPrincipal(claims: Claims) {
    const { scopeKey, roleKey, permissionKey, usernameKey = 'sub' } = this.settings;
    return createPrincipal({
      scheme: this.scheme,
      method: 'jwt',
      username: readName(claims, usernameKey) ?? '',
      scopes: readTexts(claims, scopeKey),
      roles: roleKey === undefined ? [] : readTexts(claims, roleKey),
      permissions: permissionKey === undefined ? [] : readTexts(claims, permissionKey),
      claims,
    });
  }
}

function conclude({ verdict, confirmation }: VerifiedToken, request: AuthRequest): Accepted | Rejected {
  const refusal = checkBinding(confirmation, request);
  return refusal === undefined ? verdict : rejected(refusal);
}
