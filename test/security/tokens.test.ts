import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { type AppParts, appModule, bootError, RecordingSink } from '../support/app.js';
import { createKey, createSecret, goodClaims, mint, mintRaw, segment } from '../support/tokens.js';

const rsa = createKey('RS256');
const ec = createKey('ES256');
const hmac = createSecret('HS256');
const attacker = { rsa: createKey('RS256', { kid: rsa.kid }), ec: createKey('ES256', { kid: ec.kid }) };
const ran: string[] = [];

@Controller()
class OrdersController {
  @ResourceAuth({ auth: ['rsa'] })
  @Get('rsa')
  rsa(@CurrentPrincipal() who: Principal) {
    ran.push('rsa');
    return who.username;
  }
  @ResourceAuth({ auth: ['set'] })
  @Get('set')
  set(@CurrentPrincipal() who: Principal) {
    ran.push('set');
    return who.username;
  }
  @ResourceAuth({ auth: ['strict'] })
  @Get('strict')
  strict(@CurrentPrincipal() who: Principal) {
    ran.push('strict');
    return who.username;
  }
  @ResourceAuth({ auth: ['hmac'] })
  @Get('hmac')
  hmac(@CurrentPrincipal() who: Principal) {
    ran.push('hmac');
    return who.username;
  }
}

type Scheme = 'rsa' | 'set' | 'strict' | 'hmac';

/** A token that must not be accepted. */
interface Attack {
  readonly name: string;
  readonly reference: string;
  /** The scheme that gets it. Left out: the one with an RSA key in PEM. */
  readonly scheme?: Scheme;
  readonly token: () => string | Promise<string>;
}

const forged = (header: object, claims: object = goodClaims()) => mintRaw(attacker.rsa, { alg: 'RS256', ...header }, claims);
const issued = (claims: object, header: object = {}) => mint(rsa, goodClaims({ ...claims }), { ...header });
const unsigned = (header: object) => `${segment(header)}.${segment(goodClaims())}.`;
const spliced = async () => {
  const [header, , signature] = (await mint(rsa)).split('.');
  return `${header}.${segment(goodClaims({ sub: 'admin' }))}.${signature}`;
};
const byPublicKey = (text: string, kid?: string) => mintRaw(createSecret('HS256', text), { alg: 'HS256', kid }, goodClaims());
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const der = () => {
  const input = `${segment({ alg: 'ES256', kid: ec.kid })}.${segment(goodClaims())}`;
  return `${input}.${sign('sha256', Buffer.from(input), ec.privateKey).toString('base64url')}`;
};
const ofZeros = () => `${segment({ alg: 'ES256', kid: ec.kid })}.${segment(goodClaims())}.${Buffer.alloc(64).toString('base64url')}`;
const jwe = (header: object) => [segment(header), 'a2V5a2V5', 'aXZpdml2', 'dGV4dHRl', 'dGFndGFn'].join('.');

const ALGORITHMS: readonly Attack[] = [
  { name: 'alg: none', reference: 'RFC 8725 §3.2, CVE-2015-9235, CVE-2022-23540', token: () => unsigned({ alg: 'none' }) },
  { name: 'alg: nOnE', reference: 'RFC 8725 §3.2', token: () => unsigned({ alg: 'nOnE' }) },
  { name: 'no alg at all', reference: 'RFC 7515 §4.1.1', token: () => unsigned({ typ: 'JWT' }) },
  { name: 'a list of algorithms', reference: 'RFC 7515 §4.1.1', token: () => mintRaw(rsa, { alg: ['RS256'] }, goodClaims()) },
  {
    name: 'the public key as an HMAC secret',
    reference: 'RFC 8725 §2.1, CVE-2016-10555, CVE-2022-23541, CVE-2023-48223',
    token: () => byPublicKey(rsa.pem),
  },
  {
    name: 'the public key as an HMAC secret, with white space before it',
    reference: 'RFC 8725 §2.1, CVE-2023-48223',
    token: () => byPublicKey(`\n${rsa.pem}`),
  },
  {
    name: 'a key of the published set as an HMAC secret',
    reference: 'RFC 8725 §2.1, CVE-2020-15084',
    scheme: 'set',
    token: () => byPublicKey(JSON.stringify(rsa.jwk), rsa.kid),
  },
  {
    name: 'an algorithm of another type of key',
    reference: 'RFC 8725 §3.1, CVE-2022-23539',
    token: () => mintRaw(attacker.ec, { alg: 'ES256' }, goodClaims()),
  },
  {
    name: 'the algorithm of another key of the set',
    reference: 'RFC 8725 §3.1',
    scheme: 'set',
    token: () => mintRaw(ec, { alg: 'ES256', kid: rsa.kid }, goodClaims()),
  },
  { name: 'an ECDSA signature of zeros', reference: 'CVE-2022-21449', scheme: 'set', token: ofZeros },
  { name: 'an ECDSA signature in DER', reference: 'RFC 7518 §3.4', scheme: 'set', token: der },
  { name: 'an HMAC of the empty secret', reference: 'RFC 8725 §3.5', scheme: 'hmac', token: () => byPublicKey('') },
];

const HEADERS: readonly Attack[] = [
  { name: 'the key of the attacker in jwk', reference: 'RFC 8725 §3.10, CVE-2018-0114', token: () => forged({ jwk: attacker.rsa.jwk }) },
  { name: 'a key set of the attacker in jku', reference: 'RFC 8725 §3.10', token: () => forged({ jku: 'https://evil.example/jwks' }) },
  { name: 'a certificate of the attacker in x5c', reference: 'RFC 7515 §4.1.6', token: () => forged({ x5c: ['MIIB'] }) },
  { name: 'a kid that is a path', reference: 'RFC 8725 §3.10', scheme: 'set', token: () => forged({ kid: '../../../../dev/null' }) },
  { name: 'a kid that is SQL', reference: 'RFC 8725 §3.10', scheme: 'set', token: () => forged({ kid: "x' UNION SELECT 'key" }) },
  { name: 'a kid of the prototype', reference: 'CWE-1321', scheme: 'set', token: () => forged({ kid: '__proto__' }) },
  {
    name: 'crit with an extension that is unknown, signed well',
    reference: 'RFC 7515 §4.1.11, CVE-2025-59420, CVE-2026-35042',
    token: () => mintRaw(rsa, { alg: 'RS256', crit: ['policy'], policy: 'mfa' }, goodClaims()),
  },
  { name: 'b64: false, signed well', reference: 'RFC 7797 §6', token: () => mintRaw(rsa, { alg: 'RS256', b64: false }, goodClaims()) },
  {
    name: 'a compressed JWE',
    reference: 'RFC 8725 §3.6, CVE-2024-28176',
    token: () => jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
  },
  {
    name: 'a JWE that asks for billions of iterations',
    reference: 'CVE-2023-50967',
    token: () => jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 - 1, p2s: 'AAAA' }),
  },
  {
    name: 'a payload that is small until it is inflated, signed well',
    reference: 'RFC 8725 §3.6, CVE-2024-28176',
    token: () => mintRaw(rsa, { alg: 'RS256', zip: 'DEF' }, deflateRawSync(Buffer.alloc(1_000_000))),
  },
  { name: 'a header that is nested thousands deep', reference: 'CWE-674', token: () => `${segment(deep(4000))}.e30.AA` },
];

const FORMS: readonly Attack[] = [
  {
    name: 'header and payload without a signature',
    reference: 'RFC 7515 §7.1, CVE-2017-7474',
    token: () => forged({}).replace(/\.[^.]+$/, ''),
  },
  { name: 'a good signature under another payload', reference: 'RFC 8725 §3.3', token: spliced },
  {
    name: 'a second payload behind a good token',
    reference: 'RFC 7515 §7.1, CVE-2022-39299',
    token: async () => `${await mint(rsa)}.${segment({})}`,
  },
  { name: 'white space in a good token', reference: 'RFC 7515 §2', token: async () => (await mint(rsa)).replace('.', '. ') },
  {
    name: 'a good token in the JSON serialization, with another payload before it',
    reference: 'RFC 7515 §7.2, CVE-2022-39299',
    async token() {
      const [header, payload, signature] = (await mint(rsa)).split('.');
      return segment({ payload: segment({ sub: 'admin' }), signatures: [{ protected: header, payload, signature }] });
    },
  },
  { name: 'padding', reference: 'RFC 7515 §2', token: async () => `${await mint(rsa)}==` },
  { name: 'claims that are a list', reference: 'RFC 7519 §7.2', token: () => mintRaw(rsa, { alg: 'RS256' }, [goodClaims()]) },
];

const CLAIMS: readonly Attack[] = [
  {
    name: 'a list of issuers with the right one',
    reference: 'RFC 7519 §4.1.1, CVE-2025-30144',
    token: () => issued({ iss: ['https://evil.example', 'https://sts.test'] }),
  },
  { name: 'an issuer that begins alike', reference: 'RFC 8725 §3.8', token: () => issued({ iss: 'https://sts.test.evil.example' }) },
  { name: 'an issuer with a slash at its end', reference: 'RFC 8725 §3.8', token: () => issued({ iss: 'https://sts.test/' }) },
  { name: 'a token for another resource server', reference: 'RFC 8725 §3.9, RFC 9700 §2.3', token: () => issued({ aud: 'invoices' }) },
  { name: 'an empty list of audiences', reference: 'RFC 8725 §3.9, CVE-2020-26160', token: () => issued({ aud: [] }) },
  { name: 'no audience', reference: 'RFC 8725 §3.9', token: () => issued({ aud: undefined }) },
  { name: 'an audience in another case', reference: 'RFC 7519 §4.1.3', token: () => issued({ aud: 'Orders' }) },
  { name: 'exp in the past', reference: 'RFC 7519 §4.1.4', token: () => issued({ exp: 1 }) },
  { name: 'exp as text', reference: 'RFC 7519 §2', token: () => issued({ exp: '9999999999' }) },
  {
    name: 'exp beyond every number',
    reference: 'RFC 7519 §2',
    token: () => mintRaw(rsa, { alg: 'RS256' }, JSON.stringify(goodClaims({ exp: 0 })).replace('"exp":0', '"exp":1e999')),
  },
  { name: 'nbf in the future', reference: 'RFC 7519 §4.1.5', token: () => issued({ nbf: Math.floor(Date.now() / 1000) + 3600 }) },
  {
    name: 'claims in the prototype',
    reference: 'CWE-1321',
    token: () => mintRaw(rsa, { alg: 'RS256' }, '{"__proto__":{"iss":"https://sts.test","aud":"orders","exp":9999999999,"sub":"admin"}}'),
  },
  {
    name: 'an ID token',
    reference: 'RFC 8725 §3.11, RFC 9068 §5',
    scheme: 'strict',
    token: () => issued({ client_id: 'web', jti: '1', nonce: 'n' }),
  },
  {
    name: 'a logout token',
    reference: 'RFC 8725 §3.11',
    scheme: 'strict',
    token: () => issued({ client_id: 'web', jti: '1', events: {} }, { typ: 'logout+jwt' }),
  },
  {
    name: 'a DPoP proof',
    reference: 'RFC 8725 §3.11, RFC 9449 §4.2',
    scheme: 'strict',
    token: () => issued({ client_id: 'web', jti: '1', htm: 'GET', htu: 'https://api.test/' }, { typ: 'dpop+jwt' }),
  },
  {
    name: 'a token that is bound to a certificate, without the certificate',
    reference: 'RFC 8705 §3, RFC 9700 §2.2.1',
    token: () => issued({ cnf: { 'x5t#S256': segment(Buffer.alloc(32)) } }),
  },
  {
    name: 'a token that is bound to a key, as a bearer token',
    reference: 'RFC 9449 §7.1, RFC 9700 §2.2.1',
    token: () => issued({ cnf: { jkt: segment(Buffer.alloc(32)) } }),
  },
];

const COMMON = { issuer: 'https://sts.test', audience: 'orders' };

describe.each(ADAPTERS)('tokens that attackers send, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let sink: RecordingSink;

  beforeAll(async () => {
    const schemes = {
      rsa: { jwtValidatorConfig: { ...COMMON, signatureConfig: { publicKey: rsa.pem } } },
      set: { jwtValidatorConfig: { ...COMMON, signatureConfig: { jwks: { keys: [rsa.jwk, ec.jwk] } } } },
      strict: { jwtValidatorConfig: { ...COMMON, profile: 'rfc9068' as const, signatureConfig: { publicKey: rsa.pem } } },
      hmac: { jwtValidatorConfig: { ...COMMON, signatureConfig: { secret: hmac.secret } } },
    };
    ({ app, url } = await startApp(adapter, appModule({ auth: { schemes, eventSink: RecordingSink }, controllers: [OrdersController] })));
    sink = app.get<RecordingSink>(AuthEventSink);
  });
  afterAll(() => app?.close());
  beforeEach(() => ran.splice(0));

  const send = (scheme: Scheme, token: string, query = '') =>
    fetch(`${url}/${scheme}${query}`, { headers: token === '' ? {} : { authorization: `Bearer ${token}` } });

  it.each([...ALGORITHMS, ...HEADERS, ...FORMS, ...CLAIMS])('$name ($reference)', async ({ scheme = 'rsa', token }) => {
    const sent = await token();
    const answer = await send(scheme, sent);
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_(token|request)"/);
    const told = `${await answer.text()} ${JSON.stringify(sink.events.at(-1))}`;
    expect(told).not.toContain(sent);
    expect(ran).toEqual([]);
  });

  it.each(['/rsa?access_token=', '/rsa?token=', '/rsa?authorization=Bearer%20'])(
    'a token in the query, as in %s (RFC 9700 §4.3.2)',
    async (path) => {
      const answer = await fetch(`${url}${path}${await mint(rsa)}`);
      expect([answer.status, ran]).toEqual([401, []]);
    },
  );

  it('the same schemes admit what was signed for them', async () => {
    const strict = await mint(rsa, goodClaims({ client_id: 'web', jti: '1' }), { typ: 'at+jwt' });
    const good = { rsa: await mint(rsa), set: await mint(ec), strict, hmac: await mint(hmac) };
    for (const [scheme, token] of Object.entries(good))
      expect([scheme, (await send(scheme as Scheme, token)).status]).toEqual([scheme, 200]);
  });
});

describe('configurations that attacks rely on stop the boot', () => {
  it.each<[string, string, object]>([
    ['a secret that is short enough to be guessed', 'RFC 8725 §3.5, RFC 7518 §3.2', { signatureConfig: { secret: 'secret' } }],
    ['a public key for a secret', 'RFC 8725 §2.1, CVE-2016-10555', { signatureConfig: { secret: rsa.pem } }],
    ['an object for a secret', 'CVE-2022-23529', { signatureConfig: { secret: { toString: () => 'x'.repeat(64) } } }],
    ['an RSA key of 1024 bits', 'RFC 7518 §3.3', { signatureConfig: { publicKey: createKey('RS256', { bits: 1024 }).pem } }],
    ['no key', 'CVE-2022-23540', { signatureConfig: {} }],
    ['the algorithm none', 'RFC 8725 §3.2, CVE-2022-23540', { algorithms: ['none'], signatureConfig: { publicKey: rsa.pem } }],
  ])('%s (%s)', async (_, __, config) => {
    const schemes = { rsa: { jwtValidatorConfig: { ...COMMON, ...config } } };
    const auth = { schemes } as NonNullable<AppParts['auth']>;
    expect((await bootError('express', appModule({ auth }))).message).toContain('rsa');
  });
});
