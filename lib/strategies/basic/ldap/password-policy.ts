import type { BerReader, Control } from 'ldapts';
import type { Refusal } from '../user-store.js';
import type { Ldapts } from './dial.js';

/** What the directory says of a password beside the result of a bind. */
export interface PasswordPolicy {
  /** To give to the bind: they read the answer. For one bind only. */
  readonly controls: Control[];
  /** Why a bind must not count as a login although it succeeded, or why it failed; undefined if nothing was said. */
  readonly refusal: Refusal | undefined;
}

/** The control of password policies. @see draft-behera-ldap-password-policy §6 */
export const PASSWORD_POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
/** "Password expired", also after a reset: servers of Netscape's line send it unasked. @see draft-vchu-ldap-pwd-policy §4 */
const PASSWORD_EXPIRED = '2.16.840.1.113730.3.4.4';

const SEQUENCE = 0x30;
const ERROR_TAG = 0x81;
const ERRORS: Readonly<Record<number, Refusal>> = { 0: 'password_expired', 1: 'account_locked', 2: 'password_must_change' };

/**
 * Reads the password policy's word on a bind. Many directories let a user bind who must change the password first: nothing but
 * these controls tells such a bind from a login.
 *
 * @param asks - whether the policy is asked for, as some directories want it; what comes unasked is read either way.
 */
export function readPasswordPolicy(ldapts: Ldapts, asks: boolean): PasswordPolicy {
  let refusal: Refusal | undefined;
  class PolicyControl extends ldapts.Control {
    override parseControl(reader: BerReader): void {
      refusal = readRefusal(reader) ?? refusal;
    }
  }
  class ExpiredControl extends ldapts.Control {
    override parseControl(): void {
      refusal ??= 'password_must_change';
    }
  }
  const policy = new PolicyControl(PASSWORD_POLICY);
  const read: readonly Control[] = [policy, new ExpiredControl(PASSWORD_EXPIRED)];
  // The library sends what is in the list, and reads what it finds there.
  const controls = Object.assign<Control[], Pick<Control[], 'find'>>(asks ? [policy] : [], { find: read.find.bind(read) });
  return {
    controls,
    get refusal() {
      return refusal;
    },
  };
}

/** `SEQUENCE { warning [0] CHOICE { … } OPTIONAL, error [1] ENUMERATED OPTIONAL }`: a warning does not refuse the user. */
function readRefusal(reader: BerReader): Refusal | undefined {
  if (reader.readSequence(SEQUENCE) === null) return undefined;
  const end = reader.offset + reader.length;
  while (reader.offset < end) {
    const tag = reader.peek() ?? 0;
    const value = reader.readString(tag, true);
    if (tag === ERROR_TAG) return ERRORS[value?.at(-1) ?? -1] ?? 'refused';
  }
  return undefined;
}
