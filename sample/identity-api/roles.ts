/** The root of what user management may do. */
const USERS = '/permission/admin/manage/identity/usermgt';

/** What each role may do. Permissions form a tree: whoever holds one holds everything below it. */
export const ROLES = {
  admin: ['/permission/admin'],
  'user-manager': [USERS],
  viewer: [`${USERS}/list`],
} as const satisfies Readonly<Record<string, readonly string[]>>;
