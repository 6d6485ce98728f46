import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../principal.js';
import { expiryOf } from '../principal-expiry.js';
import type { Revocations } from '../revocation/revocations.js';
import { Expiries } from './expiries.js';

/** Why a credential has ended. */
export type CredentialEnd = 'expired' | 'revoked';

/** What reports revocations. */
type WhenRevoked = Pick<Revocations, 'whenRevoked'>;

/** Ends connections, streams and subscriptions when the credential that opened them expires or is revoked. */
@Injectable()
export class CredentialEnds {
  private revocations: WhenRevoked | undefined;

  constructor(@Inject(Expiries) private readonly expiries: Pick<Expiries, 'at'>) {}

  /** Takes the revocations of the application. They come later than the transports, which depend on nothing that is configured. */
  watch(revocations: WhenRevoked): void {
    this.revocations = revocations;
  }

  /**
   * Calls `end` once: when the credential of a caller expires or is revoked: at the earlier of both.
   *
   * @returns what cancels it. Call it when the connection, the stream or the subscription has ended by itself.
   */
  whenEnded(principal: Principal | undefined, end: (why: CredentialEnd) => void): () => void {
    if (principal === undefined) return () => undefined;
    const cancel = () => {
      cancelExpiry();
      cancelRevocation();
    };
    const once = (why: CredentialEnd) => {
      cancel();
      end(why);
    };
    const cancelExpiry = this.expiries.at(expiryOf(principal), () => once('expired'));
    const cancelRevocation = this.whenRevoked(principal, () => once('revoked'));
    return cancel;
  }

  /** Calls `end` once, when the credential of a caller is revoked. @returns what cancels it. */
  whenRevoked(principal: Principal, end: () => void): () => void {
    return this.revocations?.whenRevoked(principal, end) ?? (() => undefined);
  }
}
