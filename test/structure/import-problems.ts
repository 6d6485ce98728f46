import { covers, ENTRY_POINTS, type ImportRule, OPTIONAL_PACKAGES, ownFolder, ruleFor } from './import-table.js';
import { type ImportSite, resolveOwn, type SourceFile } from './source-file.js';

/** Every import of a file that breaks the table: which one, which rule, and the cure. */
export function importProblems(file: SourceFile): string[] {
  const rule = ruleFor(file.path);
  if (rule === undefined) return [`lib/${file.path} has no rule: add its folder to IMPORT_TABLE and to the table in CONTRIBUTING.md.`];
  return file.imports.flatMap((site) => {
    const target = resolveOwn(file.path, site.specifier);
    const problem = target === undefined ? packageProblem(rule, site) : ownProblem(rule, file.path, target, site);
    return problem === undefined ? [] : [`lib/${file.path}:${site.line} imports '${site.specifier}': ${problem}`];
  });
}

function ownProblem(rule: ImportRule, from: string, target: string, site: ImportSite): string | undefined {
  const entryPoint = ENTRY_POINTS.find((each) => covers(each, target));
  if (entryPoint !== undefined && !covers(entryPoint, from))
    return `nobody in lib/ imports ${entryPoint}. Import the file that declares what you need, or move that to a file both may import.`;
  const own = ownFolder(rule, from);
  if (own !== undefined && target.startsWith(own)) return undefined;
  if (rule.may.some((each) => covers(each, target))) return undefined;
  const typesAllowed = rule.mayTypes?.some((each) => covers(each, target)) === true;
  if (typesAllowed && site.typeOnly) return undefined;
  if (typesAllowed) return `${rule.files} may import types only from there. Write "import type", or have the value handed in.`;
  return `${rule.files} may import only ${describe(rule, own)}. ${cure(from, target)}`;
}

function cure(from: string, target: string): string {
  if (/^strategies\/[^/]+\//.test(from) && /^strategies\/[^/]+\//.test(target))
    return 'No strategy imports another: move what both need to a file directly in strategies/, or to http/ if it is about the wire.';
  return 'Move what you need to a place that may be imported, or have auth.module.ts hand it in.';
}

function describe({ may, mayTypes = [] }: ImportRule, own: string | undefined): string {
  const places = [...(own === undefined ? [] : [own]), ...may, ...mayTypes.map((each) => `${each} (types)`)];
  return places.length === 0 ? 'packages, and nothing of ours' : places.join(', ');
}

function packageProblem(rule: ImportRule, site: ImportSite): string | undefined {
  if (site.specifier.startsWith('nest-service-auth')) return 'lib/ never imports itself by name. Use a relative path.';
  if (OPTIONAL_PACKAGES.includes(site.specifier) && !site.typeOnly)
    return 'it is an optional peer. Load it with importPackage() where it is configured: a bundle must be built without it.';
  if (!site.specifier.startsWith('@nestjs/') || rule.nest === undefined) return undefined;
  const allowed = rule.nest;
  const foreign = site.names.filter((name) => !allowed.includes(name));
  if (foreign.length === 0 && site.names.length > 0) return undefined;
  const names = allowed.length === 0 ? 'nothing' : `only ${allowed.join(' and ')}`;
  return `${rule.files} may take ${names} of Nest (here: ${foreign.join(', ') || 'the whole module'}). Have it handed in, through StrategyHost for instance.`;
}
