import { AuthConfigurationError } from 'nest-service-auth';
import * as z from 'zod';
import { checkedBy, chosen, fields, listOf, optional, parseConfig, seconds, text, textOrTexts } from '../../../lib/config/schema.js';

const schema = fields(() => ({
  name: text,
  wait: optional(seconds),
  kind: optional(z.enum(['a', 'b'])),
  names: optional(textOrTexts),
  nested: optional(fields(() => ({ list: z.array(fields(() => ({ id: z.int() }))) }))),
  named: optional(z.record(text, seconds)),
}));
const missing = (what: string) => `has no value: it must be ${what}.`;
const unset = (what: string) => `${missing(what)} An environment variable may be missing. Leave the field out if it is not wanted.`;

describe('what is said of a value that does not fit', () => {
  it.each<[unknown, string]>([
    [undefined, unset('an object')],
    [null, 'must be an object, not null'],
    [7, 'must be an object, not a number'],
    [{}, `name: ${missing('a string')}`],
    [{ name: '' }, 'name: must not be empty'],
    [{ name: undefined }, `name: ${unset('a string')}`],
    [{ name: 5n }, 'name: must be a string, not a bigint'],
    [{ name: ['a'] }, 'name: must be a string, not a list'],
    [{ name: [], wait: '' }, 'name: must be a string, not an empty list\nwait: must be a number, not a string'],
    [{ name: '', wait: '5' }, 'name: must not be empty\nwait: must be a number, not a string'],
    [{ name: 'a', wait: undefined }, `wait: ${unset('a number')}`],
    [{ name: 'a', wait: '5' }, 'wait: must be a number, not a string'],
    [{ name: 'a', wait: [] }, 'wait: must be a number, not an empty list'],
    [{ name: 'a', wait: -1 }, 'wait: must be a number of seconds, 0 or more'],
    [{ name: 'a', wait: Number.NaN }, 'wait: must be a number, not NaN'],
    [{ name: 'a', wait: Number.POSITIVE_INFINITY }, 'wait: must be a number, not Infinity'],
    [{ name: 'a', kind: 'c' }, 'kind: must be "a" or "b"'],
    [{ name: 'a', names: [] }, 'names: must not be an empty list'],
    [{ name: 'a', names: 5 }, 'names: must be a string or a list of strings, not a number'],
    [{ name: 'a', nested: { list: [{ id: 1 }, { id: 1.5 }] } }, 'nested.list[1].id: must be a whole number, not a number'],
    [{ name: 'a', nested: {} }, `nested.list: ${missing('a list')}`],
    [{ name: 'a', nested: undefined }, `nested: ${unset('an object')}`],
    [{ name: 'a', nested: { list: [{ id: 1, di: 2 }] } }, 'nested.list[0].di: is not a known field. Did you mean "id"?'],
    [{ name: 'a', named: { '': 1 } }, 'named.: must not be empty'],
    [{ naem: 'a' }, `name: ${missing('a string')}\nnaem: is not a known field. Did you mean "name"?`],
    [
      { name: 'a', x: 1, y: 2 },
      ['x', 'y'].map((key) => `${key}: is not a known field. Known: name, wait, kind, names, nested, named.`).join('\n'),
    ],
    [
      JSON.parse('{ "name": "a", "__proto__": { "wait": 1 } }'),
      '__proto__: is not a known field. Known: name, wait, kind, names, nested, named.',
    ],
  ])('%p', (value, message) => {
    expect(() => parseConfig(schema, value)).toThrow(new AuthConfigurationError(message));
  });

  it.each<[z.ZodType, string]>([
    [z.literal('a'), 'must be "a"'],
    [z.enum(['a', 'b', 'c']), 'must be "a", "b" or "c"'],
    [z.literal(['a', false, 1]), 'must be "a", false or 1'],
  ])('lists what may stand there: %#', (choice, message) => {
    expect(() => parseConfig(choice, 'd')).toThrow(new AuthConfigurationError(message));
  });

  it('says of a missing value that it is missing, whatever the schema says otherwise', () => {
    const own = fields(() => ({
      key: optional(z.never({ error: 'must be a key' })),
      type: optional(z.never({ error: 'must be a class. Is it?' })),
      url: optional(z.never({ error: 'says what must be an address' })),
    }));
    expect(() => parseConfig(own, { key: undefined, type: undefined, url: undefined })).toThrow(
      new AuthConfigurationError(`key: has no value: it must be a key. An environment variable may be missing. Leave the field out if it is not wanted.
type: must be a class. Is it?
url: says what must be an address`),
    );
    expect(() => parseConfig(own, { key: null })).toThrow(new AuthConfigurationError('key: must be a key'));
    expect(() => parseConfig(z.never({ error: 'must be a key' }), undefined, 'schemes.a')).toThrow(`schemes.a: ${unset('a key')}`);
  });

  it('is said of a field in a place that is not there', () => {
    const own = z
      .looseObject({})
      .superRefine((_, context) => context.addIssue({ code: 'custom', path: ['a', 'b', 0], message: 'must be x' }));
    for (const value of [{}, { a: undefined }, { a: null }, { a: {} }, { a: 5 }])
      expect(() => parseConfig(own, value)).toThrow(new AuthConfigurationError('a.b[0]: must be x'));
  });

  it('is said below the place that the caller names', () => {
    expect(() => parseConfig(schema, { name: '' }, 'schemes.a')).toThrow(new AuthConfigurationError('schemes.a.name: must not be empty'));
    expect(() => parseConfig(text, '', 'schemes.a')).toThrow(new AuthConfigurationError('schemes.a: must not be empty'));
  });

  it('is about the schema that was chosen for the value', () => {
    const either = fields(() => ({
      way: chosen<unknown>((value) => (typeof value === 'string' ? text : fields(() => ({ id: seconds })))),
    }));
    expect(parseConfig(either, { way: 'a' })).toEqual({ way: 'a' });
    expect(() => parseConfig(either, { way: { di: 1 } })).toThrow(
      `way.id: ${missing('a number')}\nway.di: is not a known field. Did you mean "id"?`,
    );
  });
});

it('an empty list is reported, and an empty value of another type by its type alone', () => {
  const either = chosen<unknown>(() => fields(() => ({ list: listOf(text) })));
  for (const schema of [listOf(text), either])
    expect(() => parseConfig(schema, schema === either ? { list: '' } : '')).toThrow(/^(list: )?must be a list, not a string\n\[/);
  expect(() => parseConfig(listOf(text), [])).toThrow(new AuthConfigurationError('must not be an empty list'));
});

it('what fits is returned as it is', () => {
  const value = { name: 'a', wait: 0, kind: 'b', names: ['x'], nested: { list: [] }, named: { a: 1 } };
  expect(parseConfig(schema, value)).toEqual(value);
});

it('the schemas of fields are made when the first value is checked, and once', () => {
  let made = 0;
  const counted = fields(() => ({ id: optional(seconds), next: optional(z.unknown()), made: z.literal(++made) }));
  expect(made).toBe(0);
  expect(parseConfig(counted, { id: 1, made: 1 })).toEqual({ id: 1, made: 1 });
  expect(parseConfig(counted, { next: {}, made: 1 })).toEqual({ next: {}, made: 1 });
  expect(() => parseConfig(counted, { made: 2 })).toThrow('made: must be 1');
});

it('a field that is required and was left out is reported without the advice to leave it out', () => {
  const required = fields(() => ({ inner: fields(() => ({ id: seconds })), way: textOrTexts }));
  expect(() => parseConfig(required, {})).toThrow(
    new AuthConfigurationError(`inner: ${missing('an object')}\nway: ${missing('a string or a list of strings')}`),
  );
  expect(() => parseConfig(required, { inner: undefined, way: 'a' })).toThrow(new AuthConfigurationError(`inner: ${unset('an object')}`));
});

it('what makes something of a config is not called while one of its fields is unknown', () => {
  const doubled = fields(() => ({ id: seconds })).transform(({ id }) => {
    expect(id).toBe(2);
    return id * 2;
  });
  expect(() => parseConfig(doubled, { id: 1, di: 2 })).toThrow(new AuthConfigurationError('di: is not a known field. Did you mean "id"?'));
  expect(parseConfig(doubled, { id: 2 })).toBe(4);
});

it('what a check of its own throws is a mistake of the field, and another failure is none', () => {
  const defect = new TypeError('is not a function');
  const checked = fields(() => ({
    key: text.superRefine(
      checkedBy((key) => {
        if (key === 'broken') throw defect;
        if (key !== 'good') throw new AuthConfigurationError([{ path: 'elsewhere', message: 'is too short' }]);
      }),
    ),
  }));
  expect(parseConfig(checked, { key: 'good' })).toEqual({ key: 'good' });
  expect(() => parseConfig(checked, { key: 'bad' })).toThrow(new AuthConfigurationError('key: is too short'));
  expect(() => parseConfig(checked, { key: 'broken' })).toThrow(defect);
});
