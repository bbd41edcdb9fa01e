import type { Person } from "../population.js";
import { guidOf, type Random } from "../random.js";
import { type AuditEntry, auditRow, newValue } from "../rows/audit.js";
import type { World } from "../world.js";
import type { Traffic } from "./traffic.js";

/** Changes to the directory on ordinary days: passwords, groups, devices, roles by PIM, consent to harmless applications. */
export const auditTraffic: Traffic = {
  table: "AuditLogs",
  share: 0.0185,
  byPeople: 0.9,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const administrator = world.people[random.below(6)]!;
    const kind = kinds.find((each) => each.weight > random.below(100)) ?? kinds.at(-1)!;
    return auditRow({ time, ...kind.entry({ person, administrator, world, random }) }, random);
  },
};

interface Situation {
  readonly person: Person;
  readonly administrator: Person;
  readonly world: World;
  readonly random: Random;
}

type Untimed = Omit<AuditEntry, "time">;

const byUser = (person: Person): AuditEntry["initiatedBy"] => ({
  user: { id: person.id, displayName: person.displayName, upn: person.upn, address: person.office.egress.address },
});

const asTarget = (person: Person) => ({
  id: person.id,
  displayName: person.displayName,
  type: "User" as const,
  userPrincipalName: person.upn,
});

const privilegedIdentityManagement = { app: { id: guidOf("MS-PIM"), displayName: "MS-PIM" } };

const plannedRoles = ["Global Reader", "User Administrator", "Security Reader", "Application Administrator"] as const;
const harmlessScopes = [
  "User.Read openid profile",
  "User.Read email",
  "Calendars.Read User.Read",
  "openid profile",
] as const;

/** Each weight is the chance in percent that the kind is taken when the ones before it were not. */
const kinds: readonly { readonly weight: number; readonly entry: (situation: Situation) => Untimed }[] = [
  {
    weight: 30,
    entry: ({ person }) => ({
      operation: "Update user",
      category: "UserManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: { app: { id: guidOf("provisioning"), displayName: "Microsoft Azure AD Connect" } },
      targets: [{ ...asTarget(person), modifiedProperties: [newValue("LastDirSyncTime", [""])] }],
    }),
  },
  {
    weight: 25,
    entry: ({ person }) => ({
      operation: "Update device",
      category: "Device",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: { app: { id: guidOf("device registration"), displayName: "Device Registration Service" } },
      targets: [{ id: person.laptop.id, displayName: person.laptop.name, type: "Device" }],
    }),
  },
  {
    weight: 30,
    entry: ({ person, administrator, random }) => ({
      operation: "Add member to group",
      category: "GroupManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: byUser(administrator),
      targets: [
        {
          ...asTarget(person),
          modifiedProperties: [newValue("Group.DisplayName", random.pick(["Fleet", "Crewing", "Finance"]))],
        },
      ],
    }),
  },
  {
    weight: 25,
    entry: ({ person }) => ({
      operation: "Reset password (self-service)",
      category: "UserManagement",
      operationType: "Update",
      service: "Self-service Password Management",
      initiatedBy: byUser(person),
      targets: [asTarget(person)],
    }),
  },
  {
    weight: 50,
    entry: ({ administrator, random }) => ({
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: privilegedIdentityManagement,
      targets: [
        { ...asTarget(administrator), modifiedProperties: [newValue("Role.DisplayName", random.pick(plannedRoles))] },
      ],
    }),
  },
  {
    weight: 15,
    entry: ({ person, administrator }) => ({
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: byUser(administrator),
      targets: [{ ...asTarget(person), modifiedProperties: [newValue("Role.DisplayName", "Directory Readers")] }],
    }),
  },
  {
    weight: 100,
    entry: ({ person, random }) => ({
      operation: "Consent to application",
      category: "ApplicationManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: byUser(person),
      targets: [
        consentTarget(
          random.pick(["Fleet Planner", "Crew Roster", "Travel and Expenses"]),
          random.pick(harmlessScopes),
          person,
        ),
      ],
    }),
  },
];

/** What "Consent to application" says about the application and the permissions it was given. */
export function consentTarget(application: string, scopes: string, person: { readonly id: string }) {
  const permissions = `[] => [[Id: ${guidOf(application, person.id)}, ClientId: ${guidOf(application)}, ConsentType: Principal, Scope: ${scopes}]];`;
  return {
    id: guidOf(application),
    displayName: application,
    type: "ServicePrincipal" as const,
    modifiedProperties: [
      newValue("ConsentContext.IsAdminConsent", "False"),
      newValue("ConsentContext.OnBehalfOfAll", "False"),
      newValue("ConsentAction.Permissions", permissions),
    ],
  };
}
