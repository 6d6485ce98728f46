/** Who may import whom. A path that ends with `/` means everything below it; `*` stands for one name. */
export interface ImportRule {
  /** The files that the rule is for, relative to lib/. The first rule that fits counts. */
  readonly files: string;
  /** Our own files that they may import; their own folder always may. `'*'` alone means all of them. */
  readonly may: readonly string[];
  /** Our own files of which they may import types only. */
  readonly mayTypes?: readonly string[];
  /** The names that they may take from `@nestjs/*`; everything where it is not given. */
  readonly nest?: readonly string[];
}

const STRATEGY_NEST = ['Injectable', 'Inject'];
const ALL = ['*'];

/** The table of CONTRIBUTING.md, in the form that the test reads. */
export const IMPORT_TABLE: readonly ImportRule[] = [
  { files: 'index.ts', may: ALL },
  { files: 'auth.module.ts', may: ALL },
  { files: 'auth.service.ts', may: ALL },
  { files: 'auth.module-definition.ts', may: ALL },
  { files: 'testing/', may: ALL },
  { files: 'swagger/', may: ALL },
  { files: 'cli/', may: ALL },
  {
    files: 'auth.options.ts',
    may: ['config/', 'errors.ts', 'http/'],
    mayTypes: ['decorators/', 'access-control/', 'client/', 'guard/authorizer.ts', 'guard/auth-event.sink.ts', 'strategies/strategy.ts'],
  },
  {
    files: 'observe/',
    may: ['plan/authenticators.ts', 'guard/in-turn.ts', 'errors.ts'],
    mayTypes: ['guard/auth-event.sink.ts', 'principal.ts', 'strategies/strategy.ts'],
  },
  { files: 'health/', may: ['plan/authenticators.ts'], mayTypes: ['strategies/strategy.ts'], nest: STRATEGY_NEST },
  { files: 'log-text.ts', may: [], nest: [] },
  { files: 'frozen-copy.ts', may: [], nest: [] },
  { files: 'clock.ts', may: [], nest: [] },
  { files: 'principal.ts', may: ['frozen-copy.ts'], nest: [] },
  { files: 'errors.ts', may: ['log-text.ts'], nest: [] },
  { files: 'config/', may: ['errors.ts'], nest: [] },
  { files: 'http/', may: ['config/', 'errors.ts', 'log-text.ts'], nest: STRATEGY_NEST },
  { files: 'oauth/', may: ['http/', 'config/', 'errors.ts', 'clock.ts'], nest: [] },
  { files: 'strategies/strategy.ts', may: ['http/', 'principal.ts'], nest: [] },
  { files: 'strategies/built-in.ts', may: ['strategies/'], nest: ['Type'] },
  {
    files: 'strategies/*.ts',
    may: ['http/', 'oauth/', 'principal.ts', 'errors.ts', 'clock.ts', 'config/', 'strategies/*.ts'],
    nest: STRATEGY_NEST,
  },
  {
    files: 'strategies/*/',
    may: ['http/', 'oauth/', 'principal.ts', 'errors.ts', 'clock.ts', 'config/', 'strategies/*.ts'],
    nest: STRATEGY_NEST,
  },
  {
    files: 'client/',
    may: [
      'http/',
      'oauth/',
      'config/',
      'errors.ts',
      'clock.ts',
      'guard/wire-request.ts',
      'observe/client-telemetry.ts',
      'strategies/cache-config.ts',
      'strategies/circuit-breaker.ts',
      'strategies/once-per-outage.ts',
      'strategies/verdict-cache.ts',
    ],
  },
  {
    files: 'decorators/',
    may: ['errors.ts', 'principal.ts'],
    mayTypes: ['guard/authorizer.ts', 'strategies/strategy.ts', 'auth.options.ts', 'access-control/'],
  },
  {
    files: 'access-control/',
    may: ['plan/', 'config/', 'errors.ts', 'http/', 'principal.ts'],
    mayTypes: ['decorators/', 'auth.options.ts'],
  },
  {
    files: 'plan/',
    may: ['decorators/', 'auth.options.ts', 'config/', 'errors.ts', 'http/', 'principal.ts', 'strategies/strategy.ts'],
    mayTypes: ['guard/authorizer.ts'],
  },
  {
    files: 'guard/',
    may: ['plan/', 'decorators/', 'auth.options.ts', 'access-control/', 'errors.ts', 'log-text.ts', 'http/', 'observe/', 'principal.ts'],
    mayTypes: ['strategies/strategy.ts'],
  },
];

/** Entry points: what only they themselves may import. */
export const ENTRY_POINTS: readonly string[] = ['index.ts', 'testing/', 'swagger/', 'cli/'];

/** Packages that a user installs only for a feature, so that a static import of one would break everybody else. */
export const OPTIONAL_PACKAGES: readonly string[] = ['ldapts', '@node-rs/argon2', '@node-rs/bcrypt', 'node-forge'];

/** The rule for a file. */
export function ruleFor(file: string): ImportRule | undefined {
  return IMPORT_TABLE.find(({ files }) => covers(files, file));
}

/** Whether a path of the table means `file`. */
export function covers(pattern: string, file: string): boolean {
  return pattern === '*' || toRegExp(pattern).test(file);
}

/** The folder that a rule's file calls its own, or undefined for a file at the top. */
export function ownFolder(rule: ImportRule, file: string): string | undefined {
  return rule.files.endsWith('/') ? toRegExp(rule.files).exec(file)?.[0] : undefined;
}

function toRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.]/g, '\\.').replace(/\*/g, '[^/]+');
  return new RegExp(`^${escaped}${pattern.endsWith('/') ? '' : '$'}`);
}
