import { type Attack, attackedGateways, attacksOn, EVIL, FLOOD, Orders, ran, tokenOf } from '../support/attacked-gateways.js';
import { startRestartable } from '../support/restartable-server.js';
import { createKey, mint } from '../support/tokens.js';
import { connect, refusalOf, SOCKET_ADAPTERS } from '../support/web-socket.js';

/** Attacks where the first message has the token. */
const FIRST: readonly Attack[] = [
  {
    name: 'a flood of messages before the token',
    reference: 'CWE-362, OWASP API4:2023',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      for (let index = 0; index < FLOOD; index++) client.send('place', index);
      const answers = new Set<string>();
      for (let index = 0; index < FLOOD; index++) answers.add(JSON.stringify(await client.next()));
      const admitted = await client.ask('authenticate', { token: await tokenOf('john') });
      client.close();
      return [[...answers].map((each) => JSON.parse(each)[1].code), admitted, ran];
    },
    expected: [['UNAUTHENTICATED'], ['authenticate', { status: 'ok' }], []],
  },
  {
    name: 'messages that race the token',
    reference: 'CWE-367',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      client.send('place', 'before');
      client.send('authenticate', { token: await tokenOf('john') });
      client.send('place', 'after');
      const answers = [await client.next(), await client.next(), await client.next()];
      client.close();
      return [answers.map(([event]) => event), ran];
    },
    expected: [['exception', 'authenticate', 'placed'], ['after']],
  },
  {
    name: 'a good token after a bad one, and a second one afterwards',
    reference: 'CWE-384',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      const bad = await client.ask('authenticate', { token: 'x' });
      const good = await client.ask('authenticate', { token: await tokenOf('john') });
      client.send('authenticate', { token: await tokenOf('eve') });
      const placed = await client.ask('place', 1);
      client.close();
      return [bad[0], good[0], placed];
    },
    expected: ['exception', 'authenticate', ['placed', 'john']],
  },
  {
    name: 'another site with the cookie of its visitor and a message without a token',
    reference: 'CWE-1385',
    async act(adapter, url) {
      const outcome = await refusalOf(adapter, url, { headers: { cookie: `token=${await tokenOf('john')}`, origin: EVIL } });
      return outcome === 'admitted' ? outcome : outcome.code;
    },
    expected: 'FORBIDDEN',
  },
];

describe.each(SOCKET_ADAPTERS)('attacks on gateways of %s whose first message has the token', (adapter) => {
  const start = attackedGateways(adapter);

  it.each(attacksOn(adapter, FIRST))(
    '$name ($reference)',
    async ({ act, expected }) => {
      const { url } = await start({ tokenFrom: [{ message: 'authenticate' }, { cookie: 'token' }] }, [Orders]);
      expect(await act(adapter, url)).toEqual(expected);
    },
    30_000,
  );

  if (adapter === 'socket.io')
    // A client that can be paused sends no more while its token is checked.
    it('more messages than are kept while the token is checked (CWE-770)', async () => {
      const issuer = await startRestartable(() => {
        // It never sends its keys: the check lasts until the end of the test.
      });
      const jwksConfig = { url: issuer.url, clientConfig: { allowHttp: true } };
      const { url } = await start({ tokenFrom: [{ message: 'authenticate' }] }, [Orders], { jwksConfig });
      const client = await connect(adapter, url);
      client.send('authenticate', { token: await mint(createKey('ES256')) });
      for (let index = 0; index < FLOOD; index++) client.send('place', index);
      const outcome = await Promise.race([client.ended.then(() => 'ended'), client.next()]);
      await issuer.stop();
      expect([outcome, ran]).toEqual(['ended', []]);
    }, 30_000);
});
