import * as z from 'zod';
import { secretOctets } from '../../config/octets.js';
import { fields, optional, parseConfig, seconds, text, textOrTexts } from '../../config/schema.js';
import { fieldError } from '../../errors.js';
import { DEFAULT_TOKEN_SOURCES, type TokenSource } from '../../http/token-source.js';
import { type CacheConfig, cacheConfig } from '../../memory/cache-config.js';
import { clientConfigSchema } from '../../outgoing/client-config.js';
import { isPemText } from '../../tls/pem.js';
import { type DpopSettings, dpopOption } from '../binding/dpop/dpop.schema.js';
import { type ClaimsSettings, claimsFields, claimsSettings } from '../claims/claims.schema.js';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../jws/algorithms.js';
import { tokenFrom } from '../token-from.schema.js';
import { checkDiscovery, type DiscoverySettings, discoveryConfigSchema } from './discovery.schema.js';
import { compileIssuers, type ExpectedIssuers } from './issuer.js';
import { issuerSchema } from './issuer.schema.js';
import type { RejectedCacheConfig, TokenProfile } from './jwt-validator.config.js';
import { checkProfile, PROFILE_TYPES, PROFILES } from './profile.js';

const jwksConfigSchema = fields(() => ({
  url: text,
  cacheConfig: optional(cacheConfig),
  clientConfig: optional(clientConfigSchema),
  preload: optional(z.boolean()),
}));

const keyMaterials = {
  jwksConfig: optional(jwksConfigSchema),
  certFile: optional(text),
  trustStoreConfig: optional(fields(() => ({ trustStore: fields(() => ({ path: text, password: z.string() })), certAlias: text }))),
  secret: optional(
    secretOctets.refine(
      (octets) => !isKeyMaterial(Buffer.from(octets)),
      'is a key or a certificate, not a shared secret: a public key belongs in publicKey, a certificate in certFile',
    ),
  ),
  publicKey: optional(text),
  jwks: optional(z.looseObject({ keys: z.array(z.unknown()) })),
};

/** Whether octets are a key or a certificate, as PEM in any of its forms or as DER: as a secret, a public key would let every reader of it sign. */
function isKeyMaterial(octets: Buffer): boolean {
  return isPemText(octets.toString('latin1')) || isPemText(octets.toString('base64'));
}

const KINDS = Object.keys(keyMaterials);
/** The longest time in seconds that a bad token is remembered. */
const MAX_REJECTED_AGE = 10;
const CURE = `give one of ${KINDS.join(', ')} to say what verifies signatures`;

const signatureConfigSchema = fields(() => keyMaterials).superRefine((given, context) => {
  const kinds = KINDS.filter((kind) => Object.hasOwn(given, kind));
  if (kinds.length === 0) context.addIssue(`has no key material: ${CURE}`);
  if (kinds.length > 1) context.addIssue(`has several kinds of key material (${kinds.join(', ')}): ${CURE}`);
});

const rejectedCacheConfig = fields(() => ({
  capacity: optional(z.int().min(1, 'must be at least 1')),
  defaultMaxAge: optional(
    z
      .number()
      .gt(0, 'must be a number of seconds above 0')
      .max(MAX_REJECTED_AGE, `must be at most ${MAX_REJECTED_AGE}: a refused token may be good by then`),
  ),
}));

const schema = fields(() => ({
  profile: optional(z.enum(PROFILES)),
  signatureConfig: optional(signatureConfigSchema),
  tokenFrom: optional(tokenFrom),
  dpop: optional(dpopOption),
  issuer: optional(issuerSchema),
  audience: optional(textOrTexts.nullable()),
  discoveryConfig: optional(discoveryConfigSchema),
  username: optional(text),
  jwtId: optional(text),
  keyId: optional(text),
  clockSkew: optional(seconds),
  ...claimsFields(),
  algorithms: optional(z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1, 'must name one at least, or be left out for all that fit the keys')),
  typ: optional(textOrTexts),
  maxTokenAge: optional(z.number().gt(0, 'must be a number of seconds above 0')),
  requireExp: optional(z.boolean()),
  // `false`, or checked by the schema of caches: one after the other, so that a mistake inside is named.
  cacheConfig: optional(z.unknown()),
  rejectedCacheConfig: optional(rejectedCacheConfig),
}));

/** The key material of a config, exactly one kind of which is there. */
export type SignatureSettings = z.output<typeof signatureConfigSchema>;

/** A checked config with every default filled in. */
export interface JwtSettings extends ClaimsSettings {
  readonly profile: TokenProfile | undefined;
  /** Empty where keys are discovered. */
  readonly signatureConfig: SignatureSettings;
  /** How keys are discovered; undefined where `signatureConfig` says what verifies signatures. */
  readonly discoveryConfig: DiscoverySettings | undefined;
  readonly tokenFrom: readonly TokenSource[];
  /** Undefined where tokens that are bound to a key are refused. */
  readonly dpop?: DpopSettings | undefined;
  readonly issuer: ExpectedIssuers | undefined;
  readonly audience: readonly string[] | undefined;
  readonly username: string | undefined;
  readonly jwtId: string | undefined;
  readonly keyId: string | undefined;
  readonly clockSkew: number;
  readonly algorithms: readonly SignatureAlgorithm[] | undefined;
  readonly typ: readonly string[] | undefined;
  readonly maxTokenAge: number | undefined;
  readonly requireExp: boolean;
  readonly cacheConfig: CacheConfig | false;
  readonly rejectedCacheConfig: Required<RejectedCacheConfig> | undefined;
}

const DEFAULTS = {
  profile: undefined,
  tokenFrom: DEFAULT_TOKEN_SOURCES,
  username: undefined,
  jwtId: undefined,
  keyId: undefined,
  clockSkew: 0,
  algorithms: undefined,
  maxTokenAge: undefined,
  requireExp: true,
} as const;

/**
 * Checks a `jwtValidatorConfig` and fills in the defaults.
 *
 * @throws AuthConfigurationError naming every field that is wrong.
 */
export function readSettings(config: unknown): JwtSettings {
  const given = parseConfig(schema, config);
  checkProfile(given);
  const { signatureConfig, audience, typ, cacheConfig: cache = {}, rejectedCacheConfig: rejectedCache } = given;
  if (signatureConfig === undefined && (given.issuer === undefined || given.issuer === null))
    throw fieldError(
      'signatureConfig',
      `is required: ${CURE}, or give an issuer whose keys are discovered. No token can be verified without keys.`,
    );
  const issuer = compileIssuers(given.issuer);
  const discoveryConfig = checkDiscovery(given, issuer, CURE);
  return {
    ...DEFAULTS,
    ...given,
    ...claimsSettings(given),
    signatureConfig: signatureConfig ?? {},
    discoveryConfig,
    issuer,
    audience: toList(audience ?? undefined),
    typ: given.profile === undefined ? toList(typ) : PROFILE_TYPES,
    cacheConfig: cache === false ? false : parseConfig(cacheConfig, cache, 'cacheConfig'),
    rejectedCacheConfig: rejectedCache && { capacity: 100, defaultMaxAge: MAX_REJECTED_AGE, ...rejectedCache },
  };
}

function toList(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}
