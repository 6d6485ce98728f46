import type { ConfigurationProblem } from '../../errors.js';
import { isVerifiedByPresence, presetFields, wellKnownFormat } from '../../http/forwarded-presets.js';
import { hasMappings } from './find-caller.js';
import { headersOf, type PresetForm, type WrittenOutForm } from './forwarded.schema.js';
import type { MutualSslSettings } from './mutual-ssl.schema.js';

/** What is wrong with `forwarded`, by itself and beside the other fields. */
export function forwardedProblems(settings: MutualSslSettings): ConfigurationProblem[] {
  const { forwarded } = settings;
  if (forwarded === undefined) return [];
  const own = 'preset' in forwarded ? presetProblems(forwarded, settings) : writtenOutProblems(forwarded);
  return own.filter((problem) => problem !== undefined);
}

type Found = (ConfigurationProblem | undefined)[];

function presetProblems(form: PresetForm, settings: MutualSslSettings): Found {
  const { header, verifiedBy, isChain, isUriOnly } = presetFields(form.preset);
  const needsCa = verifiedBy === 'ca' && form.ca === undefined;
  return [
    needsCa ? missingCa(form.preset) : undefined,
    form.verified !== undefined && typeof verifiedBy !== 'object'
      ? { path: 'forwarded.verified', message: `has no effect: "${form.preset}" has no header field for the result of the verification.` }
      : undefined,
    isChain && form.hop === 'last'
      ? {
          path: 'forwarded.hop',
          message: `must not be "last": the first certificate in ${header} is the client’s, the others are those of its CAs.`,
        }
      : undefined,
    ...(isUriOnly ? uriOnlyProblems(form, settings) : []),
  ];
}

function missingCa(preset: string): ConfigurationProblem {
  const message = `the proxy forwards certificates that it did not verify. Write { preset: "${preset}", ca: "client-ca.pem" }, with the CAs of your clients, so that this module verifies them.`;
  return { path: 'forwarded', message };
}

/** Nothing but the URI comes from such a proxy. */
function uriOnlyProblems({ preset, ca }: PresetForm, settings: MutualSslSettings): Found {
  const cure = `"${preset}" forwards no certificate, only the URI of the caller`;
  const useless = (['trustedIssuer', 'intermediateCertValidation'] as const).filter((field) => settings[field] !== undefined);
  return [
    settings.usernameFrom === 'SAN:uri'
      ? undefined
      : { path: 'usernameFrom', message: `must be "SAN:uri": ${cure}. If your proxy writes Cert, use the preset "envoy".` },
    ...useless.map((path) => ({ path, message: `cannot be checked: ${cure}. Leave it out.` })),
    hasMappings(settings) ? { path: 'forwarded', message: `cannot be used with mappings: ${cure}.` } : undefined,
    ca === undefined ? undefined : { path: 'forwarded.ca', message: `has no effect: ${cure}. Leave it out.` },
  ];
}

function writtenOutProblems(form: WrittenOutForm): Found {
  const { header, verifyHeader, verified, ca } = form;
  const format = form.format ?? wellKnownFormat(header);
  if (format === undefined) {
    const message = `is needed: the format cannot be told from the name "${header}". Write "rfc9440", "xfcc", "pem" or "der-base64".`;
    return [{ path: 'forwarded.format', message }];
  }
  if (verifyHeader !== undefined || verified !== undefined || ca !== undefined || isVerifiedByPresence(header, format)) return [];
  const message = `nothing shows that the proxy verified the certificate in "${header}". Name the header field with its result (verifyHeader, and its words in verified), or give the CAs of your clients (ca) so that this module verifies them.`;
  return [{ path: 'forwarded', message }];
}

/** Two fields of one name, or a field that the proxy writes and the caller’s name is read from. */
export function headerClash(
  { forwarded, userHeader, ...settings }: MutualSslSettings,
  defaultName: string,
): ConfigurationProblem | undefined {
  if (forwarded === undefined) return undefined;
  const { header, verify } = headersOf(forwarded);
  if (header === verify?.header) return { path: 'forwarded.verifyHeader', message: 'is the header field of the certificate itself.' };
  const name = userHeader ?? defaultName;
  const clashes = hasMappings(settings) && (name === header || name === verify?.header);
  return clashes ? { path: 'userHeader', message: 'is the name of a header field that the proxy writes.' } : undefined;
}
