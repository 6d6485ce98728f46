import { join } from 'node:path';
import { ensureIssued, type IssuedCertificates, issuedIn, type LocalCa } from './local-ca.js';

/** The CAs of a sample. */
export interface SampleCas<N extends string, S extends string> {
  /** The CA that the services trust. */
  readonly own: LocalCa<N>;
  /** A CA that no service trusts. It issues certificates with names that the services know: the demo shows that they are refused. */
  readonly strange: LocalCa<S>;
}

/** The certificates of a sample, as files. */
export interface SampleCertificates<N extends string, S extends string> extends IssuedCertificates<N> {
  /** Those of the CA that no service trusts. */
  readonly strange: IssuedCertificates<S>;
}

/** The certificates of the given CAs. */
export type CertificatesOf<C> = C extends SampleCas<infer N, infer S> ? SampleCertificates<N, S> : never;

/**
 * Returns the certificates of a sample. Issues them if there are none yet, or if they expire soon.
 * Several processes may call it at the same time.
 */
export async function ensureCertificatesOf<N extends string, S extends string>(
  folder: string,
  { own, strange }: SampleCas<N, S>,
): Promise<SampleCertificates<N, S>> {
  return { ...(await ensureIssued(folder, own)), strange: await ensureIssued(strangeIn(folder), strange) };
}

/** Returns where the certificates of a sample are, without issuing any. A service finds its own there, and those that it trusts. */
export function certificatesOfIn<N extends string, S extends string>(
  folder: string,
  { own, strange }: SampleCas<N, S>,
): SampleCertificates<N, S> {
  return { ...issuedIn(folder, own), strange: issuedIn(strangeIn(folder), strange) };
}

function strangeIn(folder: string): string {
  return join(folder, 'strange');
}
