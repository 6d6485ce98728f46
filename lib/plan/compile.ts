import type { Type } from '@nestjs/common';
import { ANONYMOUS } from '../anonymous.js';
import type { Authorizer } from '../authorizer.js';
import { checkAll, checkEach } from '../config/every-mistake.js';
import { AuthConfigurationError, fieldError, within } from '../errors.js';
import { type Challenge, distinctChallenges } from '../http/challenge.js';
import { fieldsInWords, parseRequirements } from '../requirements/every-requirement.js';
import type { Demand } from '../requirements/requirement.js';
import type { Authenticators } from './authenticators.js';
import { entriesOf, type KnownNames, parseConfigField, parseWayIn, type SplitEntry, splitEntry } from './entry.js';
import { authenticatorsOf, type ConcretePlan, type ProtectedPlan, type Step, type StepRequirements } from './plan.js';
import { resourceParams } from './resource-metadata.js';
import { SchemeGroups } from './scheme-groups.js';
import { checkStepUp, withPossibleStepUp } from './step-up.js';
import { checkAnonymousAt, combinationsOf, type Place, placeIn, type StepOf, stepsOf, type Ways } from './ways.js';

/** What compiling needs from the application. */
export interface CompilerContext {
  readonly schemes: Readonly<Record<string, unknown>>;
  readonly realm: string;
  /** Where the metadata of the protected resource are; undefined where there are none. */
  readonly metadataUrl?: string | undefined;
  readonly authenticators: Authenticators;
  /** The instance of an authorizer class. @throws if the application does not provide it */
  readonly findAuthorizer: (type: Type<Authorizer<unknown>>) => Authorizer<unknown>;
}

/** Where the compiled entries are declared: the path that mistakes are reported under. */
export interface Places {
  readonly entries: string;
  /** Where the requirements are declared that replace those of the entries. */
  readonly requirements: string;
}

const NOWHERE: Places = { entries: 'auth', requirements: 'auth' };

/** Turns declared entries into the steps of a plan. */
export class PlanCompiler {
  private readonly known: KnownNames;
  private readonly groups: SchemeGroups;

  constructor(private readonly context: CompilerContext) {
    this.groups = new SchemeGroups(context.schemes);
    this.known = { schemes: Object.keys(context.schemes), configKeys: context.authenticators.configKeys };
  }

  /** The names of the schemes that have a config, in their order. */
  get singleSchemes(): readonly string[] {
    return this.groups.single;
  }

  /** Whether a name is that of a group. */
  isGroup(name: string): boolean {
    return this.groups.isGroup(name);
  }

  /** Whether a name is `'anonymous'`, or a group that ends in it. */
  admitsAnonymous(name: string): boolean {
    return name === ANONYMOUS || (this.groups.isGroup(name) && membersOf(this.groups, name).includes(ANONYMOUS));
  }

  /**
   * Prepares a named scheme, or checks a group.
   *
   * @throws AuthConfigurationError with every mistake in it.
   */
  async prepareScheme(name: string): Promise<void> {
    if (name === ANONYMOUS) throw fieldError(`schemes.${name}`, 'is a reserved name. Give the scheme another one.');
    if (this.groups.isGroup(name)) this.groups.membersOf(name);
    else await this.authenticatorOfScheme(name);
  }

  /**
   * Compiles entries; `requirements`, if given, replace those of the entries.
   *
   * @throws AuthConfigurationError with every mistake, in the order of the entries, and paths that begin with one of `places`.
   */
  async compile(entries: unknown, source: ProtectedPlan['source'], requirements?: unknown, places = NOWHERE): Promise<ProtectedPlan> {
    const other = requirements === undefined ? undefined : this.compileRequirements(requirements, places.requirements);
    const list = entriesOf(entries, places.entries);
    const ways = await checkAll(list.map((entry, index) => this.waysOf(entry, placeIn(list, index, places.entries), other)));
    const admitsAnonymous = ways.some((each) => each.admitsAnonymous);
    if (admitsAnonymous && other !== undefined) throw fieldError(places.requirements, REQUIRES_OF_NOBODY);
    const steps = stepsOf(ways).map(withPossibleStepUp) as [Step, ...Step[]];
    if (other !== undefined) checkStepUp(other.demands, steps, places.requirements);
    const challenges = distinctChallenges(steps.flatMap(authenticatorsOf).flatMap((each) => each.challenges)).map((challenge) =>
      this.completed(challenge, steps),
    );
    return { kind: 'protected', source, steps, challenges, ...(admitsAnonymous && { admitsAnonymous }) };
  }

  /** The plan that refuses every caller: 401 for unauthenticated, 403 for authenticated ones. */
  async compileDenied(source: ProtectedPlan['source']): Promise<ConcretePlan> {
    const { single } = this.groups;
    if (single.length === 0) return { kind: 'denied', source };
    const plan = await this.compile(single, source);
    const [first, ...rest] = plan.steps;
    return { ...plan, steps: [refusing(first), ...rest.map(refusing)] };
  }

  /** Resolves requirements for a check outside a plan. */
  compileRequirements(given: unknown, path = 'requirements'): StepRequirements {
    const demands = within(path, () => parseRequirements(given));
    if (demands.length > 0) return this.resolve(demands, path);
    throw fieldError(path, `requires nothing. Name ${fieldsInWords()}, or leave the decorator out.`);
  }

  private async waysOf(entry: unknown, place: Place, other?: StepRequirements): Promise<Ways> {
    const { who, required } = splitEntry(entry, place.path);
    const [ways, requirements] = await checkAll([this.unrestricted(who, place), other ?? this.requirementsOf(required, place.path)]);
    if (ways.admitsAnonymous && Object.keys(required).length > 0) throw fieldError(place.path, REQUIRES_OF_ANONYMOUS);
    if (other === undefined) checkStepUp(requirements.demands, ways.steps, place.path);
    return { ...ways, steps: ways.steps.map((step) => ({ ...step, requirements })) };
  }

  private async unrestricted(who: SplitEntry['who'], place: Place): Promise<Ways<StepOf>> {
    const wayIn = parseWayIn(who, place.path, this.known);
    if (wayIn.kind === 'anonymous') return this.ofNames([ANONYMOUS], ANONYMOUS, place);
    if (wayIn.kind === 'allOf') return this.combined(wayIn.entries, `${place.path}.allOf`);
    if (wayIn.kind === 'named') {
      const { scheme } = wayIn;
      return this.ofNames(this.groups.isGroup(scheme) ? membersOf(this.groups, scheme) : [scheme], scheme, place);
    }
    const { configKey, config } = wayIn;
    const authenticator = await within(place.path, () => this.context.authenticators.prepare(configKey, config, configKey));
    return { steps: [{ kind: 'single', name: configKey, authenticator }], admitsAnonymous: false, isGroup: false };
  }

  /** One step for each name. A group in `allOf` means any one of its members. */
  private async ofNames(names: readonly string[], declared: string, place: Place): Promise<Ways<StepOf>> {
    const admitsAnonymous = names.at(-1) === ANONYMOUS;
    if (admitsAnonymous) checkAnonymousAt(place, declared);
    const schemes = admitsAnonymous ? names.slice(0, -1) : names;
    const steps = schemes.map(async (name): Promise<StepOf> => {
      const authenticator = await this.authenticatorOfScheme(name).catch(reportedWithScheme);
      return { kind: 'single', name, authenticator };
    });
    return { steps: await checkAll(steps), admitsAnonymous, isGroup: this.groups.isGroup(declared) };
  }

  private async combined(entries: readonly unknown[], path: string): Promise<Ways<StepOf>> {
    const members = entries.map((entry, index) => this.waysOf(entry, { path: `${path}[${index}]`, position: 'in allOf' }));
    const lists = (await checkAll(members)).map(({ steps }) => steps);
    const steps = combinationsOf(lists).map(
      (each): StepOf => ({ kind: 'combined', name: each.map(({ name }) => name).join(' + '), steps: each }),
    );
    return { steps, admitsAnonymous: false, isGroup: false };
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

  private completed(challenge: Challenge, steps: readonly Step[]): Challenge {
    const { realm, metadataUrl } = this.context;
    const ofResource = metadataUrl === undefined ? {} : resourceParams(challenge.scheme, steps, metadataUrl);
    return Object.freeze({ ...challenge, params: Object.freeze({ realm, ...challenge.params, ...ofResource }) });
  }
}

const REQUIRES_OF_ANONYMOUS = `requires something, but ends in '${ANONYMOUS}', and nothing can be required of a caller without credentials. Put the requirements in the entries before it.`;
const REQUIRES_OF_NOBODY = `has requirements, but the entries that it inherits end in '${ANONYMOUS}', and nothing can be required of a caller without credentials. Name the entries here, without '${ANONYMOUS}', and put the requirements in them.`;

function refusing(step: Step): Step {
  return { ...step, requirements: { ...step.requirements, forbidden: 'no_access_rule' } };
}

function membersOf(groups: SchemeGroups, name: string): readonly string[] {
  try {
    return groups.membersOf(name);
  } catch (error) {
    return reportedWithScheme(error);
  }
}

/** An invalid scheme was reported when it was prepared; it is not reported again for each route that names it. */
function reportedWithScheme(error: unknown): never {
  throw error instanceof AuthConfigurationError ? new AuthConfigurationError([]) : error;
}
