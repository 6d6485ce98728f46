import { checkAll, checkEach } from '../config/every-mistake.js';
import { suggest } from '../config/nearest-name.js';
import { type AuthConfigurationError, fieldError } from '../errors.js';
import type { PlanCompiler } from '../plan/compile.js';
import type { ConcretePlan, PathPlans } from '../plan/plan.js';
import type { CompiledRule } from './access-rule.js';
import { RuleSet } from './rule-set.js';

/** What the plans of rules are made from. */
export interface PathRulesContext {
  readonly compiler: PlanCompiler;
  /** The names of all schemes, without groups, in their order. */
  readonly schemes: readonly string[];
}

/** A rule without a plan must not turn out public. */
const DENIED: ConcretePlan = { kind: 'denied', source: 'default access' };

/** Access rules with the plan of each. */
export class PathRules implements PathPlans {
  private constructor(
    private readonly set: RuleSet,
    private readonly plans: ReadonlyMap<CompiledRule, ConcretePlan>,
    private readonly otherwise: ConcretePlan,
    private readonly notes: readonly string[],
  ) {}

  /**
   * Compiles the plan of every rule.
   *
   * @param otherwise - the plan where no rule matches.
   * @param notes - what else the operator should know.
   * @throws AuthConfigurationError with the rule and the field of every mistake.
   */
  static async compile(
    rules: readonly CompiledRule[],
    otherwise: ConcretePlan,
    context: PathRulesContext,
    notes: readonly string[] = [],
  ): Promise<PathRules> {
    const plans = await checkAll(rules.map((rule) => planOfRule(rule, context)));
    const planOf = new Map(rules.map((rule, index) => [rule, plans[index] ?? DENIED]));
    return new PathRules(new RuleSet(rules), planOf, otherwise, notes);
  }

  /** How many rules there are. */
  get size(): number {
    return this.set.rules.length;
  }

  get all(): readonly ConcretePlan[] {
    return [...this.plans.values(), this.otherwise];
  }

  planFor(method: string, path: string): ConcretePlan {
    return this.planOf(this.set.find(method, path));
  }

  dependsOnCase(method: string, path: string): boolean {
    return this.set.dependsOnCase(method, path);
  }

  plansFor(method: string, pattern: string): [ConcretePlan, ...ConcretePlan[]] {
    const [usual, ...others] = this.set.findAll(method, pattern).map((rule) => this.planOf(rule));
    return [usual ?? this.otherwise, ...others];
  }

  private planOf(rule: CompiledRule | undefined): ConcretePlan {
    return rule === undefined ? this.otherwise : (this.plans.get(rule) ?? DENIED);
  }

  /** A line for each rule that can never decide, and for each setting without effect. */
  warnings(): string[] {
    const dead = this.set.shadowed().map(({ rule, by }) => `${nameOf(rule)} never decides: ${nameOf(by)} matches first.`);
    return [...this.notes, ...dead];
  }
}

function nameOf({ place, context }: CompiledRule): string {
  return `${place} (${context.source})`;
}

async function planOfRule(rule: CompiledRule, { compiler, schemes }: PathRulesContext): Promise<ConcretePlan> {
  const source = `rule ${rule.index}` as const;
  if (!rule.secured) return { kind: 'open', source };
  const handlers = rule.allowedAuthHandlers ?? schemes;
  if (handlers.length === 0) throw problem(rule, 'secured', 'is true, but no scheme is declared. Declare one in the schemes option.');
  checkEach(handlers, (name, index) => {
    if (compiler.admitsAnonymous(name)) throw problem(rule, `allowedAuthHandlers[${index}]`, demandsCredentials(name));
    if (!schemes.includes(name) && !compiler.isGroup(name))
      throw problem(rule, `allowedAuthHandlers[${index}]`, `"${name}" is not a known scheme. ${suggest(name, schemes)}`);
  });
  const { requirements } = rule;
  return compiler.compile(handlers, source, Object.keys(requirements).length > 0 ? requirements : undefined, {
    entries: rule.place,
    requirements: rule.place,
  });
}

function demandsCredentials(name: string): string {
  return `"${name}" admits requests without credentials, and a secured rule refuses them. Remove it, or declare optional authentication with @ServiceAuth or @ResourceAuth.`;
}

function problem({ place }: CompiledRule, field: string, message: string): AuthConfigurationError {
  return fieldError(`${place}.${field}`, message);
}
