import * as ldapts from 'ldapts';
import { DirectoryDownError, DirectoryTimeoutError } from '../../../../../lib/strategies/basic/ldap/directory-down.error.js';
import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';
import { eventually } from '../../../../support/eventually.js';
import { type LdapDirectory, startLdapDirectory } from '../../../../support/ldap-directory.js';
import { DIRECTORY_FACTS } from '../../../../support/ldap-facts.js';
import { openConnection as open } from './open-connection.js';

const { dn: READER, password: PASSWORD } = DIRECTORY_FACTS.adminBind;
const PPOLICY = '1.3.6.1.4.1.42.2.27.8.5.1';

describe('a bind', () => {
  let directory: LdapDirectory;
  let connection: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    directory = await startLdapDirectory();
    connection = await open(directory.url);
  });
  afterEach(async () => {
    connection.close();
    await directory.stop();
  });

  it.each([
    ['', 'x'],
    [READER, ''],
    ['', ''],
  ])('as %j with the password %j, which would be an anonymous bind, is not sent', async (name, password) => {
    expect(await connection.bind(name, password)).toBe('refused');
    expect(directory.binds).toEqual([]);
  });

  it('says yes or no', async () => {
    expect(await connection.bind(READER, PASSWORD)).toBe('accepted');
    expect(await connection.bind(READER, 'wrong')).toBe('refused');
  });

  it('is not sent on another connection when this one is gone', async () => {
    expect(connection.isOpen).toBe(true);
    directory.cut();
    await expect(connection.learnFeatures()).rejects.toMatchObject({ cause: expect.any(Error) });
    await expect(connection.bind(READER, PASSWORD)).rejects.toBeInstanceOf(DirectoryDownError);
    await expect(connection.bind(READER, PASSWORD)).rejects.toBeInstanceOf(DirectoryDownError);
    expect(connection.isOpen).toBe(false);
    expect(directory.connections).toBe(1);
    expect(directory.binds).toEqual([]);
  });

  it('is not repeated after a refusal, whatever was learned meanwhile: directories count the failures', async () => {
    const features = new DirectoryFeatures(() => undefined);
    const another = await open(directory.url, features);
    directory.misbehave = () => {
      features.learn('account', [PPOLICY]);
      return { code: 49 };
    };
    expect(await another.bind(READER, 'wrong')).toBe('refused');
    expect(directory.binds).toHaveLength(1);
    another.close();
  });

  it('is over when the connection is closed', async () => {
    connection.close();
    expect(connection.isOpen).toBe(false);
    await eventually(() => directory.openConnections === 0, 5);
  });

  it('says in a failure what happened, and never what the server wrote', async () => {
    for (const code of [51, 80]) {
      directory.misbehave = (operation) => (operation === 'bind' ? { code } : undefined);
      const failure = await connection.bind(READER, PASSWORD).catch((error: Error) => error);
      expect(failure).toMatchObject({ message: expect.stringContaining(`result code ${code}`) });
      expect((failure as Error).message).not.toContain('as the test wants it');
      expect((failure as Error).cause).toBeInstanceOf(ldapts.ResultCodeError);
    }
  });
});

describe('a connection that is bound', () => {
  const ALICE = DIRECTORY_FACTS.entries.find(({ uid }) => uid === 'alice')?.dn ?? '';
  let directory: LdapDirectory;
  let connection: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    directory = await startLdapDirectory();
    connection = await open(directory.url, undefined, 0.3);
    await connection.bind(READER, PASSWORD);
  });
  afterEach(async () => {
    connection.close();
    await directory.stop();
  });

  it('reads one entry, if it fits the filter and is there', async () => {
    expect(await connection.read(ALICE, { filter: '(uid=alice)' })).toMatchObject({ dn: ALICE, uid: 'alice' });
    expect(await connection.read(ALICE, { filter: '(uid=nobody)' })).toBeUndefined();
    expect(await connection.read('uid=nobody,ou=Users,dc=avix,dc=lk', { filter: '(uid=nobody)' })).toBeUndefined();
  });

  it.each([32, 50])('takes the code %i for an entry that is not shown', async (code) => {
    directory.misbehave = () => ({ code });
    expect(await connection.read(ALICE, {})).toBeUndefined();
  });

  it.each([51, 80, 'hang-up', 'silent'] as const)('does not take %s for one', async (how) => {
    directory.misbehave = () => (typeof how === 'string' ? how : { code: how });
    await expect(connection.read(ALICE, {})).rejects.toMatchObject({
      message: expect.stringMatching(/does not answer a search|took more/),
    });
  });

  it('gives the whole result of a search or none', async () => {
    const search = () => connection.search('ou=Users,dc=avix,dc=lk', { filter: '(uid=alice)' });
    expect(await search()).toEqual([expect.objectContaining({ dn: ALICE })]);
    directory.misbehave = () => ({ code: 32 });
    await expect(search()).rejects.toThrow('The directory does not answer a search: NoSuchObjectError (result code 32).');
  });

  it('is given up when no answer comes in time', async () => {
    directory.misbehave = () => 'silent';
    const failure = await connection.bind(READER, PASSWORD).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(DirectoryTimeoutError);
    expect(failure).toMatchObject({ message: expect.stringContaining('A bind took more than 0.3 s') });
    expect(connection.isOpen).toBe(false);
  });
});
