import * as z from 'zod';
import { fields, optional, text } from '../config/schema.js';
import { type KeyConfig, keyConfigSchema, trustSchema } from '../outgoing/client-config.js';
import { isCipherSuite, isTls13Suite } from './cipher-suites.js';
import type { Pkcs12File } from './pkcs12.js';

/** What to do about a client that shows no certificate, or one that cannot be verified: refuse the connection, or leave it to the routes. */
export type VerifyClient = 'REQUIRE' | 'OPTIONAL';

/** A version of TLS that a listener may speak. Older ones are not spoken. @see RFC 8996 */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** How a listener asks its clients for certificates. */
export interface ListenerMutualSsl {
  /**
   * Whether a connection needs a certificate that can be verified.
   * @defaultValue 'REQUIRE'
   */
  readonly verifyClient?: VerifyClient;
  /**
   * The CAs whose certificates are good, and self-signed certificates that are good by themselves: a PEM file or the PEM text, several in one where
   * wanted; or a PKCS#12 trust store. Chains must be complete, up to a self-signed certificate.
   */
  readonly cert: string | Pkcs12File;
  /**
   * Certificates that were revoked: a PEM file or the PEM text. Once there is a list, every CA of a client's chain needs one, and one that has run out
   * refuses everybody.
   * @see RFC 5280 §5
   */
  readonly crl?: string;
}

/** The TLS of a listener: Ballerina's `ListenerSecureSocket`. Paths are relative to the working directory. */
export interface SecureSocketConfig {
  /** The listener's certificate and private key. */
  readonly key: KeyConfig;
  /** Asks clients for certificates. */
  readonly mutualSsl?: ListenerMutualSsl;
  /** The versions of TLS; both of them unless said otherwise. */
  readonly protocol?: {
    /** Accepted so that a Ballerina configuration can be carried over. */
    readonly name?: 'TLS';
    /** `TLSv1.2`, `TLSv1.3` or both. */
    readonly versions?: readonly TlsVersion[];
  };
  /** The cipher suites in the order of preference, by IANA's names or OpenSSL's; Node's own choice unless given. */
  readonly ciphers?: readonly string[];
  /**
   * Lets a client resume an earlier TLS session. Its certificate is not verified again then: neither whether it has expired nor whether it was revoked.
   * @defaultValue false with `mutualSsl`, otherwise true
   */
  readonly shareSession?: boolean;
  /**
   * Seconds for which a session may be resumed.
   * @defaultValue 300
   */
  readonly sessionTimeout?: number;
  /**
   * Seconds that a TLS handshake may take.
   * @defaultValue 120
   */
  readonly handshakeTimeout?: number;
}

const version = z.enum(['TLSv1.2', 'TLSv1.3'], { error: 'must be "TLSv1.2" or "TLSv1.3": older versions are not secure' });
const cipher = text.refine(isCipherSuite, 'is not a cipher suite of this Node. `node -p "tls.getCiphers()"` lists them.');
const positive = (limit: number) =>
  z.number().refine((value) => value > 0 && value <= limit, `must be a number of seconds above 0, and at most ${limit}`);

/** The schema of a {@link SecureSocketConfig}. */
export const secureSocketSchema = fields({
  key: keyConfigSchema,
  mutualSsl: optional(fields({ verifyClient: optional(z.enum(['REQUIRE', 'OPTIONAL'])), cert: trustSchema, crl: optional(text) })),
  protocol: optional(
    fields({ name: optional(z.literal('TLS')), versions: optional(z.array(version).min(1, 'must name a version, or be left out')) }),
  ),
  ciphers: optional(z.array(cipher).min(1, 'must name a cipher suite, or be left out')),
  shareSession: optional(z.boolean()),
  sessionTimeout: optional(positive(86_400)),
  handshakeTimeout: optional(positive(600)),
}).refine(hasCipherForVersion, {
  path: ['ciphers'],
  error:
    'has no cipher suite for the version in protocol.versions: those of TLS 1.3 begin with TLS_AES or TLS_CHACHA20, and serve no other version',
}) satisfies z.ZodType<SecureSocketConfig>;

/** With both versions Node speaks the one that has a suite; with one alone every handshake would fail. */
function hasCipherForVersion({ ciphers, protocol }: { ciphers?: readonly string[]; protocol?: SecureSocketConfig['protocol'] }): boolean {
  const [only, another] = new Set(protocol?.versions);
  if (ciphers === undefined || only === undefined || another !== undefined) return true;
  return ciphers.some((suite) => isTls13Suite(suite) === (only === 'TLSv1.3'));
}
