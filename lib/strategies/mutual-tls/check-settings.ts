import type { ConfigurationProblem } from '../../errors.js';
import { forwardedProblems, headerClash } from './check-forwarded.js';
import { DEFAULT_USER_HEADER, hasMappings } from './find-caller.js';
import { type IssuerPin, isSamePin } from './issuer-pin.js';
import { ANY, type MutualSslSettings, type ParsedSystemMapping, type ParsedUserMapping } from './mutual-ssl.schema.js';

/** The fields that are right each by itself, and wrong together. */
export function contradictions(settings: MutualSslSettings): ConfigurationProblem[] {
  const found = [
    headerClash(settings, DEFAULT_USER_HEADER),
    uselessUsernameFrom(settings),
    uselessUserHeader(settings),
    ...fallbackProblems(settings),
  ];
  return [...found.filter((problem) => problem !== undefined), ...forwardedProblems(settings), ...unverifiableIssuers(settings)];
}

/** Settings that an operator should check, although they may be intended. */
export function doubts(settings: MutualSslSettings): string[] {
  const reversed = pinsOf(settings).filter(({ pin }) => looksReversed(pin));
  return [
    ...reversed.map(({ path }) => `${path} begins with its most general part: RFC 4514 has the most specific one first, as CN=…,O=…,C=….`),
    ...shadowed(settings.userMappings, 'userMappings'),
    ...shadowed(settings.systemMappings, 'systemMappings'),
  ];
}

function uselessUsernameFrom(settings: MutualSslSettings): ConfigurationProblem | undefined {
  const { usernameFrom, intermediateCertValidation, systemMappings } = settings;
  const mappingsName = intermediateCertValidation !== undefined || hasMappings(settings);
  if (usernameFrom === undefined || !mappingsName || systemMappings?.some((mapping) => mapping.allowedSystemUser === ANY)) return undefined;
  return {
    path: 'usernameFrom',
    message: `has no effect with ${intermediateCertValidation ? 'intermediateCertValidation, where the subject’s CN names the caller' : 'mappings, which name the caller'}: omit it.`,
  };
}

function uselessUserHeader(settings: MutualSslSettings): ConfigurationProblem | undefined {
  if (settings.userHeader === undefined || hasMappings(settings)) return undefined;
  return { path: 'userHeader', message: 'has no effect without mappings: add userMappings, or omit it.' };
}

function fallbackProblems({ intermediateCertValidation: intermediate, ...settings }: MutualSslSettings): ConfigurationProblem[] {
  if (intermediate === undefined) return [];
  const isExempting = (intermediate.exemptContexts ?? []).length > 0;
  if (isExempting && !hasMappings(settings))
    return [{ path: 'intermediateCertValidation.exemptContexts', message: 'need mappings: add userMappings or systemMappings.' }];
  if (isExempting) return [];
  const useless = (['userMappings', 'systemMappings'] as const).filter((field) => settings[field] !== undefined);
  const message = 'has no effect with intermediateCertValidation without exemptContexts: omit one of them.';
  return useless.map((path) => ({ path, message }));
}

function unverifiableIssuers(settings: MutualSslSettings): ConfigurationProblem[] {
  if (settings.forwarded === undefined) return [];
  const message = 'must be an RFC 4514 name where certificates are forwarded: the certificate of the CA does not come with them.';
  return pinsOf(settings).flatMap(({ path, pin }) => (pin.kind === 'fingerprint' ? [{ path, message }] : []));
}

function pinsOf({ trustedIssuer = [], userMappings = [], systemMappings = [] }: MutualSslSettings): { path: string; pin: IssuerPin }[] {
  const mapped = Object.entries({ userMappings, systemMappings }).flatMap(([field, mappings]) =>
    mappings.map((mapping, index) => ({ path: `${field}[${index}].trustedIssuer`, pin: mapping.trustedIssuer })),
  );
  return [
    ...trustedIssuer.map((pin, index) => ({ path: trustedIssuer.length === 1 ? 'trustedIssuer' : `trustedIssuer[${index}]`, pin })),
    ...mapped,
  ];
}

/** WSO2's configurations have names in the other order, and compare them in any. */
function looksReversed(pin: IssuerPin): boolean {
  if (pin.kind === 'fingerprint') return false;
  const types = pin.name.map((part) => part[0]?.type.toUpperCase());
  return ['C', 'DC'].includes(types[0] ?? '') && types.at(-1) !== types[0];
}

function shadowed(mappings: readonly (ParsedUserMapping | ParsedSystemMapping)[] = [], field: string): string[] {
  return mappings.flatMap((mapping, index) => {
    const first = mappings.findIndex(
      (earlier) => earlier.certThumbprint === mapping.certThumbprint && isSamePin(earlier.trustedIssuer, mapping.trustedIssuer),
    );
    return first < index ? [`${field}[${index}] has no effect: ${field}[${first}] matches the same certificates and comes first.`] : [];
  });
}
