import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { fields, optional, parseConfig, text } from '../config/schema.js';
import type { AuthEntry } from '../decorators/auth-entry.js';
import { AuthConfigurationError } from '../errors.js';
import type { ConcretePlan } from '../plan/plan.js';
import { type AccessRules, compileRules, type ResourceAccessControl } from './access-rule.js';
import { parseDeploymentToml } from './deployment-toml.js';
import { PathRules, type PathRulesContext } from './path-rules.js';

/** What {@link loadPathRules} needs from the application. */
export interface LoadContext extends PathRulesContext {
  /** What decides where no rule matches and the rules do not say. */
  readonly defaultAuth: readonly AuthEntry[] | false | undefined;
}

const syntax = z.enum(['glob', 'regex']);
const fromFile = fields({ file: text, contextSyntax: optional(syntax) });
const fromOptions = fields({
  rules: z.array(z.unknown()),
  defaultAccess: optional(z.enum(['deny', 'allow'])),
  contextSyntax: optional(syntax),
});

/**
 * Reads, checks and compiles the rules of a `resourceAccessControl` option.
 *
 * @throws AuthConfigurationError with the rule, or the line of the file, and the field of every mistake.
 */
export async function loadPathRules(option: unknown, context: LoadContext): Promise<PathRules> {
  try {
    const { rules, defaultAccess, contextSyntax = 'glob' } = await readRules(option);
    return await PathRules.compile(compileRules(rules, contextSyntax), await planWithoutRule(defaultAccess, context), context);
  } catch (error) {
    throw error instanceof AuthConfigurationError ? error.within('AuthModule options.resourceAccessControl') : error;
  }
}

/** The file that the rules are in; undefined where they are in the options. */
export function rulesFile(option: unknown): string | undefined {
  return isFileOption(option) ? option.file : undefined;
}

async function readRules(option: unknown): Promise<AccessRules> {
  if (!isFileOption(option)) return parseConfig(fromOptions, option) as AccessRules;
  const { file, ...rest } = parseConfig(fromFile, option);
  const source = await readFile(file, 'utf8').catch((cause) => {
    throw new AuthConfigurationError([{ path: 'file', message: `cannot be read: ${(cause as Error).message}` }], { cause });
  });
  try {
    return { ...parseDeploymentToml(source), ...rest };
  } catch (error) {
    throw error instanceof AuthConfigurationError ? error.within(file) : error;
  }
}

function isFileOption(option: unknown): option is Extract<ResourceAccessControl, { readonly file: string }> {
  return typeof option === 'object' && option !== null && 'file' in option;
}

async function planWithoutRule(defaultAccess: 'deny' | 'allow' | undefined, { compiler, defaultAuth }: LoadContext): Promise<ConcretePlan> {
  if (defaultAccess === 'allow') return { kind: 'open', source: 'default access' };
  if (defaultAccess === 'deny' || defaultAuth === undefined) return compiler.compileDenied('default access');
  return defaultAuth === false ? { kind: 'open', source: 'default' } : compiler.compile(defaultAuth, 'default');
}
