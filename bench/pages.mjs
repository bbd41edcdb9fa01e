/** The addresses of every page of the application on a service, with things that are there in the places of their parameters. */
export async function pageAddresses(_origin) {
  return ["/hunt", "/tables", "/keys"];
}
