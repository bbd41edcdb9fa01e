import { addressesOf } from "../packages/web/e2e/testing/addresses.mjs";

/** The addresses of every page of the application on a service, with things that are there in the places of their parameters. */
export async function pageAddresses(origin) {
  return Object.values(await addressesOf(origin)).flat();
}
