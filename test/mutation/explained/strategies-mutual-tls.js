/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/mutual-tls/check-settings.ts',
    code: 'part[0]?.type',
    why: 'Each part of a name has at least one attribute.',
  },
  {
    file: 'strategies/mutual-tls/find-caller.ts',
    code: 'intermediateCertValidation === undefined',
    change: 'true',
    why: 'The boot refuses usernameFrom beside intermediateCertValidation unless there are mappings, with which no URI names a caller either.',
  },
  {
    file: 'strategies/mutual-tls/intermediate-caller.ts',
    code: 'commonName !== undefined',
    change: 'true',
    why: 'A list of texts does not include undefined.',
  },
  {
    file: 'strategies/mutual-tls/issuer-pin.ts',
    code: "other.kind === 'fingerprint' && other.fingerprint",
    change: 'true',
    why: 'A name has no fingerprint, so that it equals none.',
  },
  {
    file: 'strategies/mutual-tls/mutual-tls.authenticator.ts',
    code: 'const known = this.bySocket.get(socket);\n    if (known !== undefined) return known;',
    change: 'false',
    why: 'The finding for a connection is made again, and is equal: it is slower.',
  },
];
