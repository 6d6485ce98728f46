import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { IS_LONG, tried } from '../support/runs.js';
import { bearer, createKey, goodClaims, mintRaw, segment } from '../support/tokens.js';
import { prepare } from '../unit/strategies/jwt/setup.js';

const key = createKey('ES256');
const issuer = 'https://sts.test';
const audience = 'orders';

const anything = fc.jsonValue({ maxDepth: 2 });
const alg = fc.constantFrom('ES256', 'ES384', 'HS256', 'RS256', 'none', '');
/** Header parameters and claims that mean something, with sensible and senseless values. */
const header = fc.record({ alg, typ: anything, kid: anything, crit: anything, b64: anything, cty: anything }, { requiredKeys: ['alg'] });
const now = Math.floor(Date.now() / 1000);
const time = fc.oneof(fc.integer({ min: now - 120, max: now + 120 }), fc.double(), anything);
const claims = fc.record(
  {
    exp: time,
    nbf: time,
    iat: time,
    iss: fc.oneof(fc.constant(issuer), anything),
    aud: fc.oneof(fc.constant(audience), fc.array(fc.constantFrom(audience, 'x')), anything),
    sub: anything,
  },
  { requiredKeys: [] },
);

/** What happens to a token on its way. */
type Change = { readonly at: number; readonly to: string; readonly how: 'replace' | 'insert' | 'drop' };
const change = fc.record<Change>({
  at: fc.nat({ max: 400 }),
  to: fc.constantFrom(...'ABQwg05_-+/=. \n\u00e9'),
  how: fc.constantFrom('replace', 'insert', 'drop'),
});

function apply(token: string, { at, to, how }: Change): string {
  const index = at % (token.length + 1);
  if (how === 'insert') return token.slice(0, index) + to + token.slice(index);
  return token.slice(0, index) + (how === 'drop' ? '' : to) + token.slice(index + 1);
}

async function joseAdmits(token: string): Promise<boolean> {
  try {
    await jwtVerify(token, key.publicKey, { algorithms: ['ES256'], issuer, audience });
    return true;
  } catch {
    return false;
  }
}

/** Why a token is refused that jose admits, for each reason that is no mistake of the token for jose. */
const STRICTER: Readonly<Record<string, string>> = {
  malformed_token: 'one spelling: canonical base64url without padding (RFC 4648 §3.5); header parameters of the right type',
  malformed_credentials: 'no characters but those of token68 (RFC 9110 §11.2)',
  malformed_claims: 'times are finite numbers, and aud is a string or a list of strings (RFC 7519 §4.1)',
  missing_expiry: 'exp is required',
  wrong_type: 'typ is JWT, at+jwt or absent, unless it is configured',
  unsupported_header: 'crit, enc, b64 other than true, and a nested JWT in cty are refused, whatever they say',
  malformed_subject: 'a sub that is there is a name',
};

describe('compared with jose', () => {
  it('admits nothing that jose refuses, and refuses what jose admits by a rule of its own only', async () => {
    const authenticator = await prepare({ issuer, audience, signatureConfig: { publicKey: key.pem } });
    let admitted = 0;
    const good = mintRaw(key, { alg: 'ES256', typ: 'JWT' }, goodClaims());
    const signed = fc.oneof(
      { weight: 3, arbitrary: fc.constant(good) },
      { weight: 2, arbitrary: fc.tuple(header, claims).map(([head, body]) => mintRaw(key, head, body)) },
      { weight: 2, arbitrary: claims.map((body) => mintRaw(key, { alg: 'ES256' }, { ...goodClaims(), ...body })) },
      { weight: 1, arbitrary: header.map((head) => mintRaw(key, { ...head, alg: 'ES256' }, goodClaims())) },
      { weight: 1, arbitrary: fc.tuple(anything, anything).map(([head, body]) => `${segment(head)}.${segment(body)}.`) },
    );
    const property = fc.asyncProperty(signed, fc.array(change, { maxLength: 2 }), async (token, changes) => {
      const sent = changes.reduce(apply, token);
      const verdict = await authenticator.authenticate(bearer(sent));
      // Spaces in front are the header's own, of which it may have several: RFC 9110 §11.4.
      const theirs = await joseAdmits(sent.replace(/^ +/, ''));
      if (verdict.outcome === 'accepted') {
        admitted++;
        expect(theirs).toBe(true);
      } else if (verdict.outcome !== 'rejected') throw new Error(`neither accepted nor rejected: ${verdict.outcome}`);
      else if (theirs) expect(Object.keys(STRICTER)).toContain(verdict.reason);
    });
    const examples: [string, Change[]][] = [[good, [{ at: 0, to: ' ', how: 'insert' }]]];
    await fc.assert(property, {
      ...tried(2000),
      examples,
      interruptAfterTimeLimit: IS_LONG ? 600_000 : 6000,
      markInterruptAsFailure: false,
    });
    // A comparison of nothing but refusals would say nothing.
    expect(admitted).toBeGreaterThan(20);
  });
});
