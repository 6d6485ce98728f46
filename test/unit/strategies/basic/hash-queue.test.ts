import { AuthUnavailableError } from '../../../../lib/errors.js';
import { HashQueue } from '../../../../lib/strategies/basic/password/hash-queue.js';

const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Work that is done when it is told to be. */
function controlled(count: number) {
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const work = Array.from({ length: count }, (_, index) => () => {
    started.push(index);
    return new Promise<number>((resolve) => {
      finish[index] = () => resolve(index);
    });
  });
  return { started, finish, work };
}

describe('the queue of logins', () => {
  it('works on a few at a time, in the order they came', async () => {
    const queue = new HashQueue(2, 10);
    const { started, finish, work } = controlled(4);
    const done = work.map((each) => queue.run(each));
    await turns();
    expect(started).toEqual([0, 1]);
    finish[1]?.();
    await turns();
    expect(started).toEqual([0, 1, 2]);
    finish[0]?.();
    finish[2]?.();
    await turns();
    finish[3]?.();
    expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
  });

  it('says at once that it could not find out when too many wait, and when to come again', async () => {
    const queue = new HashQueue(1, 1);
    const { finish, work } = controlled(2);
    const done = work.map((each) => queue.run(each));
    const error = await queue.run(() => 'never').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthUnavailableError);
    expect((error as AuthUnavailableError).retryAfter).toBe(1);
    await turns();
    finish[0]?.();
    await turns();
    finish[1]?.();
    await Promise.all(done);
    expect(await queue.run(() => 'again')).toBe('again');
  });

  it('refuses at once what waits for an owner that gives up, and not what waits for another', async () => {
    const queue = new HashQueue(1, 10);
    const { started, finish, work } = controlled(4);
    const [one, other] = [{}, {}];
    const [running, waiting, elsewhere, last] = work.map((each, index) => queue.run(each, index === 2 ? other : one));
    await turns();
    queue.abandon(one);
    await expect(waiting).rejects.toMatchObject({ message: 'The application is closing.', retryAfter: 1 });
    await expect(last).rejects.toThrow(AuthUnavailableError);
    finish[0]?.();
    expect(await running).toBe(0);
    await turns();
    finish[2]?.();
    expect(await elsewhere).toBe(2);
    expect(started).toEqual([0, 2]);
  });

  it('goes on when a piece of work fails', async () => {
    const queue = new HashQueue(1, 5);
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(() => 'next');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });
});
