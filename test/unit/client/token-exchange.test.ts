import { failureOf, json, workshop } from './setup.js';

const TOKENS = { tokenUrl: 'https://sts.example/token', clientId: 'gateway', clientSecret: 'hunter2' };
const ALICE = { headers: { authorization: 'Bearer alice' }, rawHeaders: ['Authorization', 'Bearer alice'] };

describe('the exchange of a caller’s token', () => {
  let work: ReturnType<typeof workshop>;
  beforeEach(() => {
    work = workshop();
  });
  afterEach(() => work.close());

  const exchanging = async (more: object = {}) => {
    const auth = { oauth2TokenExchangeGrantConfig: { ...TOKENS, ...more } };
    return (await work.client({ allowedOrigins: [], auth })).onBehalfOf(ALICE);
  };

  it('asks for nothing that the config does not name', async () => {
    await (await exchanging()).rpcHeaders();
    expect(work.endpoint.asked.map(({ form }) => form)).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: 'alice',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      },
    ]);
  });

  it('is made once for as long as the new token lives where the config sets no limit (-1)', async () => {
    const gateway = await exchanging({ cacheConfig: { defaultMaxAge: -1 } });
    await gateway.rpcHeaders();
    work.clock.passes(569);
    await gateway.rpcHeaders();
    expect(work.endpoint.asked).toHaveLength(1);
    work.clock.passes(1);
    await gateway.rpcHeaders();
    expect(work.endpoint.asked).toHaveLength(2);
  });

  it('that is refused is reported with the status of the answer', async () => {
    work.endpoint.answer = () => json({ error: 'invalid_grant' }, 400);
    const { message } = await failureOf((await exchanging()).rpcHeaders());
    expect(message).toBe(
      'AuthClient "inventory": the token endpoint https://sts.example/token refuses a token (invalid_grant). The answer: status 400.',
    );
  });
});
