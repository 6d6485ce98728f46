import * as z from 'zod';
import { fields, optional, text } from '../../../lib/config/schema.js';
import { checkTable, findTables } from '../../../lib/config/toml-tables.js';
import { type ConfigurationProblem } from '../../../lib/errors.js';

const user = fields(() => ({ name: text, scopes: optional(z.array(text)), password: text }));

/** The mistakes of the users in a file, each without its reason. */
const placesIn = (source: string, schema: z.ZodType = user): string[] => {
  const problems: ConfigurationProblem[] = [];
  for (const table of findTables(source, { file: 'F', places: [['users']], noun: 'user' })) checkTable(table, schema, problems);
  expect(problems.every(({ path }) => path === 'path')).toBe(true);
  return problems.map(({ message }) => message.replace(/ (has|must) .*/s, ''));
};

describe('the line of a mistake in a table', () => {
  it.each<[string, string, string[]]>([
    ['is that of the field, with any blanks', 'name="a"\n  password   =   5', ['F:3: users[0].password']],
    ['is that of the field without blanks, which may be the last one of the file', 'name = "a"\npassword=5', ['F:3: users[0].password']],
    ['is that of the field below a list', 'name = "a"\nscopes=["x"]\npassword = 5', ['F:4: users[0].password']],
    ['is that of the field, not of a comment', 'name = "a"\n# password = "x"\npassword = 5', ['F:4: users[0].password']],
    ['is that of the list with the entry', 'name = "a"\npassword = "x"\nscopes = ["x", 1]', ['F:4: users[0].scopes[1]']],
    ['is that of the table where the field is missing', 'name = "a"', ['F:1: users[0].password']],
    ['is not in the next table', 'name = "a"\n[[users]]\nname = "b"\npassword = 5', ['F:1: users[0].password', 'F:5: users[1].password']],
    ['is not in an indented table', 'name = "a"\n  [[users]]\n  name = "b"\n  password = "x"', ['F:1: users[0].password']],
    ['is not in a table of others', 'name = "a"\n[other]\npassword = "x"', ['F:1: users[0].password']],
  ])('%s', (_, rest, places) => {
    expect(placesIn(`[[users]]\n${rest}`)).toEqual(places);
    expect(placesIn(`[[users]]\r\n${rest.replaceAll('\n', '\r\n')}\r\n`)).toEqual(places);
  });

  it('is left out where it cannot be known', () => {
    expect(placesIn('[[users]]\nname = """\n[[users]]\n"""\npassword = 5\n')).toEqual(['F: users[0].password']);
    expect(placesIn('users = [{ name = "a" }]\n')).toEqual(['F: users[0].password']);
  });
});

it('a mistake of a whole table names no field', () => {
  expect(placesIn('users = [1]')).toEqual(['F: users[0]']);
  const pair = z.looseObject({}).refine(() => false, 'must have a name or a number');
  expect(placesIn('# users\n[[users]]\nname = "a"', pair)).toEqual(['F:2: users[0]']);
});

it('a failure that is no mistake of the file is not reported as one', () => {
  const defect = new TypeError('is not a function');
  const broken = z.unknown().transform(() => {
    throw defect;
  });
  expect(() => placesIn('users = [1]', broken)).toThrow(defect);
});
