/** The root of the permissions for user management. */
const USERS = '/permission/admin/manage/identity/usermgt';

/** The permissions of each role. Permissions form a tree: a permission includes all those below it. */
export const ROLES = {
  admin: ['/permission/admin'],
  'user-manager': [USERS],
  viewer: [`${USERS}/list`],
} as const satisfies Readonly<Record<string, readonly string[]>>;
