import type { Socket } from 'node:net';
import type { AuthRequest } from '../../http/auth-request.js';
import { readForwarded } from '../../http/forwarded-certificate.js';
import { peerOf } from '../../http/peer.js';
import { credentialKey, VerdictCache } from '../../memory/verdict-cache.js';
import { peerCertificate } from '../../tls/client-certificate.js';
import { ABSENT, type Absent, type Authenticator, type Mechanism, type Rejected, rejected, type Verdict } from '../strategy.js';
import type { ForwardedSource } from './forwarded-source.js';
import { type CertificateRules, type VettedCertificate, verdictAt, vetCertificate } from './vet-certificate.js';
import { vetForwarded } from './vet-forwarded.js';

/** What is known of a connection or a header: a certificate, or that there is none to go by. */
type Finding = VettedCertificate | Absent | Rejected;

/** The challenge of authentication by client certificate: no scheme is registered for it. */
export const CERTIFICATE_MECHANISM: Mechanism = { challenges: [{ scheme: 'ClientCertificate' }] };

/** Takes the caller from the client certificate of the connection, or from the one that a trusted proxy forwards. Waits for nothing. */
export class MutualTlsAuthenticator implements Authenticator {
  readonly challenges = CERTIFICATE_MECHANISM.challenges;
  /** A connection has one certificate for as long as it lasts. */
  private readonly bySocket = new WeakMap<Socket, Finding>();
  private readonly byForwarded = new VerdictCache<VettedCertificate>();

  constructor(
    private readonly rules: CertificateRules,
    private readonly forwarded: ForwardedSource | undefined,
  ) {}

  authenticate(request: AuthRequest): Verdict {
    const finding = this.find(request);
    return 'caller' in finding ? verdictAt(finding, request, Date.now()) : finding;
  }

  private find(request: AuthRequest): Finding {
    const { socket } = request;
    if (socket === undefined) return ABSENT;
    // What a trusted proxy does not forward is not there: its own certificate is not the caller's.
    if (this.forwarded?.isTrustedProxy(peerOf(socket))) return this.findForwarded(request, this.forwarded);
    const known = this.bySocket.get(socket);
    if (known !== undefined) return known;
    const finding = this.findOnConnection(socket);
    this.bySocket.set(socket, finding);
    return finding;
  }

  private findOnConnection(socket: Socket): Finding {
    const peer = peerCertificate(socket);
    if (peer.kind === 'none') return ABSENT;
    return peer.kind === 'unverified' ? rejected(peer.reason) : vetCertificate(peer.certificate, this.rules);
  }

  private findForwarded(request: AuthRequest, source: ForwardedSource): Finding {
    const forwarded = readForwarded(request, source);
    if (forwarded.kind === 'none') return ABSENT;
    if (forwarded.kind === 'refused') return rejected(forwarded.reason);
    const key = credentialKey(forwarded.value);
    const known = this.byForwarded.get(key);
    if (known !== undefined) return known;
    const vetted = vetForwarded(forwarded.value, source, this.rules, Date.now());
    if ('caller' in vetted) this.byForwarded.set(key, vetted, vetted.validTo);
    return vetted;
  }
}
