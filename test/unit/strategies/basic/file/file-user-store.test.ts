import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileUserStore } from '../../../../../lib/strategies/basic/file/file-user-store.js';
import { HashQueue } from '../../../../../lib/strategies/basic/password/hash-queue.js';
import { eventually } from '../../../../support/eventually.js';

const user = (name: string, password: string, more = '') => `[[auth.users]]\nusername = "${name}"\npassword = "${password}"\n${more}\n`;

/** Lets every password be tried. */
const anybody = () => Promise.resolve(true);

/** Replaces a file at once: a reader sees the old text or the new one, never half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('the store of a file', () => {
  let directory: string;
  let path: string;
  let store: FileUserStore | undefined;
  let warnings: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'users-'));
    path = join(directory, 'Config.toml');
    warnings = [];
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
    await rm(directory, { recursive: true });
  });

  const open = async (file = path) => {
    const host = { warn: (message: string) => void warnings.push(message) };
    store = await FileUserStore.open({ path: file, allowPlainText: true, queue: new HashQueue(), host, interval: 10 });
    return store;
  };
  const admits = async (name: string, password: string) => (await store?.verify(name, password, anybody)) !== 'refused';
  const looks = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 15));

  it('knows its users and their passwords', async () => {
    await writeFile(path, user('alice', 'geheim', 'scopes = ["read"]'));
    await open();
    expect(await store?.verify('alice', 'geheim', anybody)).toMatchObject({ username: 'alice', scopes: ['read'] });
    expect(await store?.verify('alice', 'falsch', anybody)).toBe('refused');
    expect(await store?.verify('mallory', 'geheim', anybody)).toBe('refused');
  });

  it('does for an unknown user the work that it does for a known one', async () => {
    await writeFile(path, user('alice', 'geheim'));
    let work = 0;
    class CountingQueue extends HashQueue {
      override run<T>(each: () => T | Promise<T>): Promise<T> {
        work++;
        return super.run(each);
      }
    }
    const host = { warn: () => undefined };
    store = await FileUserStore.open({ path, allowPlainText: true, queue: new CountingQueue(), host });
    await store.verify('alice', 'falsch', anybody);
    expect(work).toBe(1);
    await store.verify('mallory', 'falsch', anybody);
    expect(work).toBe(2);
  });

  it.each([
    ['is not there', undefined, /^path: cannot read the file ".*Config\.toml": there is no such file\.$/m],
    ['has no users', '[auth]\n', /Config\.toml has no users: it needs \[\[ballerina\.auth\.users\]\]/],
    ['has a mistake', user('a:b', 'x'), /Config\.toml:2: auth\.users\[0\]\.username/],
  ])('does not open a file that %s', async (_, text, message) => {
    if (text !== undefined) await writeFile(path, text);
    await expect(open()).rejects.toThrow(message);
  });

  it('does not open a directory', async () => {
    await expect(open(directory)).rejects.toThrow(/: it is a directory\.$/m);
  });

  it('reads the file again when it is written over', async () => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    await writeFile(path, user('alice', 'anders'));
    await eventually(() => admits('alice', 'anders'));
    expect(await admits('alice', 'geheim')).toBe(false);
  });

  it('reads the file again when another is renamed onto it, as editors do', async () => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    for (const name of ['bob', 'carol']) {
      await writeFile(`${path}.new`, user(name, 'geheim'));
      await rename(`${path}.new`, path);
      await eventually(() => admits(name, 'geheim'));
    }
    expect(await admits('alice', 'geheim')).toBe(false);
  });

  it('reads the file again when a symbolic link is turned, as Kubernetes does', async () => {
    for (const name of ['alice', 'bob']) await writeFile(join(directory, name), user(name, 'geheim'));
    await symlink('alice', join(directory, '..data'));
    await symlink('..data', path);
    await open();
    expect(await admits('bob', 'geheim')).toBe(false);
    await symlink('bob', join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    await eventually(() => admits('bob', 'geheim'));
  });

  it('tells that a user has changed or gone, and not that another has', async () => {
    await writeFile(path, user('alice', 'a') + user('bob', 'b') + user('carol', 'c'));
    await open();
    const [alice, bob, carol] = await Promise.all([
      store?.verify('alice', 'a', anybody),
      store?.verify('bob', 'b', anybody),
      store?.verify('carol', 'c', anybody),
    ]);
    await writeFile(path, user('alice', 'a', 'scopes = ["more"]') + user('bob', 'b'));
    await eventually(async () => !(await admits('carol', 'c')));
    const isCurrent = (each: typeof alice) => typeof each === 'object' && store?.isCurrent(each);
    expect([isCurrent(alice), isCurrent(bob), isCurrent(carol)]).toEqual([false, true, false]);
  });

  it('keeps the users of before when the file is broken, says so once, and takes the next good one', async () => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    await replaceFile(path, `${user('alice', 'anders')}oops`);
    await eventually(() => warnings.length > 0);
    await looks(5);
    expect(warnings).toEqual([
      expect.stringMatching(/^The users stay as they were: .*Config\.toml was changed and cannot be used\.\n.*:5:1: is not TOML/s),
    ]);
    expect(warnings.join()).not.toContain('anders');
    expect(await admits('alice', 'geheim')).toBe(true);
    await replaceFile(path, user('alice', 'anders'));
    await eventually(() => admits('alice', 'anders'));
    expect(warnings.slice(1)).toEqual([`The users are those of ${path} again.`]);
  });

  it.each([
    ['is gone', () => unlink(path), /there is no such file/],
    ['is empty, as while it is being written', () => writeFile(path, ''), /is empty/],
  ])('keeps the users of before when the file %s', async (_, spoil, message) => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    await spoil();
    await eventually(() => warnings.length > 0);
    await looks(5);
    expect(warnings).toEqual([expect.stringMatching(message)]);
    expect(await admits('alice', 'geheim')).toBe(true);
  });

  it('refuses no login when it is closed, and says when to come again: those that wait for their turn, and those that come', async () => {
    await writeFile(path, user('alice', 'geheim'));
    let isHeld = true;
    class HeldQueue extends HashQueue {
      override run<T>(work: () => T | Promise<T>, owner?: unknown): Promise<T> {
        return isHeld ? super.run(() => new Promise<never>(() => undefined), owner) : super.run(work, owner);
      }
    }
    store = await FileUserStore.open({ path, allowPlainText: true, queue: new HeldQueue(1), host: { warn: () => undefined } });
    void store.verify('alice', 'geheim', anybody);
    await new Promise((resolve) => setImmediate(resolve));
    isHeld = false;
    const waiting = store.verify('alice', 'geheim', anybody);
    await new Promise((resolve) => setImmediate(resolve));
    store.close();
    await expect(waiting).rejects.toMatchObject({ message: 'The application is closing.', retryAfter: 1 });
    await expect(store.verify('alice', 'geheim', anybody)).rejects.toMatchObject({ message: 'The application is closing.', retryAfter: 1 });
  });

  it('tries no password that may not be tried', async () => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    const asked: string[] = [];
    const nobody = async (account: string) => {
      asked.push(account);
      return false;
    };
    for (const name of ['alice', 'mallory']) expect(await store?.verify(name, 'geheim', nobody)).toBe('refused');
    expect(asked).toEqual(['alice', 'mallory']);
  });

  it('admits no user, and reports it, when the last user was removed', async () => {
    await writeFile(path, user('alice', 'geheim'));
    await open();
    await writeFile(path, '# nobody\n');
    await eventually(async () => !(await admits('alice', 'geheim')));
    expect(warnings).toEqual([expect.stringContaining('no user can log in')]);
  });
});
