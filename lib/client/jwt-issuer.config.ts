import * as z from 'zod';
import { chosen, fields, optional, text, textOrTexts } from '../config/schema.js';
import { type AssertionAlgorithm, assertionAlgorithm } from '../oauth/client-auth.config.js';
import { isPemText } from '../tls/pem.js';

/** Algorithms that a self-issued JWT may be signed with. */
export type IssuerAlgorithm = AssertionAlgorithm | 'HS256' | 'HS384' | 'HS512';

/** The key and algorithm that a JWT is signed with: Ballerina's `IssuerSignatureConfig`. */
export interface IssuerSignatureConfig {
  /**
   * The signature's algorithm.
   * @defaultValue what fits the key: RS256, ES256, ES384, ES512 or EdDSA; HS256 for a secret
   */
  readonly algorithm?: IssuerAlgorithm;
  /** The private key, or a secret that the service shares: for HS256 at least 32 bytes, for HS384 48, for HS512 64. */
  readonly config:
    | {
        /** A PEM file, or the PEM text itself. */
        readonly keyFile: string;
        /** The password of an encrypted key. */
        readonly keyPassword?: string;
      }
    | string;
}

/** A JWT that the client signs itself: Ballerina's `JwtIssuerConfig`. A new one is made shortly before the last one expires. @see RFC 7519 */
export interface JwtIssuerConfig {
  /** `iss`. */
  readonly issuer?: string;
  /** `sub`. */
  readonly username?: string;
  /** `aud`. */
  readonly audience?: string | readonly string[];
  /**
   * `jti`.
   * @defaultValue a new UUID for every token
   */
  readonly jwtId?: string;
  /** The `kid` of the header, by which the service finds the key. */
  readonly keyId?: string;
  /**
   * Seconds that a token lives.
   * @defaultValue 300
   */
  readonly expTime?: number;
  /** More claims. */
  readonly customClaims?: Readonly<Record<string, unknown>>;
  /** The key and algorithm of the signature. */
  readonly signatureConfig: IssuerSignatureConfig;
}

/** Claims that fields of their own, or the clock, write. */
const WRITTEN: Readonly<Record<string, string>> = {
  iss: 'the field issuer writes it',
  sub: 'the field username writes it',
  aud: 'the field audience writes it',
  jti: 'the field jwtId writes it',
  exp: 'the field expTime writes it',
  iat: 'the clock writes it',
  nbf: 'a token is valid from the moment it is signed',
};

const claimName = text.refine((name) => !Object.hasOwn(WRITTEN, name), {
  error: ({ input }) => `is not a custom claim: ${WRITTEN[String(input)]}`,
});

// A message of z.json() itself is lost: the schema that it stands for has another one.
const claim = z.unknown().refine((value) => z.json().safeParse(value).success, 'must be a value that JSON can carry');

const secret = text.refine((given) => !isPemText(given), 'is a PEM text: write { keyFile }, which takes one');
const keyFields = fields(() => ({ keyFile: text, keyPassword: optional(z.string()) }));

const signatureConfig = fields(() => ({
  algorithm: optional(z.enum([...assertionAlgorithm.options, 'HS256', 'HS384', 'HS512'])),
  config: chosen<IssuerSignatureConfig['config']>((value) => (typeof value === 'string' ? secret : keyFields)),
})).superRefine(({ algorithm, config }, context) => {
  if (typeof config !== 'string') {
    if (algorithm?.startsWith('HS'))
      context.addIssue({ code: 'custom', path: ['algorithm'], message: 'needs a shared secret: write it as config' });
    return;
  }
  if (algorithm !== undefined && !algorithm.startsWith('HS'))
    context.addIssue({ code: 'custom', path: ['algorithm'], message: 'must be "HS256", "HS384" or "HS512": config is a shared secret' });
  else if (Buffer.byteLength(config) * 8 < Number(algorithm?.slice(2) ?? 256))
    context.addIssue({
      code: 'custom',
      path: ['config'],
      // RFC 7518 §3.2
      message: `is too short: a secret for ${algorithm ?? 'HS256'} must have at least ${Number(algorithm?.slice(2) ?? 256) / 8} bytes`,
    });
});

/** @internal The schema of a {@link JwtIssuerConfig}. */
export const jwtIssuerConfig = fields(() => ({
  issuer: optional(text),
  username: optional(text),
  audience: optional(textOrTexts),
  jwtId: optional(text),
  keyId: optional(text),
  expTime: optional(z.number().refine((time) => time > 0, 'must be a number of seconds above 0')),
  customClaims: optional(z.record(claimName, claim)),
  signatureConfig,
})) satisfies z.ZodType<JwtIssuerConfig>;
