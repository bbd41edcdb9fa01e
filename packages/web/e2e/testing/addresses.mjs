/** Addresses to look at, with what is there in the places of their parameters, by the path of their page as `shell/pages.ts` has it. */
export async function addressesOf(origin) {
  const ask = async (path) => {
    const answer = await fetch(`${origin}/api/v1${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const part = encodeURIComponent;
  const [incident] = (await ask("/incidents?sort=-alerts&limit=1")).incidents;
  const [alert] = (await ask("/alerts?limit=1")).alerts;
  const { entities } = await ask(`/incidents/${incident.number}`);
  const account = entities.find(({ type }) => type === "account") ?? entities[0];
  const [rule] = (await ask("/rules")).rules;
  const found = (await ask("/catalogue/rules?table=SigninLogs&limit=2")).rules;
  const known = await ask(`/catalogue/rules/${part(found[0].id)}`);
  return {
    "/incidents": ["/incidents"],
    "/incidents/:id": ["", "?tab=alerts", "?tab=entities", "?tab=similar", "?tab=history"].map(
      (tab) => `/incidents/${incident.number}${tab}`,
    ),
    "/alerts": ["/alerts"],
    "/alerts/:id": [`/alerts/${part(alert.id)}`],
    "/entities/:type/:name": [`/entities/${account.type}/${part(account.name)}`],
    "/hunt": ["/hunt", "/hunt?tab=history"],
    "/catalogue": ["/catalogue"],
    "/catalogue/rules/:id": found.slice(0, 1).map(({ id }) => `/catalogue/rules/${part(id)}`),
    "/catalogue/compare": [`/catalogue/compare?rule=${part(found[0].id)}&with=${part(found[1].id)}`],
    "/catalogue/techniques/:id": [`/catalogue/techniques/${known.techniques[0]?.id ?? "T1110"}`],
    "/catalogue/tables": ["/catalogue/tables"],
    "/catalogue/table": ["/catalogue/table?name=SigninLogs"],
    "/catalogue/field": ["/catalogue/field?table=SigninLogs&field=ResultType"],
    "/catalogue/sources": ["/catalogue/sources"],
    "/coverage": ["/coverage"],
    "/rules": ["/rules"],
    "/rules/:key": ["", "?tab=text", "?tab=preview", "?tab=exceptions", "?tab=tests", "?tab=windows"].map(
      (tab) => `/rules/${part(rule.key)}${tab}`,
    ),
    "/new-rule": ["/new-rule"],
    "/data": ["", "?tab=loads", "?tab=feeds"].map((tab) => `/data${tab}`),
    "/data/:table": ["/data/SigninLogs"],
    "/tables": ["/tables", "/tables?table=SigninLogs"],
    "/account": ["/account"],
    "/users": ["/users"],
    "/audit": ["/audit"],
    "/sign-in": ["/sign-in"],
    "/set-up": ["/set-up"],
    "/keys": ["/keys"],
  };
}
