import { declaredFor, lostDeclaration } from '../../discovery/declared.js';
import type { GraphqlModules } from '../../discovery/graphql-modules.js';
import type { Operation } from '../../discovery/handler-catalog.js';
import type { ConfigurationProblem } from '../../errors.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import type { OperationFindings } from '../transport.js';

/** The options that decide about what nothing declares. */
export type Defaults = Pick<ResolvedAuthOptions, 'defaultAuth' | 'unannotated'>;

const GUARDED = "Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule";
const CHECKED = 'check the caller in the handler, and write @ResourceAuth({ auth: false }) on it';
const REFERENCE = '__resolveReference';

/** Finds out which resolvers have plans, which are covered by others, and what the guard does not reach. */
export class GraphqlAudit {
  /** The resolvers and loaders that are given as functions. */
  private readonly functions: readonly string[];
  private readonly entitiesWithoutReference: readonly string[];
  private readonly ownRoots: readonly string[];

  /** To be made when the schemas are there. */
  constructor(
    private readonly modules: GraphqlModules,
    private readonly defaults: Defaults,
  ) {
    this.functions = modules.functions();
    this.entitiesWithoutReference = modules.entitiesWithoutReference();
    this.ownRoots = modules.ownRoots();
  }

  /** Checks the resolvers. */
  findings(operations: readonly Operation[]): OperationFindings {
    const isCovered = this.coverage();
    const planned: Operation[] = [];
    const covered: Operation[] = [];
    for (const each of operations) if (each.kind !== 'GraphQL type resolver') (isCovered(each) ? covered : planned).push(each);
    const closed = planned.filter((each) => this.isClosed(each));
    return {
      planned,
      covered,
      problems: [
        ...operations.filter(isDeclaredTypeResolver).map(describeTypeResolver),
        ...(this.modules.guardsFields ? [] : closed.filter(isField).map(describeUnguarded)),
        ...closed.flatMap((each) => this.describeReplaced(each)),
      ],
      warnings: [...this.warnings(), ...this.reachable(planned)],
    };
  }

  /** Whether a resolver is a field without a declaration that only guarded operations reach. */
  private coverage(): (operation: Operation) => boolean {
    const roots = this.modules.rootTypes();
    if (this.unguardedRoots(roots).length > 0) return () => false;
    return ({ kind, type, name, label, operation }) =>
      kind === 'GraphQL field' &&
      !roots.includes(typeIn(operation)) &&
      declaredFor(type, name) === undefined &&
      // The one that it overrides was protected: this is a mistake, and is reported with the plans.
      lostDeclaration(type, name, label) === undefined;
  }

  /** What leads to fields and has no guard before it. */
  private unguardedRoots(roots: readonly string[]): string[] {
    const functions = this.functions.filter((name) => roots.includes(typeIn(name)) || name.endsWith(`.${REFERENCE}`));
    return [...this.entitiesWithoutReference, ...functions, ...this.ownRoots];
  }

  /** Whether a call may be refused. */
  private isClosed({ type, name }: Operation): boolean {
    const declared = declaredFor(type, name);
    if (declared !== undefined) return declared.auth !== false;
    const { defaultAuth, unannotated } = this.defaults;
    return defaultAuth === undefined ? unannotated !== 'allow' : defaultAuth !== false;
  }

  /** Why fields without a declaration are not covered by an operation. */
  private reachable(planned: readonly Operation[]): string[] {
    const entities = this.entitiesWithoutReference;
    const fields = planned.filter(({ kind, type, name }) => kind === 'GraphQL field' && declaredFor(type, name) === undefined);
    if (entities.length === 0 || fields.length === 0) return [];
    const labels = fields.map(({ label }) => label).join(', ');
    return [
      `The entities ${entities.join(', ')} have no reference resolver, so that an _entities query reaches fields with any values. A default decides about: ${labels}.`,
    ];
  }

  private describeReplaced({ label: path, operation }: Operation): ConfigurationProblem[] {
    const isSame = (name: string) => name === operation || name.replace(`.${REFERENCE}`, ' (reference)') === operation;
    return this.functions.filter(isSame).map((name) => ({
      path,
      message: `${name} is also given to GraphQLModule as a function (resolvers, loaders), which replaces this method, and no guard runs before it. Remove the function; or ${CHECKED}.`,
    }));
  }

  private warnings(): string[] {
    const where = 'where no guard runs';
    const { functions } = this;
    const warnings: string[] = [];
    if (functions.length > 0)
      warnings.push(
        `Given to GraphQLModule as functions, ${where}: ${functions.join(', ')}. They must check their callers themselves, or they are open.`,
      );
    for (const option of this.ownRoots)
      warnings.push(`The option ${option} of GraphQLModule answers queries itself, ${where}. It must check its callers, or it is open.`);
    if (this.modules.hasGateway)
      warnings.push(
        `GraphQLModule passes queries on to other services (gateway), ${where}. Those services must check their callers themselves, or they are open.`,
      );
    if (this.modules.hasService)
      warnings.push(
        'Query._service tells every caller the schema of the subgraph: no guard runs before it. If the schema is not public, let only the gateway reach the endpoint.',
      );
    return warnings;
  }
}

function isField({ kind }: Operation): boolean {
  return kind === 'GraphQL field' || kind === 'GraphQL reference resolver';
}

function isDeclaredTypeResolver({ kind, type, name }: Operation): boolean {
  const declared = kind === 'GraphQL type resolver' ? declaredFor(type, name) : undefined;
  return declared !== undefined && declared.by === '@ResourceAuth' && declared.auth !== false;
}

function describeTypeResolver({ label }: Operation): ConfigurationProblem {
  return {
    path: `${label} @ResourceAuth`,
    message: 'does not protect a type resolver: no guard runs before it. Protect the operations and fields that return the type.',
  };
}

function describeUnguarded({ label: path, kind }: Operation): ConfigurationProblem {
  const what = kind === 'GraphQL field' ? 'a GraphQL field' : 'a reference resolver, which answers _entities queries';
  return { path, message: `is ${what}, and no guard runs before it. ${GUARDED}; or ${CHECKED}.` };
}

function typeIn(operation: string): string {
  return operation.slice(0, operation.indexOf('.'));
}
