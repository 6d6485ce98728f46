import { OAuth2IntrospectionStrategy } from '../../../lib/strategies/oauth2-introspection/oauth2-introspection.strategy.js';
import { prepare, TestHost } from './jwt/setup.js';

const jwt = (tokenFrom: unknown) => prepare({ signatureConfig: { secret: 's'.repeat(32) }, tokenFrom });
const introspection = async (tokenFrom: unknown) =>
  new OAuth2IntrospectionStrategy(new TestHost()).prepare({ url: 'http://localhost/introspect', tokenFrom } as never, 'idp');

describe.each([
  ['jwtValidatorConfig', jwt],
  ['oauth2IntrospectionConfig', introspection],
] as const)('tokenFrom of a %s', (_, make) => {
  it.each<[unknown, string]>([
    ['authorization', 'tokenFrom: must be a list, not a string'],
    [{ header: 'authorization' }, 'tokenFrom: must be a list, not an object'],
    [
      undefined,
      'tokenFrom: has no value: it must be a list. An environment variable may be missing. Leave the field out if it is not wanted.',
    ],
    [[], 'tokenFrom: must not be empty. Leave it out for the Authorization header field'],
    [['authorization'], 'tokenFrom[0]: must be { header: "…" } or { cookie: "…" }'],
    [
      [{ query: 'access_token' }],
      'tokenFrom[0]: is refused: tokens in a URL are kept in logs and histories. Use a header field or a cookie',
    ],
    [[{ header: 'a', cookie: 'b' }], 'tokenFrom[0]: has both a header and a cookie: write a source for each'],
    [[{ headers: 'a' }], 'tokenFrom[0].headers: is not a known field. Did you mean "header"?'],
    [[{ header: '' }], 'tokenFrom[0].header: must not be empty'],
    [[{ header: 'x jwt' }], 'tokenFrom[0].header: cannot be the name of a header field'],
    [[{ header: 'Cookie' }], 'tokenFrom[0].header: holds all cookies: write { cookie: "…" } with the name of yours'],
    [[{ cookie: 'a b' }], 'tokenFrom[0].cookie: cannot be the name of a cookie'],
    [[{ cookie: 'a=b' }], 'tokenFrom[0].cookie: cannot be the name of a cookie'],
    [[{ header: 'X-Jwt' }, { header: 'x-jwt' }], 'tokenFrom[1]: is a duplicate: remove one'],
    [[{ cookie: 'a' }, { header: 'a' }, { cookie: 'a' }], 'tokenFrom[2]: is a duplicate: remove one'],
  ])('%j stops the boot: %s', async (tokenFrom, message) => {
    await expect(make(tokenFrom)).rejects.toThrow(message);
  });

  it('may be a cookie and a header field of the same name', async () => {
    await expect(make([{ cookie: 'a' }, { header: 'a' }, { cookie: 'A' }])).resolves.toBeDefined();
  });
});
