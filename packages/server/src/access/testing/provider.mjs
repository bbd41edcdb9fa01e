// A real provider of OpenID Connect on loopback: `provider.mjs REDIRECT_URI`. Whoever signs in as NAME has the roles that
// `roles` gives to NAME. Prints its issuer when it listens, and ends with its standard input.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const roles = { ann: ["Calypso.Reader", "Calypso.Engineer"], ben: ["Payroll.Admin"] };
const [redirectUri] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "calypso", client_secret: "the client's secret", redirect_uris: [redirectUri] }],
    claims: { profile: ["preferred_username", "roles"] },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: `${id}@contoso.example`, roles: roles[id] ?? [] }),
    }),
  });
  server.on("request", provider.callback());
  console.log(`issuer ${issuer}`);
});
process.stdin.resume().on("end", () => process.exit(0));
