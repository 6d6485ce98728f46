import * as z from 'zod';
import { checkEach } from '../config/every-mistake.js';
import { fields, optional, parseConfig, text } from '../config/schema.js';
import { fieldError, within } from '../errors.js';
import { REQUIREMENTS, type RuleRequirements } from '../requirements/every-requirement.js';
import { type MethodSet, parseMethods } from './http-method.js';
import { type ContextPattern, type ContextSyntax, compileContext } from './pattern/context-pattern.js';

/** One access rule: the requirements for requests with a matching path and method. */
export interface AccessRule extends RuleRequirements {
  /** The paths: a glob, or a regular expression where `contextSyntax` says so. */
  readonly context: string;
  /** Whether callers must be authenticated; `false` opens the paths. */
  readonly secured: boolean;
  /**
   * The methods: `all`, or whole method names. A rule for GET covers HEAD.
   * @defaultValue 'all'
   */
  readonly httpMethod?: string | readonly string[];
  /** The schemes that may answer, in this order; every named scheme if left out. */
  readonly allowedAuthHandlers?: readonly string[];
}

/** Access rules written in the options. */
export interface AccessRules {
  /** The rules; the first that matches decides. */
  readonly rules: readonly AccessRule[];
  /** What happens where no rule matches; by default `defaultAuth` decides; without it, they are denied. */
  readonly defaultAccess?: 'deny' | 'allow';
  /**
   * How contexts are written.
   * @defaultValue 'glob'
   */
  readonly contextSyntax?: ContextSyntax;
}

/** Access rules in a TOML file, as WSO2 Identity Server writes them. */
export interface AccessRulesFile {
  /** The path of the file, relative to the working directory. It is read again when it changes. */
  readonly file: string;
  /**
   * How contexts are written.
   * @defaultValue 'glob'
   */
  readonly contextSyntax?: ContextSyntax;
}

/** The `resourceAccessControl` option. */
export type ResourceAccessControl = AccessRules | AccessRulesFile;

/** A rule, checked and compiled. */
export interface CompiledRule {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** Where it is written, as mistakes name it. */
  readonly place: string;
  readonly context: ContextPattern;
  readonly methods: MethodSet;
  readonly secured: boolean;
  /** The requirements of the rule, in the form of a declaration. */
  readonly requirements: Readonly<Record<string, unknown>>;
  readonly allowedAuthHandlers: readonly string[] | undefined;
}

const demands = Object.fromEntries(REQUIREMENTS.flatMap(({ field, inRule }) => (inRule === undefined ? [] : [[field, optional(inRule)]])));

const own = {
  context: text,
  secured: z.boolean(),
  httpMethod: optional(z.union([text, z.array(text).min(1)], { error: 'must be "all", a method or a list of methods' })),
  allowedAuthHandlers: optional(z.array(text).min(1, 'is empty, so every request would be refused. Omit it to allow every scheme.')),
};
const rule = fields(() => ({ ...own, ...demands }));

/** The fields of a rule. */
export const RULE_FIELDS: readonly string[] = [...Object.keys(own), ...Object.keys(demands)];

/**
 * Checks and compiles the rules.
 *
 * @param placeOf - where the rule of an index is written.
 * @throws AuthConfigurationError with every mistake below the place of its rule.
 */
export function compileRules(rules: readonly unknown[], syntax: ContextSyntax, placeOf: (index: number) => string): CompiledRule[] {
  const patterns = new Map<string, ContextPattern>();
  // Several rules for one path, by the method, are common.
  const contextOf = (source: string) => {
    const pattern = patterns.get(source) ?? compileContext(source, syntax);
    patterns.set(source, pattern);
    return pattern;
  };
  return checkEach(rules, (given, index) => {
    const place = placeOf(index);
    return { index, place, ...within(place, () => compileRule(parseConfig(rule, given), contextOf)) };
  });
}

type Checked = Omit<AccessRule, keyof RuleRequirements> & Readonly<Record<string, unknown>>;

function compileRule(given: Checked, contextOf: (source: string) => ContextPattern): Omit<CompiledRule, 'index' | 'place'> {
  const { secured, allowedAuthHandlers } = given;
  const requirements = Object.fromEntries(
    Object.keys(demands).flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]]])),
  );
  if (!secured && (Object.keys(requirements).length > 0 || allowedAuthHandlers !== undefined))
    throw fieldError('secured', 'is false, but the rule has requirements. Set it to true, or remove the requirements.');
  return {
    context: within('context', () => contextOf(given.context)),
    methods: within('httpMethod', () => parseMethods(given.httpMethod ?? 'all')),
    secured,
    requirements,
    allowedAuthHandlers,
  };
}
