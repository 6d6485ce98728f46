import type { AuthEntry, ServiceDeclaration } from '../decorators/auth-entry.js';
import { type ClassRef, declaredResource, declaredService } from '../decorators/declaration.js';
import { lostDeclaration } from '../discovery/declared.js';
import type { Callable } from '../discovery/handler-catalog.js';
import { AuthConfigurationError, type ConfigurationProblem, within } from '../errors.js';
import type { UnannotatedPolicy } from '../resolved-options.js';
import { describeUncovered } from './audit.js';
import type { Places, PlanCompiler } from './compile.js';
import { type MergedRule, merge, type PlanSource } from './merge.js';
import type { PathPlans, Plan } from './plan.js';
import type { PlanRegistry } from './plan.registry.js';

/** What routes fall back to. */
export interface Fallback {
  readonly defaultAuth: readonly AuthEntry[] | false | undefined;
  readonly unannotated: UnannotatedPolicy;
  /** Compiles the access rules; undefined where there are none. They decide about routes only. */
  readonly loadPaths: (() => Promise<PathPlans>) | undefined;
}

type ProtectedRule = Extract<MergedRule, { readonly kind: 'protected' }>;

const DEFAULT_AUTH = 'AuthModule options.defaultAuth';

/** Compiles the plan of every handler, once, and collects every mistake. */
export class PlanLoader {
  private readonly problems: ConfigurationProblem[] = [];
  private readonly uncovered: string[] = [];
  /** The plans of entries that many handlers inherit as they are, by the place where they are declared. */
  private readonly inherited = new Map<readonly AuthEntry[], Map<string, Promise<Plan>>>();

  constructor(
    private readonly compiler: PlanCompiler,
    private readonly registry: PlanRegistry,
    private readonly fallback: Fallback,
  ) {}

  /**
   * Prepares the schemes and compiles the plans.
   *
   * @param otherProblems - mistakes that were found elsewhere, to be reported with the rest.
   * @param handlers - the routes, and the handlers of the other transports that are protected.
   * @returns the labels of the handlers that nothing covers, where `unannotated` tolerates them.
   * @throws AuthConfigurationError with every mistake of the application.
   */
  async load(
    schemes: readonly string[],
    handlers: readonly Callable[],
    otherProblems: readonly ConfigurationProblem[] = [],
  ): Promise<readonly string[]> {
    this.problems.push(...otherProblems);
    for (const name of schemes) await this.collect(this.compiler.prepareScheme(name));
    if (this.fallback.loadPaths !== undefined) this.registry.paths = await this.collect(this.fallback.loadPaths());
    await this.checkDefault();
    for (const type of new Set(handlers.map((each) => each.type))) await this.checkService(type);
    for (const handler of handlers) await this.loadHandler(handler);
    if (this.fallback.unannotated === 'error' && this.uncovered.length > 0) this.problems.push(describeUncovered(this.uncovered));
    if (this.problems.length > 0) throw new AuthConfigurationError(this.distinctProblems());
    this.registry.isComplete = true;
    return this.uncovered;
  }

  /** Also if every route has its own declaration: otherwise a mistake would only appear with the next route. */
  private async checkDefault(): Promise<void> {
    const { defaultAuth } = this.fallback;
    const places = { entries: DEFAULT_AUTH, requirements: DEFAULT_AUTH };
    if (Array.isArray(defaultAuth)) await this.collect(this.compiler.compile(defaultAuth, 'default', undefined, places));
  }

  /** Also if every resource has its own declaration, for the same reason. */
  private async checkService(controller: ClassRef): Promise<void> {
    const declared = declaredService(controller)?.auth;
    const place = placeOfService(controller);
    const places = { entries: place, requirements: place };
    if (Array.isArray(declared)) await this.collect(this.compiler.compile(declared, 'service', undefined, places));
  }

  private async loadHandler(handler: Callable): Promise<void> {
    const plan = await this.collect(this.planOf(handler));
    const other = this.registry.sharing(handler);
    if (other !== undefined) this.problems.push(describeSharing(handler, other));
    if (plan !== undefined) this.registry.add({ handler, plan });
  }

  private async planOf(handler: Callable): Promise<Plan> {
    const rule = this.ruleOf(handler);
    const hasRules = this.fallback.loadPaths !== undefined && handler.transport === 'http';
    if (hasRules && isWeakerThanAccessRules(rule)) return { kind: 'by-path' };
    if (rule.kind === 'open') return rule;
    if (rule.kind === 'uncovered') return this.planOfUncovered(handler);
    const places = { entries: placeOf(rule.entriesFrom, handler), requirements: placeOf('resource', handler) };
    if (rule.source === 'resource') return this.compiler.compile(rule.entries, rule.source, rule.requirements, places);
    return this.planOfInherited(rule, places);
  }

  /** Compiled once: the handlers of a service share a plan. */
  private planOfInherited({ entries, source }: ProtectedRule, places: Places): Promise<Plan> {
    const known = this.inherited.get(entries) ?? new Map<string, Promise<Plan>>();
    const plan = known.get(places.entries) ?? this.compiler.compile(entries, source, undefined, places);
    this.inherited.set(entries, known.set(places.entries, plan));
    return plan;
  }

  private ruleOf(handler: Callable): MergedRule {
    const { type, name, label } = handler;
    const lost = lostDeclaration(type, name, label);
    if (lost !== undefined) throw new AuthConfigurationError([lost]);
    const resource = declaredResource(type, name).own?.auth;
    const service: ServiceDeclaration | undefined = declaredService(type)?.auth;
    return within(placeOf('resource', handler), () => merge({ resource, service, default: this.fallback.defaultAuth }));
  }

  private planOfUncovered({ label }: Callable): Plan {
    this.uncovered.push(label);
    return { kind: this.fallback.unannotated === 'allow' ? 'open' : 'denied', source: 'unannotated' };
  }

  private async collect<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof AuthConfigurationError)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }

  /** A mistake in a service's declaration is found once for each of its routes, and reported once. */
  private distinctProblems(): ConfigurationProblem[] {
    const seen = new Map(this.problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
    return [...seen.values()];
  }
}

/** The service's declaration wins over an access rule, an access rule over `defaultAuth`. */
function isWeakerThanAccessRules(rule: MergedRule): boolean {
  return rule.kind === 'uncovered' || rule.source === 'default';
}

function placeOf(source: PlanSource, { label, type }: Callable): string {
  if (source === 'resource') return `${label} @ResourceAuth.auth`;
  return source === 'service' ? placeOfService(type) : DEFAULT_AUTH;
}

function placeOfService(controller: ClassRef): string {
  return `${controller.name} @ServiceAuth.auth`;
}

/** The guard knows a handler by its function: one function for two handlers would give both the plan of the last. */
function describeSharing({ label }: Callable, other: Callable): ConfigurationProblem {
  return {
    path: label,
    message: `runs the same function as ${other.label}, so the guard cannot tell which of them is called. Write two functions.`,
  };
}
