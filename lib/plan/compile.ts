import type { Type } from '@nestjs/common';
import type { Authorizer } from '../authorizer.js';
import { checkAll, checkEach } from '../config/every-mistake.js';
import { AuthConfigurationError, fieldError, within } from '../errors.js';
import { type Challenge, distinctChallenges } from '../http/challenge.js';
import { fieldsInWords, parseRequirements } from '../requirements/every-requirement.js';
import type { Demand } from '../requirements/requirement.js';
import type { Authenticators } from './authenticators.js';
import { entriesOf, type KnownNames, parseConfigField, parseWayIn, type SplitEntry, splitEntry } from './entry.js';
import type { CombinedStep, ConcretePlan, ProtectedPlan, SingleStep, Step, StepRequirements } from './plan.js';

/** What compiling needs from the application. */
export interface CompilerContext {
  readonly schemes: Readonly<Record<string, unknown>>;
  readonly realm: string;
  readonly authenticators: Authenticators;
  /** The instance of an authorizer class. @throws if the application does not provide it */
  readonly findAuthorizer: (type: Type<Authorizer<unknown>>) => Authorizer<unknown>;
}

/** Where what is compiled was written: the path that mistakes are reported under. */
export interface Places {
  readonly entries: string;
  /** Where the requirements stand that replace those of the entries. */
  readonly requirements: string;
}

const NOWHERE: Places = { entries: 'auth', requirements: 'auth' };

/** A step that requires nothing yet. */
type StepOf = Omit<SingleStep, 'requirements'> | Omit<CombinedStep, 'requirements'>;

/** Turns declared entries into the steps of a plan. */
export class PlanCompiler {
  private readonly known: KnownNames;

  constructor(private readonly context: CompilerContext) {
    this.known = { schemes: Object.keys(context.schemes), configKeys: context.authenticators.configKeys };
  }

  /** Prepares a named scheme. */
  async prepareScheme(name: string): Promise<void> {
    await this.authenticatorOfScheme(name);
  }

  /**
   * Compiles entries; `requirements`, where given, stand in place of those of the entries.
   *
   * @throws AuthConfigurationError with every mistake, in the order of the entries, and paths that begin with one of `places`.
   */
  async compile(entries: unknown, source: ProtectedPlan['source'], requirements?: unknown, places = NOWHERE): Promise<ProtectedPlan> {
    const other = requirements === undefined ? undefined : this.compileRequirements(requirements, places.requirements);
    const steps = await this.toSteps(entriesOf(entries, places.entries), places.entries, other);
    const challenges = distinctChallenges(steps.flatMap(challengesOf)).map((challenge) => this.withRealm(challenge));
    return { kind: 'protected', source, steps: steps as [Step, ...Step[]], challenges };
  }

  /** The plan that refuses every caller: 401 for unauthenticated, 403 for authenticated ones. */
  async compileDenied(source: ProtectedPlan['source']): Promise<ConcretePlan> {
    const { schemes } = this.known;
    if (schemes.length === 0) return { kind: 'denied', source };
    const plan = await this.compile(schemes, source);
    const [first, ...rest] = plan.steps;
    return { ...plan, steps: [refusing(first), ...rest.map(refusing)] };
  }

  /** Resolves requirements for a check outside a plan. */
  compileRequirements(given: unknown, path = 'requirements'): StepRequirements {
    const demands = within(path, () => parseRequirements(given));
    if (demands.length > 0) return this.resolve(demands, path);
    throw fieldError(path, `requires nothing. Name ${fieldsInWords()}, or leave the decorator out.`);
  }

  private toSteps(entries: readonly unknown[], path: string, other?: StepRequirements): Promise<Step[]> {
    return checkAll(entries.map((entry, index) => this.toStep(entry, `${path}[${index}]`, other)));
  }

  private async toStep(entry: unknown, path: string, other?: StepRequirements): Promise<Step> {
    const { who, required } = splitEntry(entry, path);
    const [step, requirements] = await checkAll([this.toStepOf(who, path), other ?? this.requirementsOf(required, path)]);
    return { ...step, requirements };
  }

  private async toStepOf(who: SplitEntry['who'], path: string): Promise<StepOf> {
    const wayIn = parseWayIn(who, path, this.known);
    if (wayIn.kind === 'allOf') {
      const steps = await this.toSteps(wayIn.entries, `${path}.allOf`);
      return { kind: 'combined', name: steps.map(({ name }) => name).join(' + '), steps };
    }
    if (wayIn.kind === 'named') {
      const authenticator = await this.authenticatorOfScheme(wayIn.scheme).catch(reportedWithScheme);
      return { kind: 'single', name: wayIn.scheme, authenticator };
    }
    const { configKey, config } = wayIn;
    const authenticator = await within(path, () => this.context.authenticators.prepare(configKey, config, configKey));
    return { kind: 'single', name: configKey, authenticator };
  }

  private async requirementsOf(required: unknown, path: string): Promise<StepRequirements> {
    return this.resolve(
      within(path, () => parseRequirements(required)),
      path,
    );
  }

  private async authenticatorOfScheme(name: string) {
    const path = `schemes.${name}`;
    const { schemes, authenticators } = this.context;
    const { configKey, config } = parseConfigField(schemes[name] as Record<string, unknown>, path, this.known.configKeys);
    return within(path, () => authenticators.prepare(configKey, config, name));
  }

  private resolve(demands: readonly Demand[], path: string): StepRequirements {
    const uses = demands.flatMap(({ authorizers = [] }) => authorizers);
    const authorizers = checkEach(uses, ({ use, args }, index) =>
      within(`${path}.authorizers[${index}]`, () => ({ authorizer: this.context.findAuthorizer(use), args })),
    );
    return { demands, authorizers };
  }

  private withRealm(challenge: Challenge): Challenge {
    return Object.freeze({ ...challenge, params: Object.freeze({ realm: this.context.realm, ...challenge.params }) });
  }
}

function challengesOf(step: Step): readonly Challenge[] {
  return step.kind === 'single' ? step.authenticator.challenges : step.steps.flatMap(challengesOf);
}

function refusing(step: Step): Step {
  return { ...step, requirements: { ...step.requirements, forbidden: 'no_access_rule' } };
}

/** A broken scheme was reported when it was prepared: not again for each route that names it. */
function reportedWithScheme(error: unknown): never {
  throw error instanceof AuthConfigurationError ? new AuthConfigurationError([], { cause: error }) : error;
}
