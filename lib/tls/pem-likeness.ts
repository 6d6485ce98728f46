/** What a text looks like, with the cure, for messages; they never repeat the text itself. The first match is used. */
const LIKENESSES: readonly (readonly [RegExp, string])[] = [
  [/^\s*\{/, 'a JWK or a JWK set (JSON): where keys verify tokens, give it as jwks'],
  [/-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/, 'a certificate request: give the certificate that the CA issued for it'],
  [/-----BEGIN OPENSSH PRIVATE KEY-----/, 'an OpenSSH private key: convert it with ssh-keygen -p -m PKCS8'],
  [/^\s*(?:ssh-|ecdsa-sha2-)/, 'an OpenSSH public key: convert it with ssh-keygen -e -m PKCS8'],
  [/-----BEGIN SSH2 PUBLIC KEY-----|---- BEGIN SSH2/, 'an SSH public key: convert it with ssh-keygen -e -m PKCS8'],
  [/-----BEGIN PGP /, 'an OpenPGP key, which is not supported'],
  [/-----BEGIN (?:PKCS7|CMS)-----/, 'a PKCS#7 bundle: convert it with openssl pkcs7 -print_certs'],
  [/-----BEGIN X509 CRL-----/, 'a revocation list'],
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, 'a private key'],
  [/-----BEGIN (?:[A-Z0-9]+ )*PUBLIC KEY-----/, 'a public key'],
  [/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/, 'a certificate'],
  [/-----BEGIN (?:EC|DH|DSA) PARAMETERS-----/, 'parameters without a key'],
  [/-----(?:BEGIN|END)/, 'a PEM text of another kind, or one of which a part is missing'],
];

/** What a text looks like; undefined if it is unknown. */
export function likenessOf(text: string): string | undefined {
  return LIKENESSES.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * Base64 without a dot or a colon that begins like a key (`M`) or is longer than a path. Absolute paths do not match: no key begins with a
 * slash.
 */
const RATHER_A_KEY = /^["']?(?:M[A-Za-z0-9+/=_\\\s-]{40,}|[A-Za-z0-9+][A-Za-z0-9+/=_\\\s-]{99,})["']?$/;

/** The beginning of a key in Base64, which may be escaped as in a URL, and more; a path may have such a name, too. */
const MAY_HOLD_KEY = /(?:^|[\s"'`=:,])M[C-I](?:[A-Za-z0-9+/]|%2[BbFf]){20}[\s\S]{40}/;

/** What the path of a file that cannot be read looks like, where the message must not repeat it. */
export function likenessOfUnreadablePath(path: string): string | undefined {
  return MAY_HOLD_KEY.test(path) ? 'the Base64 of a key with other characters in it' : undefined;
}

/** What a text that cannot be a path looks like. It is not opened as a file, because the error message would repeat it. */
export function likenessOfNoPath(text: string): string | undefined {
  const likeness = likenessOf(text);
  if (likeness !== undefined) return likeness;
  if (RATHER_A_KEY.test(text)) return 'the Base64 of something that is neither a key nor a certificate, or of a part of one';
  if (/[\n\r]/.test(text)) return 'a text in several lines that is not PEM';
  return text.length > 1024 ? 'a text that is too long for a path' : undefined;
}
