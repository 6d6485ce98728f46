/** Writes one line for the operator. */
export type Warn = (message: string) => void;

/** Writes lines about one scheme: they begin with its name and its config key. */
export function aboutScheme(scheme: string, configKey: string, warn: Warn): Warn {
  const label = scheme === configKey ? scheme : `${scheme} (${configKey})`;
  return (message) => warn(`${label}: ${message}`);
}

/** Reports the fields of a configuration that are there and have no effect, if there are any. */
export function noteIgnored(fields: readonly string[], warn: Warn): void {
  if (fields.length > 0) warn(`Accepted and ignored: ${fields.join(', ')}.`);
}

/**
 * Reports that the certificate of a server is not verified, if that is so.
 *
 * @param server - names the server: "the token endpoint".
 * @param risk - what anyone on the network path can do.
 */
export function noteUnverified(
  server: string,
  secureSocket: { readonly disable?: boolean | undefined } | undefined,
  warn: Warn,
  risk = 'pose as it',
): void {
  if (secureSocket?.disable !== true) return;
  warn(`The certificate of ${server} is not verified (secureSocket.disable): anyone on the network path can ${risk}.`);
}
