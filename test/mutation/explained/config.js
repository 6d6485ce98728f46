/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'config/candidate.ts',
    code: 'inForce?.get(path)?.sighting',
    change: 'get(path).sighting',
    why: 'Where files are in force, all of them are.',
  },
  {
    file: 'config/candidate.ts',
    code: 'twin !== undefined',
    change: 'true',
    why: 'Each look finds every file, or fails.',
  },
  {
    file: 'config/every-mistake.ts',
    code: 'return [];',
    change: 'Stryker was here',
    why: 'Where an item has a mistake, no results are returned.',
  },
  {
    file: 'config/file-access.ts',
    code: 'BigInt(Date.now()) - ctimeNs / MILLION > SETTLED',
    change: '>= SETTLED',
    why: 'The clocks of file systems are coarse, but not by two seconds to the millisecond.',
  },
  {
    file: 'config/from-environment.ts',
    code: '!(error instanceof FileFailure)',
    change: 'false',
    why: 'Nothing else is thrown there.',
  },
  {
    file: 'config/load-by-name.ts',
    code: 'here?.getFileName',
    change: 'here.getFileName',
    why: 'A stack begins with the function that makes it.',
  },
  {
    file: 'config/schema.ts',
    code: "typeof value === 'object' && value !== null && name in value",
    change: 'true',
    why: 'Fields that are left out are checked, too, which takes longer.',
  },
  {
    file: 'config/schema.ts',
    code: 'Object.entries(all).filter(([name, schema]) => isThere(name) || !(schema instanceof z.ZodExactOptional))',
    change: 'Object.entries(all)',
    why: 'Fields that are left out are checked, too, which takes longer.',
  },
  {
    file: 'config/schema.ts',
    code: 'isThere(name) || !(schema instanceof z.ZodExactOptional)',
    change: 'true',
    why: 'Fields that are left out are checked, too, which takes longer.',
  },
  {
    file: 'config/schema.ts',
    code: 'issue.issues[0]?.message',
    change: 'issue.issues[0].message',
    why: 'A key that is refused has a mistake.',
  },
  {
    file: 'config/toml.ts',
    code: '!(error instanceof TomlError)',
    change: 'false',
    why: 'The parser throws nothing else.',
  },
  {
    file: 'config/toml.ts',
    code: 'start === undefined',
    change: 'false',
    why: 'Where there are as many headers as entries, each entry has one.',
  },
  {
    file: 'config/toml.ts',
    code: 'field === undefined',
    change: 'false',
    why: 'Without a field, the first line without a key is looked for: the header.',
  },
  {
    file: 'config/watched-tables.ts',
    code: 'this.value === undefined',
    change: 'false',
    why: 'Nobody has the tables before they have a value.',
  },
];
