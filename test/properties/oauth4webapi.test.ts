import fc from 'fast-check';
import type { Authenticator, Verdict } from 'nest-service-auth';
import { customFetch, validateJwtAccessToken } from 'oauth4webapi';
import { DpopProofs } from '../../lib/strategies/binding/dpop/dpop-proofs.js';
import { JwtStrategy } from '../../lib/strategies/jwt/jwt.strategy.js';
import { dpopRequest, type ProvingClient, provingClient } from '../support/proofs.js';
import { tried } from '../support/runs.js';
import { createKey, goodClaims, mintRaw } from '../support/tokens.js';
import { TestHost } from '../unit/strategies/jwt/setup.js';

const issuer = 'https://sts.test';
const audience = 'orders';
const htu = 'https://api.test/order';
const server = { issuer, jwks_uri: 'https://sts.test/jwks' };
const key = createKey('ES256');
const now = Math.floor(Date.now() / 1000);

let client: ProvingClient;
let stranger: ProvingClient;
let authenticator: Authenticator;

beforeAll(async () => {
  [client, stranger] = [await provingClient(), await provingClient('Ed25519')];
  const config = { issuer, audience, profile: 'rfc9068', signatureConfig: { publicKey: key.pem }, dpop: { mode: 'accepted', maxAge: 300 } };
  const proofs = new DpopProofs({ publicUrl: ['https://api.test'], trustedProxies: [] });
  authenticator = await new JwtStrategy(new TestHost(), proofs).prepare(config as never, 'sts');
});

const fetchKeys = async () => Response.json({ keys: [key.jwk] });

async function theyAdmit(token: string, proofs: readonly string[], scheme: string): Promise<boolean> {
  try {
    const headers: [string, string][] = [
      ['authorization', `${scheme} ${token}`],
      ...proofs.map((proof): [string, string] => ['dpop', proof]),
    ];
    const request = new Request(htu, { headers });
    await validateJwtAccessToken(server, request, audience, { [customFetch]: fetchKeys, signingAlgorithms: ['ES256', 'Ed25519'] });
    return true;
  } catch {
    return false;
  }
}

/** Why a request is refused that oauth4webapi admits. */
const STRICTER: Readonly<Record<string, string>> = {
  malformed_token: 'one spelling: canonical base64url (RFC 4648 §3.5); header parameters of the right type',
  malformed_claims: 'times are finite numbers, and aud is a string or a list of strings (RFC 7519 §4.1)',
  unsupported_header: 'crit, enc, b64 other than true, and a nested JWT in cty are refused, whatever they say',
  malformed_subject: 'a sub is a name: not empty',
  missing_claim: 'the texts that RFC 9068 §2.2 requires are not empty',
  expired: 'the second in which a token expires is past its end (RFC 7519 §4.1.4), and clockSkew is 0 by default',
  not_yet_valid: 'clockSkew is 0 by default; oauth4webapi tolerates 30 seconds',
  unsupported_confirmation: 'a cnf that names nothing binds to nothing that is known (RFC 7800 §3.1)',
  dpop_malformed_proof: 'a jti is not empty, times are finite, segments are canonical, crit, b64, enc and zip are refused',
  dpop_unusable_key: 'weak keys, and those with private members, are refused (RFC 9449 §4.3)',
  dpop_wrong_url: 'a URL in a proof has no user and no dot segment that would change it',
  dpop_issued_in_future: 'maxAge counts from the clock of this application',
  dpop_replayed: 'a proof counts once; oauth4webapi remembers none',
  dpop_too_old: 'the last second of maxAge is past its end',
};

const anything = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('', 'x', 0, -1, 1e30));
const time = fc.oneof(fc.integer({ min: now - 600, max: now + 600 }), anything);
/** A change of one member; most leave everything as it is, so that requests that both admit occur beside those that have one change. */
const changes = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        ...Object.entries(members).map(([name, value]) => fc.record({ [name]: fc.oneof(value, fc.constant(undefined)) })),
      ),
    },
  );

const claims = changes({
  exp: time,
  nbf: time,
  iat: time,
  iss: anything,
  aud: fc.oneof(fc.array(fc.constantFrom(audience, 'x')), anything),
  sub: anything,
  jti: anything,
  client_id: anything,
  cnf: anything,
});
const header = changes({
  typ: fc.constantFrom('at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'dpop+jwt', 7),
  alg: fc.constantFrom('ES256', 'none', 'HS256'),
  crit: anything,
  cty: anything,
  b64: fc.boolean(),
});
const proofClaims = changes({
  htm: fc.constantFrom('GET', 'get', 'POST', 7),
  // No %6f for an o: oauth4webapi does not normalize it (RFC 3986 §6.2.2.2), as RFC 9449 §4.3 recommends.
  htu: fc.constantFrom(
    htu,
    `${htu}?x`,
    `${htu}#y`,
    `${htu}/`,
    'HTTPS://API.TEST:443/order',
    'https://api.test/./order',
    'https://u@api.test/order',
    '/order',
    'x',
    7,
  ),
  iat: time,
  exp: time,
  // Up to maxAge ahead, as iat: the clock of the client may be ahead.
  nbf: fc.oneof(fc.integer({ min: now - 600, max: now - 1 }), anything),
  jti: anything,
  ath: anything,
  nonce: anything,
});
const proofHeader = changes({
  typ: fc.constantFrom('dpop+jwt', 'DPOP+JWT', 'application/dpop+jwt', 'at+jwt'),
  alg: fc.constantFrom('ES256', 'Ed25519', 'none', 'HS256'),
  jwk: fc.oneof(anything, fc.constantFrom('stranger', 'private')),
  crit: anything,
  kid: anything,
});

/** What happens to a text on its way. */
const tampering = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 900 }), fc.constantFrom(...'AQwg05_-+/=. ,')) },
);
const apply = (text: string, change: readonly [number, string] | undefined) => {
  if (change === undefined) return text;
  const at = change[0] % (text.length + 1);
  return text.slice(0, at) + change[1] + text.slice(at + 1);
};

const jwkOf = (value: unknown): unknown => {
  if (value === 'stranger') return stranger.jwk;
  return value === 'private' ? client.key.privateKey.export({ format: 'jwk' }) : value;
};

const request = fc.record({
  claims,
  header,
  proofClaims,
  proofHeader,
  bound: fc.constantFrom(true, true, true, false),
  scheme: fc.constantFrom('DPoP', 'DPoP', 'dpop', 'Bearer'),
  tampered: tampering,
  proofTampered: tampering,
  count: fc.constantFrom(1, 1, 1, 0, 2),
});

type Attempt = ReturnType<typeof request.generate>['value'];

/** The token and the proofs of a request. */
function written(each: Attempt): { readonly token: string; readonly proofs: readonly string[]; readonly isBound: boolean } {
  const payload = { ...goodClaims(), jti: 'a', client_id: 'c', cnf: each.bound ? { jkt: client.jkt } : undefined, ...each.claims };
  const token = apply(mintRaw(key, { alg: 'ES256', typ: 'at+jwt', ...each.header }, payload, 'ES256'), each.tampered);
  const head = 'jwk' in each.proofHeader ? { ...each.proofHeader, jwk: jwkOf(each.proofHeader.jwk) } : each.proofHeader;
  const proof = apply(client.proof({ htm: 'GET', htu, token, ...each.proofClaims } as never, head), each.proofTampered);
  return { token, proofs: Array.from({ length: each.count }, () => proof), isBound: payload.cnf !== undefined };
}

/** How the two differ where they must not. */
function differenceOf(verdict: Verdict, theirs: boolean): string | undefined {
  if (verdict.outcome === 'accepted') return theirs ? undefined : 'only we admit it';
  const reason = verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
  return theirs && !(reason in STRICTER) ? `only they admit it: ${reason}` : undefined;
}

describe('compared with oauth4webapi', () => {
  it('admits no token and no proof that it refuses, and refuses what it admits by a rule of its own only', async () => {
    let both = 0;
    const property = fc.asyncProperty(request, async (each) => {
      const { token, proofs, isBound } = written(each);
      const verdict = await authenticator.authenticate(dpopRequest(token, proofs, { scheme: each.scheme }));
      // A bearer token that is not bound needs no proof, and one beside it says nothing: RFC 9449 §7.2.
      const needsProof = isBound || each.scheme !== 'Bearer';
      const theirs = await theyAdmit(token, needsProof ? proofs : [], each.scheme);
      both += Number(theirs && verdict.outcome === 'accepted');
      expect(differenceOf(verdict, theirs)).toBeUndefined();
    });
    await fc.assert(property, tried(300));
    expect(both).toBeGreaterThan(20);
  });
});
