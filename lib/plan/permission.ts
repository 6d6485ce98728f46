/**
 * Whether holding `held` grants `required`: permissions form a tree by path segment, so `/permission/admin` grants
 * `/permission/admin/login` but not `/permission/administrator`. The root `/` grants every path.
 */
export function grants(held: string, required: string): boolean {
  if (held === required) return true;
  // An empty entry in a claim or a role is no root.
  if (held === '') return false;
  const branch = held.endsWith('/') ? held : `${held}/`;
  return required.startsWith(branch);
}
