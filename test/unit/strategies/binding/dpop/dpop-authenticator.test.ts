import type { Authenticator, Rejected, Verdict } from 'nest-service-auth';
import { BearerMechanism } from '../../../../../lib/strategies/bearer.js';
import { DpopAuthenticator } from '../../../../../lib/strategies/binding/dpop/dpop.authenticator.js';
import { DPOP_REFUSED } from '../../../../../lib/strategies/binding/dpop/dpop-refusals.js';
import { rejected } from '../../../../../lib/strategies/strategy.js';
import { testPrincipal } from '../../../../../lib/testing/index.js';
import { dpopRequest } from '../../../../support/proofs.js';
import { bearer } from '../../../../support/tokens.js';

const SETTINGS = { mode: 'accepted', maxAge: 60, nonce: true, algorithms: ['ES256', 'EdDSA'] } as const;
const PROOFS = { nonceFields: ({ nonce }: { nonce: boolean }) => (nonce ? { 'DPoP-Nonce': 'abc' } : undefined) };
const algs = 'ES256 EdDSA';
const sources = [{ header: 'authorization' }, { cookie: 'token' }];

/** Tokens by both schemes, or by DPoP alone, in front of an authenticator that gives one verdict. */
function open(settings: object = {}, verdict: Verdict | Promise<Verdict> = { outcome: 'absent' }, more: Partial<Authenticator> = {}) {
  const inner = Object.assign(new BearerMechanism(sources, 'JWT'), { authenticate: () => verdict, ...more });
  return new DpopAuthenticator(inner, PROOFS, { ...SETTINGS, ...settings });
}
const required = { mode: 'required' } as const;
const came = (reason: string, scheme?: string): Rejected => ({ ...rejected(reason), ...(scheme !== undefined && { scheme }) });
const denied = (claims: object) => ({
  reason: 'insufficient_scope',
  required: { scope: 'a' },
  principal: testPrincipal({ claims } as never),
});

describe('a client', () => {
  it('is challenged by both schemes where proofs are accepted, and by DPoP alone where they are required', () => {
    const dpop = { scheme: 'DPoP', params: { algs } };
    expect(open().challenges).toEqual([{ scheme: 'Bearer' }, dpop]);
    expect(open(required).challenges).toEqual([dpop]);
  });

  it('may send the token by every source, and under DPoP in the Authorization field alone', () => {
    const [field, cookie] = new BearerMechanism(sources, 'JWT').credentials;
    const dpop = { kind: 'authorization', scheme: 'dpop', format: 'JWT' };
    expect(open().credentials).toEqual([field, cookie, dpop]);
    expect(open(required).credentials).toEqual([dpop]);
    expect(open({}, undefined, { credentials: undefined as never }).credentials).toEqual([]);
  });

  it('reads in the metadata which issuers and algorithms there are, and whether proofs are required', () => {
    const algorithms = SETTINGS.algorithms;
    expect(open({}, undefined, { accessTokens: { issuers: ['a'] } }).accessTokens).toEqual({
      issuers: ['a'],
      dpop: { algorithms, isRequired: false },
    });
    expect(open(required).accessTokens).toEqual({ issuers: [], dpop: { algorithms, isRequired: true } });
  });
});

describe('a refusal', () => {
  it.each([
    ['at once', (verdict: Verdict) => verdict],
    ['later', (verdict: Verdict) => Promise.resolve(verdict)],
  ])('says under which scheme the token came, where it is known %s', async (_, given) => {
    const refusal = rejected('expired');
    expect(await open({}, given(refusal)).authenticate(dpopRequest('a', []))).toEqual({ ...refusal, scheme: 'DPoP' });
    expect(await open({}, given(refusal)).authenticate(bearer('a'))).toEqual(refusal);
    expect(await open({}, given({ outcome: 'absent' })).authenticate(dpopRequest('a', []))).toEqual({ outcome: 'absent' });
  });

  const errors: readonly [Rejected, string][] = [
    ...[DPOP_REFUSED.nonceMissing, DPOP_REFUSED.wrongNonce].map((each): [Rejected, string] => [each, 'use_dpop_nonce']),
    ...[DPOP_REFUSED.tokenNotBound, DPOP_REFUSED.schemeMissing, DPOP_REFUSED.required, DPOP_REFUSED.wrongKey, rejected('expired')].map(
      (each): [Rejected, string] => [each, 'invalid_token'],
    ),
    ...[DPOP_REFUSED.proofMissing, DPOP_REFUSED.badSignature, DPOP_REFUSED.replayed, DPOP_REFUSED.wrongToken].map(
      (each): [Rejected, string] => [each, 'invalid_dpop_proof'],
    ),
  ];
  it.each(errors)('of $reason has the error %s under DPoP, with a nonce', ({ reason }, error) => {
    expect(open().onRejected(came(reason, 'DPoP'))).toEqual({
      challenge: { scheme: 'DPoP', params: { algs, error } },
      headers: { 'DPoP-Nonce': 'abc' },
    });
  });

  it('of a bearer token stands under Bearer where it is accepted, and under DPoP where proofs are required', () => {
    const error = 'invalid_token';
    expect(open().onRejected(came('expired'))).toEqual({ challenge: { scheme: 'Bearer', params: { error } } });
    expect(open(required).onRejected(came('expired'))?.challenge).toEqual({ scheme: 'DPoP', params: { algs, error } });
  });

  it('has no nonce where none is needed', () => {
    expect(open({ nonce: false }).onRejected(came('expired', 'DPoP'))?.headers).toEqual({});
  });

  it.each(['onForbidden', 'onStepUp'] as const)('of a good token stands under the scheme of the token: %s', (method) => {
    const schemeFor = (claims: object, settings = {}) => open(settings)[method](denied(claims))?.challenge;
    const params = { algs, error: expect.stringMatching(/^insufficient_/), scope: 'a' };
    expect(schemeFor({ cnf: { jkt: 'a' } })).toEqual({ scheme: 'DPoP', params });
    expect(schemeFor({}, required)).toEqual({ scheme: 'DPoP', params });
    expect(schemeFor({})).toMatchObject({ scheme: 'Bearer', params: { scope: 'a' } });
    expect(schemeFor({ cnf: { 'x5t#S256': 'a' } })).toMatchObject({ scheme: 'Bearer' });
  });

  it('that no other token would change has no challenge, under DPoP neither', () => {
    const denial = { reason: 'cross_site_request', required: {} };
    expect([open().onForbidden(denial), open(required).onForbidden(denial)]).toEqual([undefined, undefined]);
    expect(open(required).onStepUp({ reason: 'insufficient_user_authentication', required: {} })?.challenge.scheme).toBe('DPoP');
  });
});

describe('what the authenticator of tokens knows', () => {
  it('is passed on', async () => {
    let closed = 0;
    const health = { dependency: 'jwks', status: 'up', details: {} } as const;
    const known = { stats: () => ({ cache: { hits: 1, misses: 2 } }), health: () => health, close: () => void closed++ };
    const authenticator = open({}, undefined, known);
    expect([authenticator.stats(), authenticator.health()]).toEqual([{ cache: { hits: 1, misses: 2 } }, health]);
    await authenticator.close();
    expect(closed).toBe(1);
  });

  it('may be nothing', () => {
    const bareOf = (mode: 'accepted' | 'required') =>
      new DpopAuthenticator({ challenges: [], authenticate: () => ({ outcome: 'absent' }) }, PROOFS, { ...SETTINGS, mode });
    const bare = bareOf('required');
    const denial = { reason: 'insufficient_scope', required: {} };
    expect([bare.stats(), bare.health(), bare.close()]).toEqual([undefined, undefined, undefined]);
    expect([bare.credentials, bareOf('accepted').credentials]).toEqual([[], []]);
    expect([bare.onRejected(came('expired', 'DPoP')), bare.onForbidden(denial), bare.onStepUp(denial)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
