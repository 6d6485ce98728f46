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
const OF_STRATEGIES = [
  'shared-state/',
  'oauth/',
  'outgoing/',
  'http/',
  'tls/',
  'memory/',
  'config/',
  'principal.ts',
  'awaitable.ts',
  'errors.ts',
  'json-object.ts',
  'utf8.ts',
  'operator/',
  'clock.ts',
];

/** The table of CONTRIBUTING.md, in the form that the test reads: from the top of the house down. An arrow only ever points down. */
export const IMPORT_TABLE: readonly ImportRule[] = [
  { files: 'index.ts', may: ALL },
  { files: 'auth.module.ts', may: ALL },
  { files: 'testing/', may: ALL },
  { files: 'openapi/', may: ALL },
  { files: 'redis/', may: ['memory/', 'errors.ts'], nest: [] },
  { files: 'cli/', may: ALL },
  { files: 'auth.module-definition.ts', may: ALL },
  { files: 'auth.module-providers.ts', may: ALL },
  { files: 'auth.service.ts', may: ALL },
  {
    files: 'auth.options.schema.ts',
    may: [
      'outgoing/client-config.ts',
      'http/',
      'memory/shared-state.schema.ts',
      'config/',
      'web-socket.schema.ts',
      'revocation/revocation.schema.ts',
      'resource.schema.ts',
      'resolved-options.ts',
      'errors.ts',
    ],
    mayTypes: ['access-control/', 'decorators/'],
  },
  { files: 'web-socket.schema.ts', may: ['strategies/token-from.schema.ts', 'http/', 'config/'], nest: [] },
  { files: 'resource.schema.ts', may: ['outgoing/endpoint.ts', 'http/', 'config/', 'errors.ts'], nest: [] },
  {
    files: 'auth.options.ts',
    may: ['resolved-options.ts'],
    mayTypes: [
      'http/web-socket.config.ts',
      'resource.config.ts',
      'outgoing/client-config.ts',
      'memory/shared-state.ts',
      'revocation/revocation.ts',
      'access-control/',
      'client/',
      'decorators/',
      'strategies/strategy.ts',
      'principal-enricher.ts',
      'authorizer.ts',
      'auth-event.ts',
    ],
  },
  {
    files: 'boot/',
    may: [
      'transport/',
      'guard/',
      'access-control/',
      'plan/',
      'discovery/',
      'resolved-options.ts',
      'decorators/',
      'http/',
      'errors.ts',
      'operator/',
    ],
    mayTypes: ['strategies/strategy.ts'],
  },
  {
    files: 'transport/',
    may: [
      'guard/',
      'revocation/',
      'access-control/',
      'plan/',
      'discovery/',
      'resolved-options.ts',
      'decorators/',
      'strategies/mechanism.ts',
      'http/',
      'config/',
      'memory/',
      'transport-name.ts',
      'awaitable.ts',
      'principal.ts',
      'principal-expiry.ts',
      'grpc-call.ts',
      'object-table.ts',
      'clock.ts',
      'errors.ts',
      'operator/',
    ],
    mayTypes: ['strategies/strategy.ts'],
  },
  {
    files: 'guard/',
    may: [
      'observe/',
      'resolved-options.ts',
      'plan/plan.ts',
      'revocation/',
      'requirements/',
      'strategies/strategy.ts',
      'strategies/mechanism.ts',
      'http/',
      'memory/',
      'clock.ts',
      'json-object.ts',
      'anonymous.ts',
      'auth-event.ts',
      'awaitable.ts',
      'principal.ts',
      'errors.ts',
      'operator/',
    ],
    mayTypes: ['plan/', 'principal-enricher.ts', 'transport-name.ts'],
  },
  {
    files: 'client/',
    may: [
      'observe/client-telemetry.ts',
      'oauth/',
      'outgoing/',
      'http/',
      'tls/',
      'memory/',
      'config/',
      'awaitable.ts',
      'errors.ts',
      'operator/',
    ],
    mayTypes: ['clock.ts', 'principal.ts'],
  },
  {
    files: 'access-control/',
    may: ['plan/', 'discovery/', 'requirements/', 'http/', 'config/', 'errors.ts'],
    mayTypes: ['decorators/', 'resolved-options.ts'],
  },
  {
    files: 'health/',
    may: ['plan/authenticators.ts', 'shared-state/', 'outgoing/'],
    mayTypes: ['strategies/strategy.ts'],
    nest: STRATEGY_NEST,
  },
  {
    files: 'observe/',
    may: ['plan/authenticators.ts', 'shared-state/', 'awaitable.ts', 'errors.ts'],
    mayTypes: ['strategies/strategy.ts', 'auth-event.ts', 'principal.ts', 'http/auth-request.ts'],
  },
  {
    files: 'plan/',
    may: [
      'discovery/',
      'decorators/',
      'requirements/',
      'strategies/strategy.ts',
      'strategies/mechanism.ts',
      'http/',
      'config/',
      'anonymous.ts',
      'errors.ts',
      'json-object.ts',
    ],
    mayTypes: ['resolved-options.ts', 'resource.config.ts', 'authorizer.ts', 'principal.ts', 'transport-name.ts'],
  },
  {
    files: 'discovery/',
    may: ['decorators/', 'errors.ts', 'operator/'],
    mayTypes: ['principal-enricher.ts', 'authorizer.ts', 'transport-name.ts'],
  },
  {
    files: 'resolved-options.ts',
    may: [],
    mayTypes: [
      'decorators/',
      'http/web-socket.config.ts',
      'outgoing/client-config.ts',
      'memory/shared-state.schema.ts',
      'revocation/revocation.ts',
      'resource.config.ts',
      'principal-enricher.ts',
    ],
    nest: ['CanActivate', 'Type'],
  },
  { files: 'decorators/', may: ['requirements/', 'grpc-call.ts', 'errors.ts', 'operator/'], mayTypes: ['strategies/strategy.ts'] },
  {
    files: 'requirements/',
    may: ['strategies/claims/', 'config/', 'frozen-copy.ts', 'errors.ts', 'operator/', 'clock.ts'],
    mayTypes: ['authorizer.ts', 'principal.ts'],
    nest: ['Type', 'ExecutionContext'],
  },
  { files: 'resource.config.ts', may: [], nest: [] },
  { files: 'principal-enricher.ts', may: [], mayTypes: ['http/auth-request.ts', 'principal.ts'], nest: [] },
  { files: 'strategies/built-in.ts', may: ['strategies/'], nest: ['Type'] },
  { files: 'strategies/built-in-strategy.ts', may: ['strategies/strategy.ts', 'principal.ts'], nest: ['Type'] },
  {
    files: 'strategies/strategy.ts',
    may: ['outgoing/dependency-health.ts', 'http/', 'principal.ts'],
    mayTypes: ['outgoing/client-config.ts', 'memory/shared-state.ts'],
    nest: [],
  },
  {
    files: 'strategies/claims/',
    may: ['config/', 'principal.ts', 'frozen-copy.ts', 'awaitable.ts', 'errors.ts', 'json-object.ts', 'operator/'],
    nest: [],
  },
  { files: 'strategies/jws/', may: ['strategies/claims/', 'errors.ts', 'json-object.ts'], nest: [] },
  {
    files: 'strategies/binding/',
    may: [
      'strategies/claims/',
      'strategies/jws/',
      'strategies/strategy.ts',
      'outgoing/patience.ts',
      'http/',
      'tls/',
      'memory/',
      'config/',
      'awaitable.ts',
      'errors.ts',
      'json-object.ts',
      'operator/',
      'clock.ts',
    ],
    mayTypes: ['outgoing/dependency-health.ts'],
    nest: [],
  },
  { files: 'strategies/*.ts', may: ['strategies/*.ts', ...OF_STRATEGIES], nest: STRATEGY_NEST },
  {
    files: 'strategies/*/',
    may: ['strategies/claims/', 'strategies/binding/', 'strategies/jws/', 'strategies/*.ts', ...OF_STRATEGIES],
    nest: STRATEGY_NEST,
  },
  {
    files: 'revocation/',
    may: ['shared-state/', 'outgoing/', 'memory/', 'config/', 'errors.ts', 'operator/', 'clock.ts'],
    mayTypes: ['awaitable.ts', 'principal.ts'],
    nest: [],
  },
  { files: 'shared-state/', may: ['outgoing/', 'memory/', 'errors.ts', 'operator/', 'clock.ts'], nest: [] },
  { files: 'oauth/', may: ['outgoing/', 'tls/', 'config/', 'errors.ts', 'json-object.ts', 'operator/', 'clock.ts'], nest: [] },
  {
    files: 'outgoing/',
    may: ['http/', 'tls/', 'config/', 'awaitable.ts', 'errors.ts', 'json-object.ts', 'operator/', 'clock.ts'],
    nest: [],
  },
  { files: 'http/', may: ['errors.ts', 'operator/', 'object-table.ts'], nest: STRATEGY_NEST },
  { files: 'tls/', may: ['config/', 'errors.ts', 'json-object.ts', 'utf8.ts', 'operator/'], nest: [] },
  { files: 'memory/', may: ['config/', 'errors.ts', 'clock.ts'], nest: [] },
  { files: 'config/', may: ['errors.ts', 'awaitable.ts', 'json-object.ts'], nest: [] },
  { files: 'anonymous.ts', may: [], nest: [] },
  { files: 'authorizer.ts', may: [], mayTypes: ['principal.ts'], nest: ['ExecutionContext'] },
  { files: 'auth-event.ts', may: [], mayTypes: ['transport-name.ts'], nest: [] },
  { files: 'transport-name.ts', may: [], nest: [] },
  { files: 'principal-expiry.ts', may: [], mayTypes: ['principal.ts'], nest: [] },
  { files: 'principal.ts', may: ['frozen-copy.ts', 'object-table.ts'], nest: [] },
  { files: 'frozen-copy.ts', may: ['errors.ts', 'json-object.ts', 'object-table.ts'], nest: [] },
  { files: 'utf8.ts', may: ['errors.ts'], nest: [] },
  { files: 'errors.ts', may: ['operator/log-text.ts', 'mistake-kinds.ts', 'awaitable.ts'], nest: [] },
  { files: 'mistake-kinds.ts', may: [], nest: [] },
  { files: 'awaitable.ts', may: [], nest: [] },
  { files: 'grpc-call.ts', may: [], nest: ['ExecutionContext', 'HttpException'] },
  { files: 'operator/', may: [], nest: ['Logger'] },
  { files: 'clock.ts', may: [], nest: [] },
  { files: 'json-object.ts', may: [], nest: [] },
  { files: 'object-table.ts', may: [], nest: [] },
];

/** Entry points: what only they themselves may import. */
export const ENTRY_POINTS: readonly string[] = ['index.ts', 'testing/', 'openapi/', 'redis/', 'cli/'];

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
