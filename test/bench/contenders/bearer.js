/** The token as hand-written guards read it, and Nest's documentation does. @param {{ headers: import('node:http').IncomingHttpHeaders }} request */
export function bearerToken(request) {
  const [type, token] = request.headers.authorization?.split(' ') ?? [];
  return type === 'Bearer' ? token : undefined;
}
