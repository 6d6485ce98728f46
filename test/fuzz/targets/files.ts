import { parseDeploymentToml } from '../../../lib/access-control/deployment-toml.js';
import { compileContext } from '../../../lib/access-control/pattern/context-pattern.js';
import { findTables } from '../../../lib/config/toml-tables.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { readUsers } from '../../../lib/strategies/basic/file/users-file.js';
import { UnusableHashError } from '../../../lib/strategies/basic/password/password-hash.js';
import { readStoredPassword } from '../../../lib/strategies/basic/password/stored-password.js';
import { subscriptionRequest } from '../../../lib/transport/graphql/subscription-request.js';
import { holds, type Target, unlessRefused } from '../target.js';

const SALT = 'c2FsdHNhbHRzYWx0';
const SCRYPT = `$scrypt$ln=10,r=8,p=1$${SALT}$${'A'.repeat(42)}8`;
const PATHS = ['/', '/a', '/api/users', '/api/users/7/keys', '/b.json', '/A', '/x/y/z'];

/** Reads a pattern, and compares it with JavaScript where that can be done. */
async function matchesAsJavaScript(source: string): Promise<boolean> {
  const pattern = await unlessRefused(() => compileContext(source, 'regex'), AuthConfigurationError);
  if (pattern === undefined) return false;
  // Without backtracking there is nothing that may take long: what JavaScript decides quickly is compared.
  if (source.length > 30 || /[*+}].*[*+}].*[*+}]/.test(source)) return true;
  const native = new RegExp(`^(?:${source})$`, 's');
  for (const path of PATHS) holds(pattern.matches(path) === native.test(path), `decides ${path} otherwise than JavaScript`);
  return true;
}

export const fileTargets: readonly Target[] = [
  {
    name: 'toml',
    seeds: [
      '[[resource.access_control]]\ncontext = "/api/*"\nsecure = true\nhttp_method = "GET, POST"\nscopes = ["a"]\n',
      '[resource_access_control]\ndefault_access_allow = true\n',
      '[[auth.users]]\nusername = "a"\npassword = "b"\n',
      '[resource]\naccess_control = [{context="/x", secured=false}]',
      '[[auth.apiKeys]]\nexpires = 2027-01-31\n',
    ],
    words: [
      '[[resource.access_control]]\n',
      '[auth]\n',
      '"""',
      "'''",
      ' = ',
      '\n',
      '\\u0000',
      '1979-05-27T07:32:00Z',
      '[',
      ']',
      '{',
      '}',
      '.',
      '__proto__',
      'inf',
      '0x',
    ],
    async check(input) {
      const text = input.toString('utf8');
      const deployment = await unlessRefused(() => parseDeploymentToml(text), AuthConfigurationError);
      const tables = await unlessRefused(
        () =>
          findTables(text, {
            file: 'f',
            places: [
              ['auth', 'users'],
              ['auth', 'apiKeys'],
            ],
            noun: 'user',
          }),
        AuthConfigurationError,
      );
      return deployment !== undefined || tables !== undefined;
    },
  },
  {
    name: 'users-file',
    seeds: [
      `[[auth.users]]\nusername = "a"\npassword = "${SCRYPT}"\nscopes = ["x"]\nroles = []\n`,
      '[[ballerina.auth.users]]\nusername = "b"\npassword = "plain-text-word"\n',
      '[[auth.users]]\nusername = "a:b"\npassword = ""\n',
    ],
    words: ['[[auth.users]]\n', 'username = ', 'password = ', '"', '\n', 'scopes = ["a"]', '__proto__', '\\u0000', '$scrypt$'],
    async check(input) {
      const text = input.toString('utf8');
      try {
        const users = await readUsers(text, { file: 'f', allowPlainText: true });
        holds(users.find('__proto__') === undefined || text.includes('__proto__'), 'has a user that nobody wrote');
        return true;
      } catch (error) {
        if (!(error instanceof AuthConfigurationError)) throw error;
        holds(!error.message.includes('plain-text-word'), 'shows a password');
        return false;
      }
    },
  },
  {
    name: 'password-hash',
    seeds: [
      SCRYPT,
      '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
      'plain',
    ],
    words: ['$scrypt$', '$argon2id$', '$2b$', 'ln=', 'm=', 't=', 'p=', '99999999999', '$', ',', '=', '\0'],
    async check(input) {
      const text = input.toString('utf8');
      await unlessRefused(() => readStoredPassword(text, true), UnusableHashError);
      const hash = await unlessRefused(() => readStoredPassword(text, false), UnusableHashError);
      if (hash !== undefined) holds(/^\$[a-z0-9]+\$/.test(text), 'takes plain text for a hash');
      return hash !== undefined;
    },
  },
  {
    name: 'glob',
    seeds: ['/api/*', '/api/**/keys', '**/x', '/a/*.json', '/', '/a*b*c*'],
    words: ['*', '**', '/', '/*', '/**/', '.', '?', '[', '\\'],
    async check(input) {
      const text = input.toString('utf8');
      const pattern = await unlessRefused(() => compileContext(text, 'glob'), AuthConfigurationError);
      for (const path of [...PATHS, text]) pattern?.matches(path);
      if (pattern !== undefined && !text.includes('*')) holds(pattern.matches(text), 'does not match itself');
      if (pattern !== undefined) holds(pattern.covers(pattern), 'does not cover itself');
      return pattern !== undefined;
    },
  },
  {
    name: 'regex-context',
    seeds: ['(.*)/api/(.*)', '/a(?!b).*', '/[a-z]{1,3}', '/(a|b)*c', '/\\w+\\.json'],
    words: ['(.*)', '(?=', '(?!', '[^', ']', '{1,3}', '\\d', '\\1', '(?<=', '|', '*?', '^', '$', '\\b', '(?i:'],
    check: (input) => matchesAsJavaScript(input.toString('utf8')),
  },
  {
    name: 'connection-params',
    seeds: [
      '{"authorization":"Bearer x"}',
      '{"Authorization":["a"],"headers":{"authorization":"x"}}',
      'null',
      '[]',
      '{"AUTHORIZATION":null}',
    ],
    words: ['"authorization":', '"Authorization":', 'null', '{', '}', '[', ']', '"', '__proto__', ','],
    check(input) {
      let given: unknown;
      try {
        given = JSON.parse(input.toString('utf8'));
      } catch {
        return false;
      }
      const { headers, rawHeaders } = subscriptionRequest({ headers: { host: 'a' }, rawHeaders: ['Host', 'a'] }, given);
      holds(
        Object.keys(headers).every((name) => ['host', 'authorization'].includes(name)),
        'takes another field than authorization',
      );
      holds(rawHeaders.every((each) => typeof each === 'string') && rawHeaders.length % 2 === 0, 'has fields that are no texts');
      return headers.authorization !== undefined;
    },
  },
];
