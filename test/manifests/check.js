import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');
const deploy = join(root, 'sample/order-management/deploy');

/** @typedef {{ readonly apiVersion: string, readonly kind: string, readonly metadata: { readonly name: string }, readonly spec?: object }} Manifest */
/** @typedef {{ readonly file: string, readonly object: Manifest }} Found */

/** The packages with the schemas of what is not Kubernetes itself. */
const PACKAGES = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

/**
 * Checks each manifest, and those in docs/deploying.md, by the validators that are generated from the schemas (types, formats, required fields),
 * and by the types that are generated from them, for which a field that does not exist is an error.
 *
 * @returns {Promise<readonly string[]>} the problems.
 */
export async function checkManifests() {
  const found = [...manifestsOf(deploy), ...manifestsIn('docs/deploying.md')];
  const wrong = [...(await invalidOf(found)), ...unknownFieldsOf(found)];
  const missed = await missedMistakes(found);
  console.log(`✓ ${found.length} manifests of ${new Set(found.map(({ file }) => file)).size} files were checked: ${kindsOf(found)}`);
  return [...wrong, ...missed];
}

/** @param {string} folder @returns {Found[]} */
function manifestsOf(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  // kustomize has no schema in these packages. It reads its files when the tests of the deployment do.
  return files.flatMap((file) => read(relative(root, join(folder, file)), readFileSync(join(folder, file), 'utf8')));
}

/** @param {string} page @returns {Found[]} */
function manifestsIn(page) {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, block = '']) => read(page, block));
}

/** Reads YAML as Kubernetes does: 0440 is octal there. @param {string} file @param {string} text @returns {Found[]} */
function read(file, text) {
  const objects = parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
  return objects.filter(({ kind }) => kind !== 'Kustomization').map((object) => ({ file, object }));
}

/** @param {Manifest} manifest */
function moduleOf({ apiVersion }) {
  const name = Object.entries(PACKAGES).find(([group]) => apiVersion.startsWith(`${group}/`))?.[1] ?? 'kubernetes-models';
  return `${name}/${apiVersion}`;
}

/** @param {readonly Found[]} found @returns {Promise<string[]>} */
async function invalidOf(found) {
  const problems = [];
  for (const { file, object } of found) {
    const Kind = (await import(moduleOf(object)))[object.kind];
    try {
      new Kind(object).validate();
    } catch (error) {
      problems.push(`${file}: ${object.kind} ${object.metadata.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return problems;
}

/** @param {readonly Found[]} found @returns {string[]} */
function unknownFieldsOf(found) {
  const folder = join(import.meta.dirname, 'node_modules/.manifests');
  mkdirSync(folder, { recursive: true });
  const names = found.map(({ file, object }, index) => {
    const name = join(folder, `${index}.ts`);
    const literal = JSON.stringify(object, undefined, 2);
    const { kind } = object;
    writeFileSync(
      name,
      `// ${file}\nimport type { I${kind} } from '${moduleOf(object)}';\nexport const manifest: I${kind} = ${literal};\n`,
    );
    return name;
  });
  const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022 };
  const resolution = { module: ts.ModuleKind.Preserve, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(names, { ...options, ...resolution }));
  return diagnostics.map(({ file, messageText }) => {
    return `${file?.text.split('\n')[0]?.slice(3)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

/** The check itself: it must find a value of a wrong type, and a field that does not exist. @param {readonly Found[]} found @returns {Promise<string[]>} */
async function missedMistakes(found) {
  const deployment = found.find(({ object }) => object.kind === 'Deployment');
  if (deployment === undefined) return ['No deployment was found.'];
  const { file, object } = deployment;
  const changed = (/** @type {object} */ spec) => [{ file, object: { ...object, spec: { ...object.spec, ...spec } } }];
  const wrongType = await invalidOf(changed({ replicas: 'two' }));
  const unknownField = unknownFieldsOf(changed({ replica: 2 }));
  return [
    ...(wrongType.length > 0 ? [] : ['The check accepts `replicas: two`.']),
    ...(unknownField.length > 0 ? [] : ['The check accepts the field `replica`.']),
  ];
}

/** @param {readonly Found[]} found */
function kindsOf(found) {
  return [...new Set(found.map(({ object }) => object.kind))].toSorted().join(', ');
}
