const SLOWER = 'What is made is equal: it is slower.';
const HAS_OBJECT = 'Nest gives each controller an object before it makes any.';
const HAS_MODULE = 'A controller belongs to a module.';
const NO_RESOLVER = 'A letter of a text is no function, and has none.';
const HAS_METHOD = 'Only the connection of a gateway has no method, and it has a name of its own.';

/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'discovery/external-handlers.ts',
    code: 'if (seen.has(callback)) return;',
    change: 'false',
    why: 'What is reported again is known, and is said once: it is slower.',
  },
  {
    file: 'discovery/find-authorizer.ts',
    code: 'requestScopedPath(wrapper) ?? [type.name]',
    change: '[]',
    why: 'What Nest refuses to give, and is not transient, has a way to something request-scoped.',
  },
  {
    file: 'discovery/request-scope.ts',
    code: 'wrapper.getPropertiesMetadata() ?? []',
    change: 'Stryker was here',
    why: 'A text has no wrapper, and what is missing is left out.',
  },
  { file: 'discovery/graphql-kind.ts', code: 'method !== undefined', change: 'true', why: HAS_METHOD },
  {
    file: 'discovery/graphql-modules.ts',
    code: 'fieldResolverEnhancers = []',
    change: 'Stryker was here',
    why: 'Only the text "guards" means that guards run.',
  },
  {
    file: 'discovery/graphql-modules.ts',
    code: 'providers.get(OPTIONS)?.instance',
    change: '.get(OPTIONS).instance',
    why: 'Only modules that have options are asked.',
  },
  {
    file: 'discovery/graphql-modules.ts',
    code: 'isObject(options) ? [options] : []',
    change: 'Stryker was here',
    why: 'A text has none of the options, and says of no field that guards run before it.',
  },
  { file: 'discovery/graphql-modules.ts', code: 'if (!isObject(value)) return [];', change: 'Stryker was here', why: NO_RESOLVER },
  { file: 'discovery/graphql-modules.ts', code: 'Object.entries(value) : []', change: 'Stryker was here', why: NO_RESOLVER },
  { file: 'discovery/operation-name.ts', code: 'target === undefined', change: 'false', why: HAS_METHOD },
  {
    file: 'discovery/handler-kind.ts',
    code: 'KINDS[kind].operation?.(method)',
    change: 'operation(method)',
    why: 'Only a route has no name of this kind, and none is asked for.',
  },
  { file: 'discovery/handler-catalog.ts', code: 'instance?.[name]', change: 'instance[name]', why: HAS_OBJECT },
  { file: 'discovery/handler-catalog.ts', code: 'method === undefined', change: 'false', why: 'A route has a method.' },
  { file: 'discovery/handler-catalog.ts', code: 'host?.metatype', change: 'host.metatype', why: HAS_MODULE },
  {
    file: 'discovery/handler-catalog.ts',
    code: 'each !== Object.prototype',
    change: 'true',
    why: 'Object.prototype has no method that is named by a symbol.',
  },
  {
    file: 'discovery/handler-catalog.ts',
    code: 'Object.getOwnPropertyDescriptor(each, name)?.value',
    change: 'name).value',
    why: 'The name is one of its own properties.',
  },
  {
    file: 'discovery/handler-table.ts',
    code: 'type.prototype?.constructor',
    change: 'prototype.constructor',
    why: 'A handler belongs to a class, whose declarations were read from its prototype before.',
  },
  {
    file: 'discovery/provided-classes.ts',
    code: 'providers.get(type) ?? []',
    change: 'Stryker was here',
    why: 'A text has no object of a class.',
  },
  { file: 'discovery/route-places.ts', code: 'known !== undefined', change: 'false', why: SLOWER },
  { file: 'discovery/route-places.ts', code: 'paths.length < 2', change: 'false', why: SLOWER },
  { file: 'discovery/route-places.ts', code: '[first = [], ...others]', change: 'Stryker was here', why: HAS_MODULE },
  { file: 'discovery/route-places.ts', code: 'others.length === 0 && first.length < 2', change: 'false', why: SLOWER },
  { file: 'discovery/route-places.ts', code: 'version === undefined && host === undefined', change: 'false', why: SLOWER },
  {
    file: 'discovery/route-places.ts',
    code: '...(version !== undefined && { version }), ...(host !== undefined && { host })',
    change: 'true',
    why: 'A member that is undefined is read as one that is missing.',
  },
  { file: 'discovery/route-places.ts', code: 'if (module === undefined)', change: 'false', why: HAS_MODULE },
  { file: 'discovery/route-places.ts', code: "typeof path === 'string'", change: 'false', why: SLOWER },
];
