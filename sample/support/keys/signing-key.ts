import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

/** The key that an issuer signs its tokens with. */
export class SigningKey {
  private constructor(
    readonly privateKey: KeyObject,
    /** The public key, as the key set publishes it. */
    readonly publicJwk: JWK & { readonly kid: string },
  ) {}

  /** Reads the key from a file. Makes one if there is none, and stores it, so that tokens stay valid after a restart. */
  static async load(file: string): Promise<SigningKey> {
    const privateKey = createPrivateKey(await readFile(file, 'utf8').catch(() => generate(file)));
    const jwk = await exportJWK(createPublicKey(privateKey));
    return new SigningKey(privateKey, { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' });
  }
}

async function generate(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeFile(file, pem, { mode: 0o600 });
  return pem;
}
