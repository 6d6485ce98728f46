import { present } from '../../../../lib/clock.js';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import type { IntrospectionAnswer } from '../../../../lib/strategies/oauth2-introspection/answer.js';
import { sharedAnswers } from '../../../../lib/strategies/oauth2-introspection/shared-answers.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { LocalState } from '../../../support/local-state.js';

const ACTIVE: IntrospectionAnswer = { active: true, claims: { active: true, sub: 'anne' } };

function instances(answer: IntrospectionAnswer = ACTIVE) {
  const clock = new FakeClock();
  const state = new LocalState(100, clock);
  const asked: string[] = [];
  const make = (name = 'sts') =>
    sharedAnswers(
      async (token) => {
        asked.push(token);
        return { answer, askedAt: present(clock) };
      },
      { state, name, activeLife: 60, inactiveLife: 10, clock },
    );
  return { make, asked, clock, state };
}

it('asks the endpoint once for all instances, and keeps the time of the question', async () => {
  const { make, asked, clock } = instances();
  await make()('token');
  clock.passes(30);
  const { answer, askedAt } = await make()('token');
  expect([answer, askedAt.wall, asked]).toEqual([ACTIVE, clock.now - 30_000, ['token']]);
});

it('asks again when the answer is old, and about other endpoints', async () => {
  const { make, asked, clock } = instances();
  await make()('token');
  await make('other')('token');
  clock.passes(60);
  await make()('token');
  expect(asked).toHaveLength(3);
});

it('keeps that a token is inactive for a shorter time', async () => {
  const { make, asked, clock } = instances({ active: false });
  await make()('token');
  expect((await make()('token')).answer).toEqual({ active: false });
  clock.passes(10);
  await make()('token');
  expect(asked).toHaveLength(2);
});

it('asks the endpoint where the shared state is away, or has something else', async () => {
  const { clock, asked } = instances();
  const away = async (): Promise<never> => {
    throw new AuthUnavailableError('away');
  };
  const ask = async (token: string) => {
    asked.push(token);
    return { answer: ACTIVE, askedAt: present(clock) };
  };
  const options = { name: 'sts', activeLife: 60, inactiveLife: 10, clock };
  const store = (get: () => Promise<string | null>) => ({ get, add: away, set: away, increment: away });
  for (const get of [
    away,
    async () => 'no JSON',
    async () => null,
    async () => '7',
    async () => '{"at":1,"answer":{"active":"true"}}',
    async () => 'null',
  ])
    expect((await sharedAnswers(ask, { ...options, state: store(get) })('token')).answer).toEqual(ACTIVE);
  expect(asked).toHaveLength(6);
});
