/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'plan/authenticators.ts',
    code: 'authenticator.stats?.()',
    change: 'authenticator.stats()',
    why: 'The call then fails where there is nothing to call, and a failure counts as nothing.',
  },
  {
    file: 'plan/compile.ts',
    code: 'return { steps, admitsAnonymous: false, isGroup: false };\n  }\n\n  private async requirementsOf',
    change: 'true',
    why: 'Combined steps are never compared with others.',
  },
  {
    file: 'plan/ways.ts',
    code: "one.kind !== 'single' || other.kind !== 'single'",
    why: 'Combined steps have no authenticator, and no group has them.',
  },
  {
    file: 'plan/plan.loader.ts',
    code: 'plan !== undefined',
    change: 'true',
    why: 'A plan is missing where its declaration has a mistake, and then the boot stops.',
  },
  {
    file: 'plan/resource-metadata.ts',
    code: 'scopes !== false',
    why: 'The length of false is undefined, which is not more than 0.',
  },
  {
    file: 'plan/resource-metadata.ts',
    code: 'credentials = []',
    change: 'Stryker was here',
    why: 'A text has no kind, and is no credential in the header.',
  },
  {
    file: 'plan/resource-metadata.ts',
    code: 'paths?.all ?? []',
    change: 'Stryker was here',
    why: 'A text is no protected plan, and requires nothing.',
  },
];
