import type { FailedLoginLimiter } from '../../../../lib/strategies/basic/login-limiter.js';

export async function fail(limiter: FailedLoginLimiter, attempter: { username: string; address: string | undefined }, times: number) {
  const waits: number[] = [];
  for (let each = 0; each < times; each++) {
    const attempt = await limiter.begin(attempter);
    waits.push(typeof attempt === 'number' ? Math.ceil(attempt) : 0);
  }
  return waits;
}

export async function succeed(limiter: FailedLoginLimiter, attempter: { username: string; address: string | undefined }) {
  const attempt = await limiter.begin(attempter);
  if (typeof attempt === 'number') return attempt;
  await attempt.succeeded();
  return 0;
}
