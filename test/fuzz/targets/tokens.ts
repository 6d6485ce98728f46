import { createHash, createSecretKey } from 'node:crypto';
import type { Authenticator, AuthRequest } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { DpopProofs } from '../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { parseCompact, readObject } from '../../../lib/strategies/jws/compact.js';
import { importKeys } from '../../../lib/strategies/jwt/jwks.js';
import { fetchJwks } from '../../../lib/strategies/jwt/jwks-endpoint.js';
import { JwtStrategy } from '../../../lib/strategies/jwt/jwt.strategy.js';
import { readAnswer } from '../../../lib/strategies/oauth2-introspection/answer.js';
import { withoutNulls } from '../../../lib/strategies/oauth2-introspection/judge.js';
import { StrategyHost } from '../../../lib/strategies/strategy.js';
import { bearer, createKey, goodClaims, mintRaw } from '../../support/tokens.js';
import { holds, type Target, unlessRefused } from '../target.js';

class Host extends StrategyHost {
  readonly trustedProxies = [];
  warn(): void {}
}

const secret = { alg: 'HS256', privateKey: createSecretKey(Buffer.alloc(64, 7)) } as const;
const client = createKey('Ed25519');
const jwk = client.publicKey.export({ format: 'jwk' });
const jkt = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`).digest('base64url');
const far = { iat: undefined, exp: 4_000_000_000 };
const good = [
  mintRaw(secret, { alg: 'HS256', typ: 'JWT' }, goodClaims(far)),
  mintRaw(secret, { alg: 'HS256', kid: 'x', b64: true }, goodClaims(far)),
];
const bound = mintRaw(secret, { alg: 'HS256' }, goodClaims({ ...far, cnf: { jkt } }));
const ath = createHash('sha256').update(bound).digest('base64url');
const proofOf = (jti: string) =>
  mintRaw(
    client,
    { typ: 'dpop+jwt', alg: 'Ed25519', jwk },
    { jti, iat: Math.floor(Date.now() / 1000), htm: 'GET', htu: 'https://api.test/order', ath },
  );
const proofs = [proofOf('a'), proofOf('b')];

const config = {
  issuer: 'https://sts.test',
  audience: 'orders',
  signatureConfig: { secret: Buffer.alloc(64, 7) },
  dpop: { mode: 'accepted', maxAge: 3600 },
};
// A proof counts as often as it comes: otherwise a changed one would be refused because the first was used already.
const memory = { add: () => true };
const prepare = async (): Promise<Authenticator> =>
  new JwtStrategy(new Host(), new DpopProofs({ publicUrl: ['https://api.test'], trustedProxies: [], memory })).prepare(
    config as never,
    'sts',
  );
let authenticator: Authenticator | undefined;

async function isAccepted(request: AuthRequest): Promise<boolean> {
  authenticator ??= await prepare();
  const { outcome } = await authenticator.authenticate(request);
  holds(['accepted', 'rejected', 'absent'].includes(outcome), `says ${outcome}`);
  return outcome === 'accepted';
}

const HEADER = Buffer.from('{"alg":"none"}').toString('base64url');
const asked = () => ({ where: 'https://idp.example/introspect', secrets: [] });
const utf8 = (body: Buffer) => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

export const tokenTargets: readonly Target[] = [
  {
    name: 'jws',
    seeds: [...good, `${HEADER}.e30.`, 'a.b.c', 'a.b.c.d.e'],
    words: ['.', HEADER, '=', 'e30', 'eyJ', '-', '_', ' '],
    async check(_, text) {
      const parts = parseCompact(text);
      if (parts !== undefined) readObject(parts.payload);
      const isOurs = await isAccepted(bearer(text));
      holds(!isOurs || good.includes(text.replace(/^ +/, '')), 'accepts a token that nobody signed, or another spelling of one');
      return isOurs;
    },
  },
  {
    name: 'dpop-proof',
    seeds: proofs,
    words: ['.', ',', ' ', '=', 'eyJ', 'e30'],
    async check(_, text) {
      const authorization = `DPoP ${bound}`;
      const rawHeaders = ['Authorization', authorization, 'DPoP', text];
      const isOurs = await isAccepted({ method: 'GET', url: '/order', headers: { authorization, dpop: text }, rawHeaders });
      holds(!isOurs || proofs.includes(text), 'accepts a proof that nobody signed, or another spelling of one');
      return isOurs;
    },
  },
  {
    name: 'signed-claims',
    seeds: [JSON.stringify(goodClaims(far)), JSON.stringify(goodClaims({ ...far, aud: ['orders', 'b'], nbf: 1, cnf: { jkt } }))],
    words: [
      '"exp":',
      '"nbf":',
      '"iss":',
      '"aud":',
      '"cnf":',
      'null',
      '1e400',
      '-0',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\\u0000',
      '__proto__',
      '"sub":',
    ],
    async check(input) {
      const isOurs = await isAccepted(bearer(mintRaw(secret, { alg: 'HS256', typ: 'JWT' }, input)));
      if (!isOurs) return false;
      const { iss, aud, exp, nbf = 0 } = JSON.parse(input.toString('utf8'));
      holds(iss === 'https://sts.test' && [aud].flat().includes('orders'), 'accepts the token of another issuer, or for another audience');
      holds(Number.isFinite(exp) && exp > Date.now() / 1000 - 60 && Number.isFinite(nbf), 'accepts a token whose time cannot be known');
      return true;
    },
  },
  {
    name: 'signed-header',
    seeds: ['{"alg":"HS256","typ":"JWT"}', '{"alg":"HS256"}', '{"typ":"at+jwt","alg":"HS256","kid":"x"}'],
    words: [
      '"alg":"HS256"',
      '"crit":["b64"]',
      '"b64":false',
      '"typ":',
      '"JWT"',
      '"none"',
      '"jwk":{}',
      '"jku":"https://a.test"',
      '{',
      '}',
      ',',
      '"zip":"DEF"',
    ],
    async check(input) {
      const isOurs = await isAccepted(bearer(mintRaw(secret, input, goodClaims(far))));
      if (!isOurs) return false;
      const header = JSON.parse(input.toString('utf8'));
      holds(header.alg === 'HS256' && header.crit === undefined && header.b64 !== false, 'accepts what its header does not allow');
      holds(['string', 'undefined'].includes(typeof header.typ), 'accepts a type that is no text');
      return true;
    },
  },
  {
    name: 'introspection-answer',
    seeds: [
      '{"active":true,"sub":"a","exp":4000000000}',
      '{"active":false}',
      '{"active":"true"}',
      '[]',
      '{"active":true,"scope":null,"a":{"b":null}}',
      '{"error":"invalid_client"}',
    ],
    words: ['"active":true', 'true', 'null', '"', '{', '}', '__proto__', '\\u0000', '[', ','],
    async check(input) {
      const answer = await unlessRefused(() => readAnswer(utf8(input) as never, asked), AuthUnavailableError);
      if (answer?.active === true) {
        holds(JSON.parse(input.toString('utf8')).active === true, 'is active without being so');
        const cleaned = withoutNulls(answer.claims);
        holds(Object.getPrototypeOf(cleaned) === Object.prototype, 'has a prototype of its own');
      }
      for (const status of [400, 401, 500])
        await unlessRefused(() => readAnswer({ ...utf8(input), status } as never, asked), AuthUnavailableError);
      return answer?.active === true;
    },
  },
  {
    name: 'jwks-answer',
    seeds: [
      JSON.stringify({ keys: [{ ...jwk, kid: 'a', use: 'sig' }] }),
      JSON.stringify({
        keys: [
          { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
          { kty: 'oct', k: 'AA' },
        ],
      }),
      '{"keys":[]}',
      JSON.stringify({ keys: [createKey('ES256').jwk] }),
    ],
    words: ['"kty":"EC"', '"crv":"P-256"', '"use":"enc"', '"key_ops":[]', 'null', '{', '}', '"kid":1', '__proto__', '"d":"x"', ','],
    async check(input) {
      const endpoint = { request: async () => utf8(input) };
      const keys = await unlessRefused(() => fetchJwks(endpoint as never, new URL('https://sts.test/jwks')), AuthUnavailableError);
      if (keys === undefined) return false;
      const { keys: imported, skipped } = importKeys(keys, { algorithms: undefined });
      holds(
        skipped.every((line) => line.length < 300),
        'reports a long line',
      );
      for (const key of imported.values())
        holds(![...key.verifiers.keys()].some((name) => name.startsWith('HS')), 'verifies by a published secret');
      return imported.size > 0;
    },
  },
];
