/** How a proxy writes a client certificate into a header field. */
export type ForwardedFormat = 'rfc9440' | 'xfcc' | 'pem' | 'der-base64';

/** What a product writes into its header fields. Names are in lower case. */
export interface PresetFields {
  /** The header field with the certificate. */
  readonly header: string;
  readonly format: ForwardedFormat;
  /**
   * What shows that the proxy verified the certificate: that it forwards it at all, another header field, or nothing (then this module verifies
   * the certificate against the configured `ca`).
   */
  readonly verifiedBy: 'presence' | 'ca' | VerifyField;
  /** Whether the field holds the client's chain: its own certificate first, then those of its CAs. */
  readonly isChain?: true;
  /** Whether the field never holds a certificate, only the URI of the caller. */
  readonly isUriOnly?: true;
}

/** The header field with the result of the proxy's verification. */
export interface VerifyField {
  readonly header: string;
  /** The words for a verified certificate. */
  readonly verified: readonly string[];
  /** The words for a client without a certificate, beside an empty field and nginx's `NONE`. */
  readonly absent?: readonly string[];
  /** A field that must say `false` where it is present. */
  readonly revoked?: string;
}

const SSL = 'x-ssl-client-verify';
const XFCC = 'x-forwarded-client-cert';
const GOOGLE: VerifyField = { header: 'x-client-cert-chain-verified', verified: ['true'], absent: ['false'] };
// For Cloudflare a revoked certificate is a verified one too.
const CLOUDFLARE: VerifyField = { header: 'cf-cert-verified', verified: ['true'], absent: ['false'], revoked: 'cf-cert-revoked' };

/** What each product writes, by its own documentation. To add a proxy, add one line here, and one to the table in docs/mutual-tls.md. */
const FORWARDED_PRESETS = {
  rfc9440: { header: 'client-cert', format: 'rfc9440', verifiedBy: 'presence' },
  nginx: { header: 'x-ssl-client-cert', format: 'pem', verifiedBy: { header: SSL, verified: ['SUCCESS'] } },
  haproxy: { header: 'x-ssl-client-cert', format: 'der-base64', verifiedBy: { header: SSL, verified: ['0'] } },
  envoy: { header: XFCC, format: 'xfcc', verifiedBy: 'presence' },
  istio: { header: XFCC, format: 'xfcc', verifiedBy: 'presence', isUriOnly: true },
  traefik: { header: 'x-forwarded-tls-client-cert', format: 'pem', verifiedBy: 'presence', isChain: true },
  'aws-alb': { header: 'x-amzn-mtls-clientcert-leaf', format: 'pem', verifiedBy: 'presence' },
  'aws-alb-passthrough': { header: 'x-amzn-mtls-clientcert', format: 'pem', verifiedBy: 'ca', isChain: true },
  'azure-app-service': { header: 'x-arr-clientcert', format: 'der-base64', verifiedBy: 'ca' },
  'google-cloud': { header: 'x-client-cert-leaf', format: 'rfc9440', verifiedBy: GOOGLE },
  cloudflare: { header: 'cf-client-cert-der-base64', format: 'der-base64', verifiedBy: CLOUDFLARE },
  'cloud-foundry': { header: XFCC, format: 'der-base64', verifiedBy: 'ca' },
} as const satisfies Readonly<Record<string, PresetFields>>;

/** A product whose header fields are known. docs/mutual-tls.md has a table of what each one writes and needs. */
export type ForwardedPreset = keyof typeof FORWARDED_PRESETS;

/** The names of all presets. */
export const PRESET_NAMES = Object.keys(FORWARDED_PRESETS) as ForwardedPreset[];

/** Well-known names that are no preset's: of ingress-nginx, and of many nginx configurations. */
const OTHER_FORMATS: Readonly<Record<string, ForwardedFormat>> = { 'ssl-client-cert': 'pem', 'x-client-cert': 'pem' };

/** What a preset means. */
export function presetFields(name: ForwardedPreset): PresetFields {
  return FORWARDED_PRESETS[name];
}

/** The format of a header field of a well-known name (in lower case); undefined for any other name. PEM is read with and without its frame. */
export function wellKnownFormat(header: string): ForwardedFormat | undefined {
  return OTHER_FORMATS[header] ?? PRESET_NAMES.map(presetFields).find((fields) => fields.header === header)?.format;
}

/** Whether a product is known that verifies what it writes into this field in this format, and writes nothing otherwise. */
export function isVerifiedByPresence(header: string, format: ForwardedFormat): boolean {
  const same = PRESET_NAMES.map(presetFields).filter((fields) => fields.header === header && fields.format === format);
  return same.some(({ verifiedBy }) => verifiedBy === 'presence');
}
