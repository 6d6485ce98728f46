import { AuthConfigurationError } from '../../../../../lib/errors.js';
import { readUsers } from '../../../../../lib/strategies/basic/file/users-file.js';

const read = (text: string, allowPlainText = true) => readUsers(text, { file: 'Config.toml', allowPlainText });

async function problemsOf(text: string, allowPlainText = true): Promise<string[]> {
  const error = await read(text, allowPlainText).catch((reason: unknown) => reason);
  if (!(error instanceof AuthConfigurationError)) throw new Error(`no configuration error: ${String(error)}`);
  return error.problems.map(({ message }) => message);
}

describe('a file of users', () => {
  it('decides by its passwords, which no caller knows, whose hash is computed for an unknown name', async () => {
    const drawn = async (passwords: readonly string[]) => {
      const users = await read(passwords.map((each, index) => `[[auth.users]]\nusername = "u${index}"\npassword = "${each}"\n`).join(''));
      return Array.from({ length: 64 }, (_, name) => users.standIn(`nobody ${name}`)?.user.username).join();
    };
    expect(await drawn(['a1', 'a2'])).toBe(await drawn(['a1', 'a2']));
    expect(await drawn(['b1', 'b2'])).not.toBe(await drawn(['a1', 'a2']));
  });

  it('may hold them where Ballerina has them, and in a shorter place', async () => {
    const users = await read(`
      title = "everything else in the file is not read"
      [[ballerina.auth.users]]
      username = "alice"
      password = "a"
      scopes = ["read", "write"]
      [[auth.users]]
      username = "bob"
      password = "b"
      roles = ["clerk"]
      [ballerina.http]
      port = 1
    `);
    expect(users.size).toBe(2);
    expect(users.find('alice')?.user).toMatchObject({ username: 'alice', scopes: ['read', 'write'], roles: [] });
    expect(users.find('bob')?.user).toMatchObject({ username: 'bob', scopes: [], roles: ['clerk'] });
    expect(users.find('Alice')).toBeUndefined();
    expect(users.find('__proto__')).toBeUndefined();
  });

  it('may write them as an inline list', async () => {
    const users = await read(`auth.users = [{ username = "alice", password = "a" }]`);
    expect(users.find('alice')).toBeDefined();
  });

  it('gives a user another version when anything of it changes, and only then', async () => {
    const versionOf = async (fields: string) =>
      (await read(`[[auth.users]]\nusername = "alice"\n${fields}`)).find('alice')?.user.version ?? '';
    const version = await versionOf('password = "a"');
    expect(await versionOf('\npassword = "a" # the same')).toBe(version);
    for (const other of ['password = "b"', 'password = "a"\nscopes = ["x"]', 'password = "a"\nroles = ["x"]'])
      expect(await versionOf(other)).not.toBe(version);
  });

  it('lets an unknown name stand for one and the same user every time, and all users be stood for', async () => {
    const users = await read(['a', 'b', 'c'].map((name) => `[[auth.users]]\nusername = "${name}"\npassword = "x"\n`).join(''));
    const drawn = new Set(Array.from({ length: 200 }, (_, index) => users.standIn(`nobody ${index}`)));
    expect(drawn.size).toBe(3);
    expect(users.standIn('nobody')).toBe(users.standIn('nobody'));
  });

  it('lets an unknown name stand for the same hash in every process that reads the users, in whatever order', async () => {
    const entries = Array.from({ length: 8 }, (_, each) => `[[auth.users]]\nusername = "u${each}"\npassword = "p${each}"\n`);
    const [one, other] = [await read(entries.join('')), await read([...entries].reverse().join(''))];
    for (let each = 0; each < 100; each++)
      expect(other.standIn(`nobody ${each}`)?.user.username).toBe(one.standIn(`nobody ${each}`)?.user.username);
  });

  it('lets hashes of two kinds be stood for as often as they are there', async () => {
    const kind = (name: string, count: number) =>
      Array.from({ length: count }, (_, each) => `[[auth.users]]\nusername = "${name}${each}"\npassword = "${name}-${each}"\n`).join('');
    const users = await read(kind('slow', 15) + kind('fast', 5));
    const drawn = Array.from({ length: 2000 }, (_, each) => users.standIn(`nobody ${each}`)?.user.username.slice(0, 4));
    expect(drawn.filter((each) => each === 'fast').length / drawn.length).toBeCloseTo(0.25, 1);
  });

  it('lets few names stand for another kind after an edit', async () => {
    const entry = (name: string) => `[[auth.users]]\nusername = "${name}"\npassword = "${name}"\n`;
    const names = Array.from({ length: 40 }, (_, each) => `${each % 2 === 0 ? 'slow' : 'fast'}${each}`);
    const [before, after] = [await read(names.map(entry).join('')), await read([...names, 'slow-new'].map(entry).join(''))];
    const kindOf = (users: typeof before, each: number) => users.standIn(`nobody ${each}`)?.user.username.slice(0, 4);
    const changed = Array.from({ length: 1000 }, (_, each) => kindOf(before, each) !== kindOf(after, each)).filter(Boolean);
    expect(changed.length).toBeLessThan(50);
  });
});

describe('a mistake in a file of users', () => {
  it('of syntax is told with the line and the column, and without the text', async () => {
    const [message] = await problemsOf('[[auth.users]]\nusername = "alice"\npassword = "geheim" x\n');
    expect(message).toMatch(/^Config\.toml:3:\d+: is not TOML: each key-value/);
    expect(message).not.toContain('geheim');
  });

  it.each([
    ['a missing password', 'username = "a"', 'Config.toml:3: auth.users[0].password has no value'],
    ['an empty password', 'username = "a"\npassword = ""', 'Config.toml:5: auth.users[0].password must not be empty'],
    ['a number for a password', 'username = "a"\n\npassword = 1', 'Config.toml:6: auth.users[0].password must be a string, not a number'],
    ['a missing name', 'password = "a"', 'Config.toml:3: auth.users[0].username has no value'],
    ['a name with a colon', 'username = "a:b"\npassword = "a"', 'Config.toml:4: auth.users[0].username must have no colon'],
    [
      'a name with a control character',
      'username = "a\\u0000"\npassword = "a"',
      'Config.toml:4: auth.users[0].username must have no colon',
    ],
    ['scopes that are no list', 'username = "a"\npassword = "a"\nscopes = "x"', 'Config.toml:6: auth.users[0].scopes must be a list'],
    [
      'a scope that is no string',
      'username = "a"\npassword = "a"\nscopes = ["x", 1]',
      'Config.toml:6: auth.users[0].scopes[1] must be a string',
    ],
    [
      'a field that is not known',
      'username = "a"\npassword = "a"\n"scope" = ["x"]',
      'Config.toml:6: auth.users[0].scope is not a known field. Did you mean "scopes"?',
    ],
  ])('is told with the file, the line and the field: %s', async (_, fields, expected) => {
    const [message] = await problemsOf(`# users\n\n[[auth.users]]\n${fields}\n`);
    expect(message?.startsWith(expected)).toBe(true);
  });

  it('names the entry that it is in, in either place', async () => {
    const problems = await problemsOf(
      '[[ auth . "users" ]]\nusername = "a"\npassword = "x"\n[[ballerina.auth.users]]\nusername = "b"\npassword = "x"\n[[ballerina.auth.users]]\nusername = "c"\n',
    );
    expect(problems).toEqual([expect.stringMatching(/^Config\.toml:7: ballerina\.auth\.users\[1\]\.password has no value/)]);
  });

  it('is told without a line where an entry has none', async () => {
    const [message] = await problemsOf('auth.users = [{ username = "a" }]');
    expect(message).toMatch(/^Config\.toml: auth\.users\[0\]\.password has no value/);
  });

  it('may be a name that is there twice, also in the other place', async () => {
    const problems = await problemsOf(
      '[[auth.users]]\nusername = "a"\npassword = "x"\n[[ballerina.auth.users]]\nusername = "a"\npassword = "y"\n',
    );
    expect(problems).toEqual(['Config.toml:2: auth.users[0].username "a" is there already: a name belongs to one user']);
  });

  it('may be one table where a list belongs', async () => {
    expect(await problemsOf('[auth.users]\nusername = "a"\n')).toEqual([
      'Config.toml: auth.users must be a list of tables: begin each user with [[auth.users]]',
    ]);
  });

  it('may be a password that is no hash: every one is told, none repeated', async () => {
    const problems = await problemsOf(
      '[[auth.users]]\nusername = "a"\npassword = "geheim1"\n[[auth.users]]\nusername = "b"\npassword = "geheim2"\n',
      false,
    );
    expect(problems.map((message) => message.slice(0, 40))).toEqual([
      'Config.toml:3: auth.users[0].password is',
      'Config.toml:6: auth.users[1].password is',
    ]);
    expect(problems.join()).not.toContain('geheim');
  });
});
