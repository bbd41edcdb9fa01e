import type { Person } from "../population.js";
import { guidOf, type Random } from "../random.js";
import { type AuditEntry, byPerson, newValue, personTarget } from "../rows/audit.js";

/** Who is at hand when the directory changes. */
export interface Situation {
  readonly person: Person;
  readonly administrator: Person;
  readonly random: Random;
}

/** A kind of change to the directory, and how many parts of all changes are of it. */
export interface DirectoryChange {
  readonly parts: number;
  entry(situation: Situation): Omit<AuditEntry, "time">;
}

/** Somebody at the office. */
export const atOffice = (person: Person) => byPerson(person, person.office.egress.address);

const privilegedIdentityManagement = { app: { id: guidOf("MS-PIM"), displayName: "MS-PIM" } };

const plannedRoles = ["Global Reader", "User Administrator", "Security Reader", "Application Administrator"] as const;
const harmlessScopes = [
  "User.Read openid profile",
  "User.Read email",
  "Calendars.Read User.Read",
  "openid profile",
] as const;

/** What happens in any directory without much thought. */
export const ordinaryChanges: readonly DirectoryChange[] = [
  {
    parts: 300,
    entry: ({ person }) => ({
      operation: "Update user",
      category: "UserManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: { app: { id: guidOf("provisioning"), displayName: "Microsoft Azure AD Connect" } },
      targets: [{ ...personTarget(person), modifiedProperties: [newValue("LastDirSyncTime", [""])] }],
    }),
  },
  {
    parts: 170,
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
    parts: 160,
    entry: ({ person, administrator, random }) => ({
      operation: "Add member to group",
      category: "GroupManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [
        {
          ...personTarget(person),
          modifiedProperties: [newValue("Group.DisplayName", random.pick(["Fleet", "Crewing", "Finance"]))],
        },
      ],
    }),
  },
  {
    parts: 90,
    entry: ({ person }) => ({
      operation: "Reset password (self-service)",
      category: "UserManagement",
      operationType: "Update",
      service: "Self-service Password Management",
      initiatedBy: atOffice(person),
      targets: [personTarget(person)],
    }),
  },
  {
    parts: 140,
    entry: ({ administrator, random }) => ({
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: privilegedIdentityManagement,
      targets: [
        {
          ...personTarget(administrator),
          modifiedProperties: [newValue("Role.DisplayName", random.pick(plannedRoles))],
        },
      ],
    }),
  },
  {
    parts: 20,
    entry: ({ person, administrator }) => ({
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [{ ...personTarget(person), modifiedProperties: [newValue("Role.DisplayName", "Directory Readers")] }],
    }),
  },
  {
    parts: 120,
    entry: ({ person, random }) => ({
      operation: "Consent to application",
      category: "ApplicationManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(person),
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

/** What "Consent to application" says about the application and the permissions it was given, for one person or for all. */
export function consentTarget(application: string, scopes: string, person: { readonly id: string }, forAll = false) {
  const type = forAll ? "AllPrincipals" : "Principal";
  const permissions = `[] => [[Id: ${guidOf(application, person.id)}, ClientId: ${guidOf(application)}, ConsentType: ${type}, Scope: ${scopes}]];`;
  const truth = forAll ? "True" : "False";
  return {
    id: guidOf(application),
    displayName: application,
    type: "ServicePrincipal" as const,
    modifiedProperties: [
      newValue("ConsentContext.IsAdminConsent", truth),
      newValue("ConsentContext.OnBehalfOfAll", truth),
      newValue("ConsentAction.Permissions", permissions),
    ],
  };
}
