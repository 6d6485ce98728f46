import { inspect } from 'node:util';
import { objectTable } from '../../lib/object-table.js';

describe('a table of objects', () => {
  it('has one value for each key, the last that was given', () => {
    const table = objectTable<object, string>();
    const [one, other] = [{}, []];
    table.set(one, 'first');
    table.set(one, 'second');
    expect([table.get(one), table.get(other)]).toEqual(['second', undefined]);
  });

  it('has nothing of another table', () => {
    const [table, other] = [objectTable<object, string>(), objectTable<object, string>()];
    const key = {};
    table.set(key, 'a');
    expect(other.get(key)).toBeUndefined();
    other.set(key, 'b');
    expect(table.get(key)).toBe('a');
  });

  it('has a value for a key that is frozen, and for one that is frozen later', () => {
    const table = objectTable<object, string>();
    const [frozen, later] = [Object.freeze({}), {}];
    table.set(frozen, 'a');
    table.set(later, 'b');
    Object.freeze(later);
    expect([table.get(frozen), table.get(later)]).toEqual(['a', 'b']);
    table.set(later, 'c');
    expect(table.get(later)).toBe('c');
  });

  it('shows a value in no copy, no list of properties and no log', () => {
    const table = objectTable<object, string>();
    const key = { name: 'key' };
    table.set(key, 'secret');
    expect([table.get({ ...key }), table.get(structuredClone(key)), table.get(Object.create(key))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([Reflect.ownKeys(key), JSON.stringify(key), inspect(key, { showHidden: true })].join()).not.toContain('secret');
    expect(Reflect.ownKeys(key)).toEqual(['name']);
  });
});
