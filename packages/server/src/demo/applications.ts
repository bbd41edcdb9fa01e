/** An application that people sign in to, with the resource that the token is for. */
export interface Application {
  readonly id: string;
  readonly name: string;
  readonly resource: string;
  readonly resourceId: string;
}

const exchange = { resource: "Office 365 Exchange Online", resourceId: "00000002-0000-0ff1-ce00-000000000000" };
const sharePoint = { resource: "Office 365 SharePoint Online", resourceId: "00000003-0000-0ff1-ce00-000000000000" };
const graph = { resource: "Microsoft Graph", resourceId: "00000003-0000-0000-c000-000000000000" };
const management = {
  resource: "Windows Azure Service Management API",
  resourceId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
};

/** The applications of the demo by a short name. The first-party ids are Microsoft's published ones. */
export const applications = {
  outlook: { id: "00000002-0000-0ff1-ce00-000000000000", name: "Office 365 Exchange Online", ...exchange },
  outlookMobile: { id: "27922004-5251-4030-b22d-91ecd9a37ea4", name: "Outlook Mobile", ...exchange },
  office: { id: "d3590ed6-52b3-4102-aeff-aad2292ab01c", name: "Microsoft Office", ...graph },
  teams: { id: "1fec8e78-bce4-4aaf-ab1b-5451cc387264", name: "Microsoft Teams", ...graph },
  sharePoint: { id: "00000003-0000-0ff1-ce00-000000000000", name: "Office 365 SharePoint Online", ...sharePoint },
  azurePortal: { id: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", name: "Azure Portal", ...management },
  azureCli: { id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", name: "Microsoft Azure CLI", ...management },
  fleetPlanner: { id: "6f0a6a3e-5b0d-4a8e-9d55-0b8f6f2f7c11", name: "Fleet Planner", ...graph },
  crewRoster: { id: "b9d1d3c4-80a7-4d5e-8a53-2c0a9df1e7a2", name: "Crew Roster", ...graph },
  expenses: { id: "3a7e6c1b-94d2-4f6b-8f0e-7d5b2c9a4e63", name: "Travel and Expenses", ...graph },
} as const satisfies Record<string, Application>;

/** What everyday interactive sign-ins are for; repeated names are more frequent. */
export const everydayApplications: readonly Application[] = [
  applications.outlook,
  applications.outlook,
  applications.outlook,
  applications.teams,
  applications.teams,
  applications.sharePoint,
  applications.sharePoint,
  applications.office,
  applications.office,
  applications.fleetPlanner,
  applications.crewRoster,
  applications.expenses,
];

/** What administrators and engineers sign in to beside that. */
export const adminApplications: readonly Application[] = [
  applications.azurePortal,
  applications.azurePortal,
  applications.azureCli,
];
