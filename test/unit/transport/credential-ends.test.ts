import { createPrincipal, type Principal } from '../../../lib/principal.js';
import { CredentialEnds } from '../../../lib/transport/credential-ends.js';

const caller = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'anne', claims: { exp: 1_900_000_000, sub: 'anne' } });

describe('the end of a credential', () => {
  let expire: () => void;
  let revoke: () => void;
  let waiting: string[];
  let ended: string[];
  let ends: CredentialEnds;

  const wait = (name: string) => {
    waiting.push(name);
    return () => void waiting.splice(waiting.indexOf(name), 1);
  };
  const at = (seconds: number | undefined, end: () => void) => {
    expire = end;
    return wait(`until ${seconds}`);
  };
  const whenRevoked = (_: Principal, end: () => void) => {
    revoke = end;
    return wait('until it is revoked');
  };

  beforeEach(() => {
    waiting = [];
    ended = [];
    ends = new CredentialEnds({ at });
    ends.watch({ whenRevoked });
  });

  it('is its expiry or its revocation, once, and nothing waits afterwards', () => {
    ends.whenEnded(caller, (why) => void ended.push(why));
    expect(waiting).toEqual(['until 1900000000', 'until it is revoked']);
    expire();
    expect(ended).toEqual(['expired']);
    expect(waiting).toEqual([]);

    ends.whenEnded(caller, (why) => void ended.push(why));
    revoke();
    expect(ended).toEqual(['expired', 'revoked']);
    expect(waiting).toEqual([]);
  });

  it('is not waited for when the connection has ended by itself', () => {
    ends.whenEnded(caller, (why) => void ended.push(why))();
    expect(waiting).toEqual([]);
  });

  it('is its expiry where nothing reports revocations', () => {
    const cancel = new CredentialEnds({ at }).whenEnded(caller, (why) => void ended.push(why));
    expect(waiting).toEqual(['until 1900000000']);
    expire();
    expect(ended).toEqual(['expired']);
    expect(cancel).not.toThrow();
  });

  it('does not come for an anonymous caller', () => {
    ends.whenEnded(undefined, (why) => void ended.push(why));
    expect(waiting).toEqual([]);
  });
});
