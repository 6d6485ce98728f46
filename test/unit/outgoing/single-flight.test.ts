import { SingleFlight } from '../../../lib/outgoing/single-flight.js';

describe('a single flight', () => {
  it('shares what is under way for one key, and nothing for another', async () => {
    const flights = new SingleFlight<number>();
    let started = 0;
    const start = async () => ++started;
    expect(await Promise.all([flights.run('a', start), flights.run('a', start), flights.run('b', start)])).toEqual([1, 1, 2]);
  });

  it('keeps no outcome, neither a value nor a failure', async () => {
    const flights = new SingleFlight<string>();
    await expect(flights.run('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await flights.run('a', async () => 'up')).toBe('up');
    expect(await flights.run('a', async () => 'again')).toBe('again');
  });
});
