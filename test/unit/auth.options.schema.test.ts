import { AuthConfigurationError, type ConfigurationProblem } from 'nest-service-auth';
import { resolveOptions } from '../../lib/auth.options.schema.js';
import { originsOf } from '../../lib/http/origin.js';

describe('the options of the module', () => {
  it('have defaults', () => {
    expect(resolveOptions({})).toMatchObject({
      ...{ schemes: {}, defaultAuth: undefined, unannotated: 'error', roles: undefined, resourceAccessControl: undefined },
      ...{ realm: 'api', responseBody: 'json', principalProperty: 'user', trustedProxies: [] },
      ...{ publicUrl: [], allowedOrigins: [], maxTokenLength: 16_384 },
    });
  });

  it('give the origins from which a token in a cookie counts, as browsers write them', () => {
    const publicUrl = ['https://API.example.com:443/base/', 'http://localhost:3000'];
    const allowedOrigins = ['https://App.example.com', 'https://app.example.com:8443', 'capacitor://localhost', 'https://bücher.example'];
    expect(originsOf(resolveOptions({ publicUrl, allowedOrigins }))).toEqual([
      ...['https://api.example.com', 'http://localhost:3000', 'https://app.example.com', 'https://app.example.com:8443'],
      ...['capacitor://localhost', 'https://xn--bcher-kva.example'],
    ]);
    expect(originsOf(resolveOptions({ publicUrl: 'https://api.example.com' }))).toEqual(['https://api.example.com']);
    expect(originsOf(resolveOptions({}))).toEqual([]);
  });

  it('are not changed', () => {
    const options = Object.freeze({
      schemes: Object.freeze({ a: Object.freeze({ apiKeyConfig: Object.freeze({ keys: {} }) }) }),
      realm: 'shop',
    });
    expect(resolveOptions(options)).toMatchObject(options);
  });

  const unset = (what: string) =>
    `has no value: it must be ${what}. An environment variable may be missing. Leave the field out if it is not wanted.`;

  it.each<[unknown, string]>([
    [undefined, `AuthModule options: ${unset('an object')}`],
    [null, 'AuthModule options: must be an object, not null'],
    ['sts', 'AuthModule options: must be an object, not a string'],
    [[], 'AuthModule options: must be an object, not an empty list'],
    [{ scheme: {} }, 'AuthModule options.scheme: is not a known field. Did you mean "schemes"?'],
    [{ Realm: 'a' }, 'AuthModule options.Realm: is not a known field. Did you mean "realm"?'],
    [{ schemes: undefined }, `AuthModule options.schemes: ${unset('an object')}`],
    [{ schemes: [] }, 'AuthModule options.schemes: must be an object, not an empty list'],
    [{ schemes: { sts: undefined } }, `AuthModule options.schemes.sts: ${unset('an object')}`],
    [{ schemes: { sts: 'https://sts' } }, 'AuthModule options.schemes.sts: must be an object, not a string'],
    [{ schemes: { '': {} } }, 'AuthModule options.schemes.: must not be empty'],
    [{ defaultAuth: 'sts' }, 'AuthModule options.defaultAuth: must be a list of entries, or false'],
    [{ defaultAuth: undefined }, `AuthModule options.defaultAuth: ${unset('a list of entries, or false')}`],
    [{ unannotated: 'open' }, 'AuthModule options.unannotated: must be "error", "deny" or "allow"'],
    [{ roles: { admin: '/permission' } }, 'AuthModule options.roles.admin: must be a list, not a string'],
    [{ roles: { admin: [''] } }, 'AuthModule options.roles.admin[0]: must not be empty'],
    ...[
      'api.example.com',
      'ftp://api.example.com',
      'https://u:p@api.example.com',
      'https://api.example.com/?a=b',
      'https://a.example#b',
      '',
    ].map((publicUrl): [unknown, string] => [
      { publicUrl },
      'AuthModule options.publicUrl: must be an http: or https: URL without credentials, query and fragment, such as "https://api.example.com"',
    ]),
    [{ publicUrl: [] }, 'AuthModule options.publicUrl: must not be an empty list'],
    [{ publicUrl: 7 }, 'AuthModule options.publicUrl: must be a string, not a number'],
    ...['https://app.example.com/', 'app.example.com', '*', 'null', 'https://*.example.com', 'https://a.example, https://b.example'].map(
      (origin): [unknown, string] => [
        { allowedOrigins: [origin] },
        'AuthModule options.allowedOrigins[0]: must be one origin without a path, as browsers write it: "https://app.example.com"',
      ],
    ),
    [{ allowedOrigins: 'https://app.example.com' }, 'AuthModule options.allowedOrigins: must be a list, not a string'],
    [{ maxTokenLength: 0 }, 'AuthModule options.maxTokenLength: must be a number of characters, 1 or more'],
    [{ maxTokenLength: '16384' }, 'AuthModule options.maxTokenLength: must be a number, not a string'],
    [{ realm: '' }, 'AuthModule options.realm: must not be empty'],
    [{ realm: 'a"b' }, 'AuthModule options.realm: must be ASCII text without quotes, backslashes or control characters'],
    [{ realm: 'a\\b' }, 'AuthModule options.realm: must be ASCII text without quotes, backslashes or control characters'],
    [{ realm: 'a\r\nb' }, 'AuthModule options.realm: must be ASCII text without quotes, backslashes or control characters'],
    [{ realm: 'Zürich' }, 'AuthModule options.realm: must be ASCII text without quotes, backslashes or control characters'],
    [{ responseBody: 'xml' }, 'AuthModule options.responseBody: must be "json", "problem" or "empty"'],
    [{ principalProperty: '' }, 'AuthModule options.principalProperty: must not be empty'],
    [{ principalProperty: '__proto__' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: 'headers' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ explain: 'log' }, 'AuthModule options.explain: must be true, false or "body"'],
    [{ principalProperty: 'body' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: 'rawHeaders' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: 'client' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: 'ip' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: 'route' }, 'AuthModule options.principalProperty: is a built-in request property'],
    [{ principalProperty: Symbol('user') }, 'AuthModule options.principalProperty: must be a string, not a symbol'],
    [{ trustedProxies: '10.0.0.0/8' }, 'AuthModule options.trustedProxies: must be a list, not a string'],
    [
      { trustedProxies: ['10.0.0.1', 'proxy.internal'] },
      'AuthModule options.trustedProxies[1]: "proxy.internal" is not an IP address or a CIDR range, as 10.0.0.7, 10.0.0.0/8 or fd00::/8.',
    ],
    [{ resourceAccessControl: 'deployment.toml' }, 'AuthModule options.resourceAccessControl: must be { file } or { rules }'],
    [
      { resource: { url: 'http://api.example.com/mcp' } },
      'AuthModule options.resource.url: uses http: for another machine, so that requests and answers can be read and changed on the network. Use https:, or set allowHttp: true in clientConfig.',
    ],
    [
      { outgoing: { proxy: 'proxy.example.com' } },
      'AuthModule options.outgoing.proxy: must be the URL of a proxy that begins with http:// or https://, as http://proxy.example.com:3128.',
    ],
    [
      { realm: 5, responsBody: 'json', unannotated: 'never' },
      [
        'AuthModule options.unannotated: must be "error", "deny" or "allow"',
        'AuthModule options.realm: must be a string, not a number',
        'AuthModule options.responsBody: is not a known field. Did you mean "responseBody"?',
      ].join('\n'),
    ],
  ])('%p is a mistake with a place', (options, message) => {
    expect(() => resolveOptions(options)).toThrow(new AuthConfigurationError(message));
  });

  it('name a mistake for programs without the help that readers get', () => {
    const options = { resource: { url: 'http://api.example.com/mcp' }, outgoing: { proxy: 'proxy.example.com' } };
    expect(problemsOf(() => resolveOptions(options)).filter(({ message }) => message.includes('docs/errors.md'))).toEqual([]);
  });
});

function problemsOf(work: () => unknown): readonly ConfigurationProblem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.problems;
  }
  throw new Error('It did not throw a configuration error.');
}
