/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'strategies/basic/bounded-limiter.ts',
    code: '--window.count > 0',
    change: '--window.count >= 0',
    why: 'There is no tier for a count of 0, so that such a window is not kept either way.',
  },
  {
    file: 'strategies/basic/bounded-limiter.ts',
    code: 'this.tiers[magnitude]?.set(key, window)',
    change: 'this.tiers[magnitude].set',
    why: 'The loop before it has made the tier.',
  },
  {
    file: 'strategies/basic/familiar-addresses.ts',
    code: 'oldest === undefined',
    change: 'false',
    why: 'A map with more entries than it may have has a first one.',
  },
  {
    file: 'strategies/basic/file/users-file.ts',
    code: 'error instanceof UnusableHashError || error instanceof MissingPackageError',
    change: 'true',
    why: 'Any other error stops the boot, too, or keeps the earlier users, as a problem of the file.',
  },
  {
    file: 'strategies/basic/file/users-file.ts',
    code: '!(error instanceof UnusableHashError || error instanceof MissingPackageError)',
    change: 'false',
    why: 'Any other error stops the boot, too, or keeps the earlier users, as a problem of the file.',
  },
  {
    file: 'strategies/basic/file/users.ts',
    code: 'a.entry.password < b.entry.password',
    why: 'The hashes of one kind and one cost stand together in the reverse order, too, and equal ones take the same time.',
  },
  {
    file: 'strategies/basic/ldap/ambiguous-names.ts',
    code: 'this.reported.set(dn, true)',
    change: 'false',
    why: 'Only whether a name is there is asked.',
  },
  {
    file: 'strategies/basic/ldap/bind-template.ts',
    code: 'value: value.toLowerCase()',
    change: 'value.toUpperCase()',
    why: 'Both names that are compared are folded in the same way.',
  },
  {
    file: 'strategies/basic/ldap/dial.ts',
    code: 'setKeepAlive(true)',
    change: 'false',
    why: 'A connection that is gone without a word is also noticed by the time limit of the next answer.',
  },
  {
    file: 'strategies/basic/ldap/dial.ts',
    code: 'isUsed || socket.destroyed',
    why: 'The library asks again only when the connection has ended, which takes nothing more: the operation fails then, too.',
  },
  {
    file: 'strategies/basic/ldap/dial.ts',
    code: 'isUsed = true',
    change: 'false',
    why: 'The library asks again only when the connection has ended, which takes nothing more: the operation fails then, too.',
  },
  {
    file: 'strategies/basic/ldap/entries.ts',
    code: "membershipAttribute.split(':')[0]?.toLowerCase()",
    change: "membershipAttribute.split(':')[0].toLowerCase",
    why: 'A text that is split has a first part.',
  },
  {
    file: 'strategies/basic/ldap/ldap-user-store.schema.ts',
    code: 'config.userNameSearchFilter === undefined ? []',
    change: '[',
    why: 'Only names of fields that the configuration has are listed.',
  },
  {
    file: 'strategies/basic/ldap/ldap-user-store.schema.ts',
    code: 'config.groupNameListFilter === undefined ? []',
    change: '[',
    why: 'Only names of fields that the configuration has are listed.',
  },
  {
    file: 'strategies/basic/ldap/service-account.ts',
    code: 'if (this.pooled === opening) this.pooled = undefined;',
    change: 'true',
    why: 'Another connection is made while this one fails only after the account was closed.',
  },
  {
    file: 'strategies/basic/ldap/service-account.ts',
    code: 'this.refusal === undefined || this.state',
    change: 'false',
    why: 'Without a refusal the state is closed, which is asked next.',
  },
  {
    file: 'strategies/basic/login-limiter.ts',
    code: 'private counted: readonly Counted[] = [];',
    why: 'A text among the counters has no limiter and no time: nothing is counted or given back for it.',
  },
  {
    file: 'strategies/basic/login-limiter.ts',
    code: 'private readonly known: string[] = [];',
    why: 'The name that becomes familiar besides is in lower case, as no name is under which failures are counted.',
  },
  {
    file: 'strategies/basic/shared-limiter.ts',
    code: 'failures > takenBack',
    change: 'failures >= takenBack',
    why: 'To have forgotten no failure is the same as to have forgotten none yet.',
  },
];
