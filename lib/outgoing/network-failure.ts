const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: no server listens on that port',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  UND_ERR_DESTROYED: 'the application is shutting down',
  UND_ERR_HEADERS_OVERFLOW: 'the header of the answer is too large',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from a CA that is not trusted; name the CA in secureSocket.cert',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted; name it in secureSocket.cert',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from a CA that is not trusted; name the CA in secureSocket.cert',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from a CA that is not trusted; name the CA in secureSocket.cert',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** A few words on why an exchange failed: the code of the error and never its data, which may contain bytes of the answer. */
export function describeFailure(error: unknown): string {
  const refusal = refusalOfProxy(error);
  if (refusal !== undefined) return refusal;
  const code = codeOf(error);
  if (code === undefined) return isParserError(error) ? 'the answer is not HTTP/1.1' : 'the exchange failed';
  const known = KNOWN[code];
  if (known !== undefined) return `${known} (${code})`;
  if (code.startsWith('HPE_')) return `the answer is not HTTP/1.1 (${code})`;
  return code.startsWith('ERR_SSL_') || code === 'EPROTO' ? `the TLS handshake failed (${code})` : `the exchange failed (${code})`;
}

/** With several addresses of a host Node reports all failures in one error. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return codeOf(Array.isArray(errors) ? errors[0] : cause);
}

function isParserError(error: unknown): boolean {
  return (error as Partial<Error> | undefined)?.name === 'HTTPParserError';
}

/** undici says only in its message that, and how, a proxy refused. */
function refusalOfProxy(error: unknown): string | undefined {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const [, status] = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(typeof message === 'string' ? message : '') ?? [];
  if (status === undefined) return undefined;
  return status === '407'
    ? 'the proxy wants a user name and a password, or others than those of its URL (407)'
    : `the proxy refused to connect to the server (${status})`;
}
