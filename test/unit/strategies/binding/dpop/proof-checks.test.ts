import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Authenticator, AuthRequest } from 'nest-service-auth';
import { AnswerFields } from '../../../../../lib/http/answer-fields.js';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { JwtStrategy } from '../../../../../lib/strategies/jwt/jwt.strategy.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../../support/proofs.js';
import { bearer, goodClaims, mintRaw } from '../../../../support/tokens.js';
import { outcomeOf, TestHost } from '../../jwt/setup.js';
import { places, prepare, secret } from './dpop-tokens.js';

const htu = 'https://api.test/order';
const now = () => Math.floor(Date.now() / 1000);
const tokenOf = (cnf?: unknown, more = {}) => mintRaw(secret, { alg: 'HS256' }, goodClaims({ cnf, ...more }));

let client: ProvingClient;
let token: string;

const good = (changes: Record<string, unknown> = {}, header?: Record<string, unknown>) =>
  client.proof({ htm: 'GET', htu, token, ...changes }, header);
const outcome = async (request: AuthRequest, dpop: unknown = 'accepted') => outcomeOf(await prepare(dpop), request);

/** The check of proofs by itself: tokens have times of their own. */
function bindCheck(proofs: DpopProofs) {
  const settings = { mode: 'accepted', maxAge: 60, nonce: false, algorithms: ['ES256'] } as const;
  proofs.prepare(settings);
  return { check: async (proof: string) => proofs.check({ token, thumbprint: client.jkt }, dpopRequest(token, [proof]), settings) };
}

beforeAll(async () => {
  client = await provingClient();
  token = tokenOf({ jkt: client.jkt });
});

describe('a proof', () => {
  it.each(['accepted', 'required', { mode: 'required', algorithms: ['ES256'] }])(
    'that is good admits a bound token where dpop is %j',
    async (dpop) => {
      expect(await outcome(dpopRequest(token, [good()]), dpop)).toBe('accepted');
    },
  );

  it('is checked without a promise when its key is known', async () => {
    const authenticator = await prepare('accepted');
    await authenticator.authenticate(dpopRequest(token, [good()]));
    expect(authenticator.authenticate(dpopRequest(token, [good()]))).toMatchObject({ outcome: 'accepted' });
  });

  it.each(['PS256', 'RS256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'Ed448'] as const)('may be signed with %s', async (algorithm) => {
    const other = await provingClient(algorithm);
    const theirs = tokenOf({ jkt: other.jkt });
    expect(await outcome(dpopRequest(theirs, [other.proof({ htm: 'GET', htu, token: theirs })]))).toBe('accepted');
  });

  it.each(['DPoP+JWT', 'application/dpop+jwt'])('may write its type as a media type is written (RFC 7515 §4.1.9): %s', async (typ) => {
    expect(await outcome(dpopRequest(token, [good({}, { typ })]))).toBe('accepted');
  });

  it.each<[string, string, () => string[]]>([
    ['is missing', 'dpop_proof_missing', () => []],
    ['stands in two fields', 'dpop_several_proofs', () => [good(), good()]],
    ['stands twice in one field', 'dpop_malformed_proof', () => [`${good()}, ${good()}`]],
    ['is empty', 'dpop_malformed_proof', () => ['']],
    ['is no JWT', 'dpop_malformed_proof', () => ['abc']],
    ['is too long', 'dpop_malformed_proof', () => [good({ pad: 'x'.repeat(9000) })]],
    ['has a header that is no object', 'dpop_malformed_proof', () => [mintRaw(client.key, '[]', {})]],
    ['has a critical parameter', 'dpop_malformed_proof', () => [good({}, { crit: ['exp'] })]],
    ['has a payload that is not encoded', 'dpop_malformed_proof', () => [good({}, { b64: false })]],
    ['is encrypted', 'dpop_malformed_proof', () => [good({}, { enc: 'A256GCM' })]],
    ['is compressed', 'dpop_malformed_proof', () => [good({}, { zip: 'DEF' })]],
    ['has a payload that is no object', 'dpop_malformed_proof', () => [mintRaw(client.key, headerOf(good()), '[]')]],
    ['has no typ', 'dpop_wrong_type', () => [good({}, { typ: undefined })]],
    ['is an access token', 'dpop_wrong_type', () => [good({}, { typ: 'at+jwt' })]],
    ['is not signed', 'dpop_algorithm_not_allowed', () => [good({}, { alg: 'none' })]],
    ['has an unknown algorithm', 'dpop_algorithm_not_allowed', () => [good({}, { alg: 'ES256K' })]],
    ['is signed with a secret', 'dpop_unusable_key', () => [symmetric()]],
    ['has no key', 'dpop_unusable_key', () => [good({}, { jwk: undefined })]],
    ['has a key that is no object', 'dpop_unusable_key', () => [good({}, { jwk: 'abc' })]],
    ['has a private key', 'dpop_unusable_key', () => [good({}, { jwk: client.key.privateKey.export({ format: 'jwk' }) })]],
    ['has a key off its curve', 'dpop_unusable_key', () => [good({}, { jwk: { ...client.jwk, y: client.jwk.x } })]],
    [
      'has a key in characters that are not of base64url',
      'dpop_unusable_key',
      () => [good({}, { jwk: { ...client.jwk, x: `${client.jwk.x}é` } })],
    ],
    ['has a key for another algorithm', 'dpop_unusable_key', () => [good({}, { alg: 'ES384' })]],
    ['has the key of another client', 'dpop_bad_signature', () => [good({}, { jwk: strangerJwk() })]],
    ['was changed', 'dpop_bad_signature', () => [good().replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`)]],
    ['has no jti', 'dpop_malformed_proof', () => [good({ jti: undefined })]],
    ['has an empty jti', 'dpop_malformed_proof', () => [good({ jti: '' })]],
    ['has a jti that is a number', 'dpop_malformed_proof', () => [good({ jti: 7 })]],
    ['has no iat', 'dpop_malformed_proof', () => [good({ iat: undefined })]],
    ['has an iat that is a text', 'dpop_malformed_proof', () => [good({ iat: String(now()) })]],
    ['has no htm', 'dpop_malformed_proof', () => [good({ htm: undefined })]],
    ['is for another method', 'dpop_wrong_method', () => [good({ htm: 'POST' })]],
    ['writes the method in lower case', 'dpop_wrong_method', () => [good({ htm: 'get' })]],
    ['has no htu', 'dpop_malformed_proof', () => [good({ htu: undefined })]],
    ['is for another path', 'dpop_wrong_url', () => [good({ htu: 'https://api.test/orders' })]],
    ['is for another host', 'dpop_wrong_url', () => [good({ htu: 'https://evil.test/order' })]],
    ['is for another port', 'dpop_wrong_url', () => [good({ htu: 'https://api.test:8443/order' })]],
    ['is for another protocol', 'dpop_wrong_url', () => [good({ htu: 'http://api.test/order' })]],
    ['is for a path alone', 'dpop_wrong_url', () => [good({ htu: '/order' })]],
    ['has a user in its URL', 'dpop_wrong_url', () => [good({ htu: 'https://api.test@evil.test/order' })]],
    ['is too old', 'dpop_too_old', () => [good({ iat: now() - 62 })]],
    ['is of the future', 'dpop_issued_in_future', () => [good({ iat: now() + 62 })]],
    ['has expired', 'dpop_too_old', () => [good({ exp: now() })]],
    ['is not valid yet', 'dpop_issued_in_future', () => [good({ nbf: now() + 62 })]],
    ['has an exp that is no number', 'dpop_malformed_proof', () => [good({ exp: null })]],
    ['has an nbf that is no number', 'dpop_malformed_proof', () => [good({ nbf: String(now()) })]],
    ['has no ath', 'dpop_wrong_token', () => [good({ token: undefined })]],
    ['is for another token', 'dpop_wrong_token', () => [good({ token: 'abc' })]],
  ])('that %s is refused: %s', async (_, reason, proofs) => {
    expect(await outcome(dpopRequest(token, proofs()))).toBe(reason);
  });

  it('of a key that the token is not bound to is refused', async () => {
    const thief = await provingClient();
    expect(await outcome(dpopRequest(token, [thief.proof({ htm: 'GET', htu, token })]))).toBe('dpop_wrong_key');
  });

  it('of an RSA key that is too short is refused', async () => {
    const weak = await provingClient('RS256', 1024);
    const theirs = tokenOf({ jkt: weak.jkt });
    expect(await outcome(dpopRequest(theirs, [weak.proof({ htm: 'GET', htu, token: theirs })]))).toBe('dpop_unusable_key');
  });

  it.each([
    [8192, 'dpop_bad_signature'],
    [8200, 'dpop_unusable_key'],
  ])('of an RSA key of %i bits is no more work than one of 8192: %s', async (bits, reason) => {
    const { jwk, proof } = await provingClient('RS256');
    const modulus = randomBytes(bits / 8).map((octet, index) => (index === 0 ? 0xff : index === bits / 8 - 1 ? octet | 1 : octet));
    const n = Buffer.from(modulus).toString('base64url');
    expect(await outcome(dpopRequest(token, [proof({ htm: 'GET', htu, token }, { jwk: { ...jwk, n } })]))).toBe(reason);
  });

  it('of an RSA key with a long exponent is no more work than another', async () => {
    const { jwk, proof } = await provingClient('RS256');
    const e = Buffer.alloc(255, 0xff).toString('base64url');
    expect(await outcome(dpopRequest(token, [proof({ htm: 'GET', htu, token }, { jwk: { ...jwk, e } })]))).toBe('dpop_unusable_key');
  });

  it('with an algorithm that is not configured is refused', async () => {
    expect(await outcome(dpopRequest(token, [good()]), { mode: 'accepted', algorithms: ['EdDSA'] })).toBe('dpop_algorithm_not_allowed');
  });

  it.each([
    ['a query and a fragment', 'https://api.test/order?x=1#y'],
    ['the port of the protocol', 'https://api.test:443/order'],
    ['upper case', 'HTTPS://API.TEST/order'],
    ['segments of dots', 'https://api.test/a/../order'],
    ['escapes that nothing needs', 'https://api.test/%6Frder'],
  ])('may write the URL with %s', async (_, written) => {
    expect(await outcome(dpopRequest(token, [good({ htu: written })], { url: '/order?z=2' }))).toBe('accepted');
  });

  it('within maxAge on both sides of now is good', async () => {
    for (const times of [{ iat: now() - 58 }, { iat: now() + 58 }, { nbf: now() + 58, exp: now() + 30 }])
      expect(await outcome(dpopRequest(token, [good(times)]))).toBe('accepted');
  });

  it('is good at the ends of its times, and not beyond them', async () => {
    const at = 1_800_000_000;
    const clock = { wall: () => at * 1000, monotonic: () => 0 };
    const { check } = bindCheck(new DpopProofs({ ...places, clock }));
    expect(await check(good({ iat: at - 60 }))).toBeUndefined();
    expect(await check(good({ iat: at + 60 }))).toBeUndefined();
    expect(await check(good({ iat: at, nbf: at + 60, exp: at + 0.1 }))).toBeUndefined();
    expect(await check(good({ iat: at - 60.1 }))).toMatchObject({ reason: 'dpop_too_old' });
    expect(await check(good({ iat: at + 60.1 }))).toMatchObject({ reason: 'dpop_issued_in_future' });
    expect(await check(good({ iat: at, exp: at }))).toMatchObject({ reason: 'dpop_too_old' });
    expect(await check(good({ iat: at, nbf: at + 60.1 }))).toMatchObject({ reason: 'dpop_issued_in_future' });
  });

  it('may be for each of several public URLs, and for none where the target of the request could be another one', async () => {
    const proofs = () => new DpopProofs({ ...places, publicUrl: ['https://a.test', 'https://b.test'] });
    const outcomeFor = async (url: string, written: string) =>
      outcomeOf(await prepare('accepted', proofs()), dpopRequest(token, [good({ htu: written })], { url }));
    for (const name of ['a', 'b']) expect(await outcomeFor('/order', `https://${name}.test/order`)).toBe('accepted');
    for (const url of ['/a/../order', '*']) expect(await outcomeFor(url, 'https://a.test/order')).toBe('dpop_wrong_url');
  });

  it('may have 8192 characters, and no more', async () => {
    const base = good({ pad: '' }).length;
    const around = (length: number) => Array.from({ length: 9 }, (_, more) => Math.floor((length - base) * 0.75) - 4 + more);
    const padded = (length: number) =>
      around(length)
        .map((size) => good({ pad: 'x'.repeat(size) }))
        .find((each) => each.length === length);
    expect(await outcome(dpopRequest(token, [padded(8192) ?? '']))).toBe('accepted');
    expect(await outcome(dpopRequest(token, [padded(8194) ?? '']))).toBe('dpop_malformed_proof');
  });

  it('is not asked about where the token is refused', async () => {
    const expired = tokenOf({ jkt: client.jkt }, { exp: now() - 10 });
    expect(await outcome(dpopRequest(expired, []))).toBe('expired');
  });
});

describe('a nonce', () => {
  const dpop = { mode: 'accepted', nonce: true };
  const challengeOf = async (authenticator: Authenticator, request: AuthRequest) => {
    const verdict = await authenticator.authenticate(request);
    return verdict.outcome === 'rejected' ? authenticator.onRejected?.(verdict) : undefined;
  };

  it('is demanded with a new one in the answer, and good for some time', async () => {
    const clock = new FakeClock(Date.now());
    const authenticator = await prepare(dpop, new DpopProofs({ ...places, clock }));
    const answer = await challengeOf(authenticator, dpopRequest(token, [good()]));
    expect(answer?.challenge).toMatchObject({ scheme: 'DPoP', params: { error: 'use_dpop_nonce' } });
    const nonce = answer?.headers?.['DPoP-Nonce'];
    const at = (seconds: number) => good({ nonce, iat: now() + seconds });
    expect(await outcomeOf(authenticator, dpopRequest(token, [at(0)]))).toBe('accepted');
    clock.passes(200);
    expect(await outcomeOf(authenticator, dpopRequest(token, [at(200)]))).toBe('accepted');
    clock.passes(50);
    const late = await challengeOf(authenticator, dpopRequest(token, [at(250)]));
    expect(late?.challenge.params).toMatchObject({ error: 'use_dpop_nonce' });
    expect(late?.headers?.['DPoP-Nonce']).not.toBe(nonce);
  });

  it.each([
    ['that is invented', 'abc', 'dpop_wrong_nonce'],
    ['that is empty', '', 'dpop_wrong_nonce'],
    ['that is no text', 7, 'dpop_nonce_missing'],
    ['that is not there', undefined, 'dpop_nonce_missing'],
  ])('%s is refused', async (_, nonce, reason) => {
    expect(await outcome(dpopRequest(token, [good({ nonce })]), dpop)).toBe(reason);
  });

  it('is followed by the next one in the answer to an admitted request, as soon as there is one', async () => {
    const [clock, answers] = [new FakeClock(Date.now()), new AnswerFields()];
    const authenticator = await prepare(dpop, new DpopProofs({ ...places, clock, answers }));
    const refused = await challengeOf(authenticator, dpopRequest(token, [good()]));
    const [early, late] = [0, 130].map((seconds) =>
      dpopRequest(token, [good({ nonce: refused?.headers?.['DPoP-Nonce'], iat: now() + seconds })]),
    ) as [AuthRequest, AuthRequest];
    expect([await outcomeOf(authenticator, early), answers.of(early)]).toEqual(['accepted', undefined]);
    clock.passes(130);
    expect(await outcomeOf(authenticator, late)).toBe('accepted');
    const nonce = answers.of(late)?.['DPoP-Nonce'];
    expect(await outcomeOf(authenticator, dpopRequest(token, [good({ nonce, iat: now() + 130 })]))).toBe('accepted');
  });
});

describe('a token', () => {
  it.each(['accepted', 'required'])('that is bound to a key is no bearer token where dpop is %s', async (dpop) => {
    const authenticator = await prepare(dpop);
    for (const request of [bearer(token), dpopRequest(token, [good()], { scheme: 'Bearer' })])
      expect(await outcomeOf(authenticator, request)).toBe('dpop_scheme_missing');
  });

  it('that is bound to a key is refused where dpop is not configured', async () => {
    const config = { issuer: null, audience: null, signatureConfig: { secret: secret.secret } };
    const authenticator = await new JwtStrategy(new TestHost(), new DpopProofs(places)).prepare(config as never, 'sts');
    expect(await outcomeOf(authenticator, bearer(token))).toBe('unsupported_confirmation');
    expect(await outcomeOf(authenticator, dpopRequest(token, [good()]))).toBe('absent');
  });

  it('that is bound to a key is refused from a cookie', async () => {
    const authenticator = await prepare('accepted', undefined, { tokenFrom: [{ cookie: 'token' }, { header: 'authorization' }] });
    const headers = { cookie: `token=${token}`, 'sec-fetch-site': 'same-origin' };
    const rawHeaders = ['Cookie', `token=${token}`, 'DPoP', good()];
    expect(await outcomeOf(authenticator, { method: 'GET', url: '/order', headers, rawHeaders })).toBe('dpop_scheme_missing');
  });

  it.each(['accepted', 'required'])('that is not bound is refused under the scheme DPoP where dpop is %s', async (dpop) => {
    const plain = tokenOf();
    expect(await outcome(dpopRequest(plain, [client.proof({ htm: 'GET', htu, token: plain })]), dpop)).toBe('dpop_token_not_bound');
  });

  it('that is not bound is a bearer token where proofs are accepted, and refused where they are required', async () => {
    expect(await outcome(bearer(tokenOf()), 'accepted')).toBe('accepted');
    expect(await outcome(bearer(tokenOf()), 'required')).toBe('dpop_required');
  });

  it('that is bound to a certificate alone is not enough where proofs are required', async () => {
    expect(await outcome(bearer(tokenOf({ 'x5t#S256': 'abc' })), 'required')).toBe('dpop_required');
    expect(await outcome(bearer(tokenOf({ 'x5t#S256': 'abc' })), 'accepted')).toBe('certificate_mismatch');
  });

  it.each<[string, unknown, string]>([
    ['a certificate as well', { 'x5t#S256': 'abc' }, 'certificate_mismatch'],
    ['something unknown as well', { other: 'abc' }, 'unsupported_confirmation'],
    ['a key that is no text', { jkt: 7 }, 'unsupported_confirmation'],
  ])('that is bound to %s needs that too', async (_, more, reason) => {
    const both = tokenOf({ jkt: client.jkt, ...(more as object) });
    expect(await outcome(dpopRequest(both, [client.proof({ htm: 'GET', htu, token: both })]))).toBe(reason);
  });

  it.each([null, 'abc', {}, ['abc']])('with the confirmation %j is refused', async (cnf) => {
    expect(await outcome(bearer(tokenOf(cnf)))).toBe('unsupported_confirmation');
  });
});

const headerOf = (proof: string) => Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString();

function strangerJwk() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
}

function symmetric(): string {
  const key = createSecretKey(randomBytes(32));
  return mintRaw(
    { alg: 'HS256', privateKey: key },
    { typ: 'dpop+jwt', alg: 'HS256', jwk: key.export({ format: 'jwk' }) },
    { htm: 'GET', htu },
  );
}
