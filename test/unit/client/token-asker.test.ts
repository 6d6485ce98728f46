import { askerOf } from '../../../lib/client/token-asker.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTokenEndpoint, failureOf } from './setup.js';

it('an error that is no answer of a token endpoint is given as it is', async () => {
  const mistake = new RangeError('a mistake in the code');
  const location = { name: new URL('https://idp.example/token'), locate: () => Promise.reject(mistake), close: async () => undefined };
  const endpoint = { location, client: new FakeTokenEndpoint().createClient(), sign: () => undefined };
  const ask = askerOf('inventory', endpoint as never, { clock: new FakeClock(), warn: () => undefined } as never);
  expect(await failureOf(ask({ type: 'client_credentials', parameters: [] }))).toBe(mistake);
});
