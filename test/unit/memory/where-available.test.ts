import { AuthUnavailableError } from 'nest-service-auth';
import { whereAvailable } from '../../../lib/memory/where-available.js';

describe('a question that may go without an answer', () => {
  it('has its answer, and another one only where what is asked is unavailable', async () => {
    const unavailable = new AuthUnavailableError('no answer in time');
    expect(await whereAvailable(async () => 'answer', 'other')).toBe('answer');
    expect(await whereAvailable(() => Promise.reject(unavailable), 'other')).toBe('other');
  });

  it('fails with any other error', async () => {
    await expect(whereAvailable(() => Promise.reject(new TypeError('defect')), 'other')).rejects.toThrow(new TypeError('defect'));
  });
});
