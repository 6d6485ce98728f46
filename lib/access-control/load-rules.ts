import * as z from 'zod';
import { fields, optional, parseConfig, text } from '../config/schema.js';
import type { AuthEntry } from '../decorators/auth-entry.js';
import { AuthConfigurationError } from '../errors.js';
import type { ConcretePlan } from '../plan/plan.js';
import { type AccessRules, type AccessRulesFile, type CompiledRule, compileRules, type ResourceAccessControl } from './access-rule.js';
import { contradictedRules, uncoveredRules } from './coverage.js';
import { parseDeploymentToml, tomlName } from './deployment-toml.js';
import { PathRules, type PathRulesContext } from './path-rules.js';
import type { Surface } from './surface.js';

/** What {@link loadPathRules} needs from the application. */
export interface LoadContext extends PathRulesContext {
  /** What decides where no rule matches and the rules have no default access. */
  readonly defaultAuth: readonly AuthEntry[] | false | undefined;
  /** What the application answers, where rules are to be compared with it. */
  readonly surface?: Surface | undefined;
  /** What a secured rule that covers none of that is; by default a mistake in the options, and a warning in a file. */
  readonly uncoveredRules?: 'error' | 'warn' | undefined;
}

const syntax = z.enum(['glob', 'regex']);
const fromFile = fields(() => ({ file: text, contextSyntax: optional(syntax) }));
const fromOptions = fields(() => ({
  rules: z.array(z.unknown()),
  defaultAccess: optional(z.enum(['deny', 'allow'])),
  contextSyntax: optional(syntax),
}));

const OPTION = 'AuthModule options.resourceAccessControl';

/**
 * Checks and compiles the rules of a `resourceAccessControl` option.
 *
 * @param source - the text of the file, where the rules are in one.
 * @throws AuthConfigurationError with the rule, or the line of the file, and the field of every mistake.
 */
export async function loadPathRules(option: unknown, context: LoadContext, source = ''): Promise<PathRules> {
  return isFileOption(option) ? loadFile(parseConfig(fromFile, option, OPTION), source, context) : loadOptions(option, context);
}

/**
 * The file that the rules are in; undefined where they are in the options.
 *
 * @throws AuthConfigurationError if the option has no valid file name.
 */
export function rulesFile(option: unknown): string | undefined {
  return isFileOption(option) ? parseConfig(fromFile, option, OPTION).file : undefined;
}

async function loadOptions(option: unknown, context: LoadContext): Promise<PathRules> {
  return compile(parseConfig(fromOptions, option, OPTION), (index) => `${OPTION}.rules[${index}]`, context, 'error');
}

async function loadFile({ file, ...rest }: AccessRulesFile, source: string, context: LoadContext): Promise<PathRules> {
  try {
    const { placeOf, ...given } = parseDeploymentToml(source);
    return await compile({ ...given, ...rest }, placeOf, context, 'warn');
  } catch (error) {
    throw error instanceof AuthConfigurationError ? inFile(file, error) : error;
  }
}

function inFile(file: string, error: AuthConfigurationError): AuthConfigurationError {
  const problems = error.problems.map(({ path, message }) => ({ path: `${file} ${tomlName(path)}`, message }));
  return new AuthConfigurationError(problems, { cause: error.cause });
}

async function compile(
  { rules, defaultAccess, contextSyntax = 'glob' }: Omit<AccessRules, 'rules'> & { readonly rules: readonly unknown[] },
  placeOf: (index: number) => string,
  context: LoadContext,
  uncovered: 'error' | 'warn',
): Promise<PathRules> {
  const otherwise = await planWithoutRule(defaultAccess, context);
  const compiled = compileRules(rules, contextSyntax, placeOf);
  const { uncoveredRules = uncovered } = context;
  const more = context.surface === undefined ? [] : compareWith(context.surface, compiled, uncoveredRules);
  return PathRules.compile(compiled, otherwise, context, [...notes(defaultAccess, context), ...more]);
}

/** @throws AuthConfigurationError where what the rules say and what the application does contradict each other. */
function compareWith(surface: Surface, rules: readonly CompiledRule[], severity: 'error' | 'warn'): string[] {
  const uncovered = uncoveredRules(rules, surface);
  const problems = [...contradictedRules(rules, surface), ...(severity === 'error' ? uncovered : [])];
  if (problems.length > 0) throw new AuthConfigurationError(problems);
  if (uncovered.length === 0) return [];
  return [`Some secured access rules protect nothing:\n${uncovered.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`];
}

function isFileOption(option: unknown): option is Extract<ResourceAccessControl, { readonly file: string }> {
  return typeof option === 'object' && option !== null && 'file' in option;
}

async function planWithoutRule(defaultAccess: 'deny' | 'allow' | undefined, { compiler, defaultAuth }: LoadContext): Promise<ConcretePlan> {
  if (defaultAccess === 'allow') return { kind: 'open', source: 'default access' };
  if (defaultAccess === 'deny' || defaultAuth === undefined) return compiler.compileDenied('default access');
  return defaultAuth === false ? { kind: 'open', source: 'default' } : compiler.compile(defaultAuth, 'default');
}

function notes(defaultAccess: 'deny' | 'allow' | undefined, { defaultAuth }: LoadContext): string[] {
  if (defaultAccess === undefined || defaultAuth === undefined) return [];
  return [`defaultAuth has no effect: where no access rule matches, the default access (${defaultAccess}) applies.`];
}
