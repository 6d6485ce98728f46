import type { Authenticator, Rejected, Verdict } from '../strategies/strategy.js';

/** The schemes whose credentials a browser sends by itself, once it has them. */
const AMBIENT: ReadonlySet<string> = new Set(['basic', 'digest', 'negotiate', 'ntlm', 'clientcertificate']);

const FOREIGN: Rejected = Object.freeze({ outcome: 'rejected', reason: 'cross_site_request', status: 403 });

/**
 * The rejection of what a browser sends by itself, in a request that another site's page made; undefined for a verdict that stands. A
 * token that a page must write itself proves that the page knows it. A token in a cookie is rejected where it is read.
 */
export function rejectedAsForeign({ challenges, credentials = [] }: Authenticator, verdict: Verdict): Rejected | undefined {
  if (verdict.outcome === 'absent') return undefined;
  const schemes = challenges.map(({ scheme }) => scheme.toLowerCase());
  const readsCookies = !schemes.includes('bearer') && credentials.some(({ kind }) => kind === 'cookie' || kind === 'certificate');
  return readsCookies || schemes.some((scheme) => AMBIENT.has(scheme)) ? FOREIGN : undefined;
}
