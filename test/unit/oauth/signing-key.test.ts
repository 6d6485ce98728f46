import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { loadSigningKey } from '../../../lib/oauth/signing-key.js';

const pemOf = ({ privateKey }: { readonly privateKey: KeyObject }) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const curve = (namedCurve: string) => pemOf(generateKeyPairSync('ec', { namedCurve }));
const rsa = (modulusLength: number) => pemOf(generateKeyPairSync('rsa', { modulusLength }));

describe('the key that this application signs with', () => {
  it.each([
    ['RS256', 'RSA', rsa(2048)],
    ['ES256', 'P-256', curve('prime256v1')],
    ['ES384', 'P-384', curve('secp384r1')],
    ['ES512', 'P-521', curve('secp521r1')],
    ['EdDSA', 'Ed25519', pemOf(generateKeyPairSync('ed25519'))],
  ])('signs with %s unless configured, if it is of the kind %s', async (algorithm, _kind, keyFile) => {
    expect(await loadSigningKey({ keyFile })).toMatchObject({ algorithm, key: { type: 'private' } });
  });

  it('signs with the configured algorithm, if that fits', async () => {
    const [keyFile, other] = [rsa(2048), curve('prime256v1')];
    expect(await loadSigningKey({ keyFile, algorithm: 'PS384' })).toMatchObject({ algorithm: 'PS384' });
    await expect(loadSigningKey({ keyFile: other, algorithm: 'ES384' })).rejects.toMatchObject({
      message: expect.stringContaining('algorithm: "ES384" does not fit the key in keyFile (ec).'),
      cause: expect.anything(),
    });
  });

  it.each([
    ['on a curve that no algorithm uses', curve('secp256k1'), /^keyFile: holds a key \(ec\) that no known algorithm signs with: use RSA/],
    ['for another purpose', pemOf(generateKeyPairSync('x25519')), /^keyFile: holds a key \(x25519\) that no known algorithm signs with/],
    [
      'for RSA-PSS alone',
      pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })),
      /^keyFile: holds a key \(rsa-pss\) that no known algorithm signs with: use RSA/,
    ],
    ['that is too short', rsa(1024), /^keyFile: holds a weak key: an RSA key needs 2048 bits/],
  ])('is refused %s', async (_what, keyFile, message) => {
    const error: unknown = await loadSigningKey({ keyFile }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthConfigurationError);
    expect((error as Error).message).toMatch(message);
  });
});
