/** The message of an error without the lines at its end that say where the documentation explains it. */
export function withoutHelp({ message }: { readonly message: string }): string {
  return message.replace(/(\n\[[a-z-]+\] node_modules\/nest-service-auth\/docs\/errors\.md#[a-z-]+)+$/, '');
}
