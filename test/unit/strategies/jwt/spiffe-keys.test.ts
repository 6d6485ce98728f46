import { generateKeyPairSync } from 'node:crypto';
import { importKeys, keyUsesFor } from '../../../../lib/strategies/jwt/jwks.js';

const jwk = (kid: string, use?: string) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
  ...(use !== undefined && { use }),
});
const bundle = [jwk('svid', 'jwt-svid'), jwk('certificate', 'x509-svid'), jwk('sig', 'sig'), jwk('unsaid'), jwk('enc', 'enc')];
const kidsFor = (typ: readonly string[] | undefined) => {
  const { keys, skipped } = importKeys(bundle, { algorithms: undefined, uses: keyUsesFor(typ) });
  return { used: [...keys.values()].map(({ kid }) => kid), skipped };
};

describe('the keys of a SPIFFE trust bundle', () => {
  it.each([[['JOSE']], [['JWT', 'jose']], [['application/jose']]])(
    'verify tokens where typ is %j, but never those for certificates',
    (typ) => {
      expect(kidsFor(typ)).toEqual({ used: ['svid', 'sig', 'unsaid'], skipped: ['key "enc": its "use" is "enc"'] });
    },
  );

  it('are read beside what is no key', () => {
    const { keys, skipped } = importKeys([null, ...bundle], { algorithms: undefined, uses: keyUsesFor(['JOSE']) });
    expect([keys.size, skipped[0]]).toEqual([3, 'a key without "kid": it is not an object']);
  });

  it.each([[undefined], [['JWT']], [['at+jwt', 'JOSE+JSON', 'my-jose']]])('are no signature keys where typ is %j', (typ) => {
    expect(kidsFor(typ)).toEqual({
      used: ['sig', 'unsaid'],
      skipped: ['key "svid": its "use" is "jwt-svid"', 'key "certificate": its "use" is "x509-svid"', 'key "enc": its "use" is "enc"'],
    });
  });
});
