import type { SharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { sharedNonces } from '../../../lib/shared-state/shared-nonces.js';
import { LocalState } from '../../support/local-state.js';

const away: Pick<SharedState, 'get' | 'set'> = {
  get: async () => Promise.reject(new AuthUnavailableError('away')),
  set: async () => Promise.reject(new AuthUnavailableError('away')),
};

describe('a nonce in the shared state', () => {
  it('of one instance is known to another, and no other nonce is', async () => {
    const state = new LocalState();
    sharedNonces(state).keep('n', 60);
    const other = sharedNonces(state);
    expect([await other.knows('n'), await other.knows('m'), await other.knows('')]).toEqual([true, false, false]);
  });

  it('is unknown where the store answers null', async () => {
    expect(await sharedNonces({ ...away, get: async () => null }).knows('n')).toBe(false);
  });

  it('cannot be found out while the state is away, unless this process may decide: then it is unknown', async () => {
    await expect(sharedNonces(away).knows('n')).rejects.toThrow(AuthUnavailableError);
    await expect(sharedNonces(away, 'refuse').knows('n')).rejects.toThrow(AuthUnavailableError);
    expect(await sharedNonces(away, 'local').knows('n')).toBe(false);
  });

  it('that cannot be kept while the state is away disturbs nobody', async () => {
    expect(sharedNonces(away).keep('n', 60)).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
