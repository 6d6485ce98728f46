import type { DynamicModule, ForwardReference, Provider, Type } from '@nestjs/common';
import { ANONYMOUS } from '../anonymous.js';
import { AuthModule } from '../auth.module.js';
import { type ClassRef, declaredResource, declaredService } from '../decorators/declaration.js';

type Import = Type | DynamicModule | ForwardReference | Promise<DynamicModule>;

/** What one module of the tree has, from its decorator and from a dynamic module. */
interface ModuleNode {
  readonly type: object;
  readonly classes: readonly ClassRef[];
}

/**
 * The names of all schemes that the declarations of a module and of those that it imports use; undefined if one of them is AuthModule,
 * which has schemes of its own.
 */
export async function schemesToAdd(root: object): Promise<readonly string[] | undefined> {
  const nodes = await modulesBelow(root);
  if (nodes.some(({ type }) => type === AuthModule)) return undefined;
  const classes = nodes.flatMap((node) => node.classes);
  return [...new Set(classes.flatMap(declarationsOf).flatMap(namesIn))].filter((name) => name !== ANONYMOUS);
}

async function modulesBelow(root: object): Promise<readonly ModuleNode[]> {
  const seen = new Set<object>();
  const nodes: ModuleNode[] = [];
  const visit = async (given: Import | object): Promise<void> => {
    const found = await resolve(given);
    if (found === undefined || seen.has(found.identity)) return;
    seen.add(found.identity);
    const { type, dynamic } = found;
    const listed = (field: string) => [...(Reflect.getMetadata(field, type) ?? []), ...(Reflect.get(dynamic, field) ?? [])];
    nodes.push({ type, classes: [...listed('controllers'), ...listed('providers').map(classOf)].filter(isClass) });
    for (const each of listed('imports')) await visit(each);
  };
  await visit(root);
  return nodes;
}

async function resolve(given: Import | object) {
  const settled = await given;
  if (settled === undefined || settled === null) return undefined;
  const named: object = 'forwardRef' in settled ? settled.forwardRef() : settled;
  const isDynamic = 'module' in named;
  return { identity: named, type: isDynamic ? (named.module as object) : named, dynamic: isDynamic ? named : {} };
}

function classOf(provider: Provider): unknown {
  return typeof provider === 'object' && 'useClass' in provider ? provider.useClass : provider;
}

function isClass(value: unknown): value is ClassRef {
  return typeof value === 'function';
}

function declarationsOf(type: ClassRef): readonly unknown[] {
  const declared = [declaredService(type)?.auth];
  for (let prototype: object | null = type.prototype; prototype !== null; prototype = Object.getPrototypeOf(prototype))
    for (const method of Reflect.ownKeys(prototype)) declared.push(declaredResource(type, method).own?.auth as never);
  return declared;
}

function namesIn(auth: unknown): readonly string[] {
  if (typeof auth === 'string') return [auth];
  if (Array.isArray(auth)) return auth.flatMap(namesIn);
  const { scheme, allOf } = (auth ?? {}) as { readonly scheme?: unknown; readonly allOf?: unknown };
  return [...namesIn(scheme ?? []), ...namesIn(allOf ?? [])];
}
