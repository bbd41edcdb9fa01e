import { deployer, vaultPrograms } from "../programs.js";
import { guidOf } from "../random.js";
import { newValue, personTarget } from "../rows/audit.js";
import {
  keyTarget,
  keyText,
  locationTarget,
  permissionTarget,
  policyTarget,
  roleTarget,
} from "../rows/directory-targets.js";
import { atOffice, consentTarget, type DirectoryChange } from "./directory-changes.js";

/** What administrators change about access on ordinary days; each looks like something that intruders do. */
export const accessChanges: readonly DirectoryChange[] = [
  {
    parts: 40,
    entry: ({ person, administrator }) => {
      // Engineers use device codes all day: one who also registered a device would be worth a look.
      const owner = person.job === "engineer" ? administrator : person;
      return {
        operation: "Register device",
        category: "Device",
        operationType: "Add",
        service: "Device Registration Service",
        initiatedBy: atOffice(owner),
        targets: [{ id: owner.laptop.id, displayName: owner.laptop.name, type: "Device" }, personTarget(owner)],
      };
    },
  },
  {
    parts: 40,
    entry: ({ person }) => ({
      operation: "User registered security info",
      category: "UserManagement",
      operationType: "Add",
      service: "Authentication Methods",
      initiatedBy: atOffice(person),
      targets: [personTarget(person)],
    }),
  },
  {
    parts: 30,
    entry: ({ person, administrator }) => ({
      operation: "Reset user password",
      category: "UserManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [personTarget(person)],
    }),
  },
  {
    parts: 40,
    entry: ({ administrator }) => ({
      operation: "Add member to role completed (PIM activation)",
      category: "RoleManagement",
      operationType: "Assign",
      service: "PIM",
      initiatedBy: atOffice(administrator),
      targets: [roleTarget("User Administrator"), personTarget(administrator)],
    }),
  },
  {
    parts: 10,
    entry: ({ administrator, random }) => ({
      operation: "Update conditional access policy",
      category: "Policy",
      operationType: "Update",
      service: "Conditional Access",
      initiatedBy: atOffice(administrator),
      targets: [
        random.pick([
          policyTarget(
            "Require a managed device for finance",
            { state: "enabledForReportingButNotEnforced" },
            { state: "enabled" },
          ),
          policyTarget(
            "Require MFA for guests",
            { state: "enabled" },
            { state: "enabled", controls: ["mfa", "compliantDevice"] },
          ),
        ]),
      ],
    }),
  },
  {
    parts: 5,
    entry: ({ administrator, random }) => ({
      operation: "Update named location",
      category: "Policy",
      operationType: "Update",
      service: "Conditional Access",
      initiatedBy: atOffice(administrator),
      targets: [
        random.pick([
          locationTarget(
            "Ports abroad",
            { trusted: false, ranges: ["192.0.2.0/28"] },
            { trusted: false, ranges: ["192.0.2.0/28", "192.0.2.32/28"] },
          ),
          locationTarget(
            "Offices",
            { trusted: true, ranges: ["198.51.100.0/29", "192.0.2.240/29"] },
            { trusted: true, ranges: ["198.51.100.0/29"] },
          ),
        ]),
      ],
    }),
  },
  {
    parts: 10,
    entry: ({ administrator, random }) => {
      const { name, applicationId, keyId } = random.pick(vaultPrograms);
      const before = [keyText(guidOf(name, "old key"), "last quarter")];
      return {
        operation: "Update application \u2013 Certificates and secrets management ",
        category: "ApplicationManagement",
        operationType: "Update",
        service: "Core Directory",
        initiatedBy: atOffice(administrator),
        targets: [
          keyTarget({ id: applicationId, name, type: "Application" }, before, [
            ...before,
            keyText(keyId, "this quarter"),
          ]),
        ],
      };
    },
  },
  {
    parts: 10,
    entry: ({ administrator, random }) => ({
      operation: "Add app role assignment to service principal",
      category: "ApplicationManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [permissionTarget(random.pick(["User.Read.All", "Group.Read.All", "Device.Read.All"]), deployer)],
    }),
  },
  {
    parts: 10,
    entry: ({ person, administrator }) => ({
      operation: "Consent to application",
      category: "ApplicationManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [consentTarget("Crew Roster", "User.Read openid profile", person, true)],
    }),
  },
  {
    parts: 20,
    entry: ({ person, random }) => ({
      operation: "Invite external user",
      category: "UserManagement",
      operationType: "Add",
      service: "Invited Users",
      initiatedBy: atOffice(person),
      targets: [guestTarget(`consultant${1 + random.below(5)}`)],
    }),
  },
  {
    parts: 10,
    entry: ({ administrator, random }) => ({
      operation: "Add member to role",
      category: "RoleManagement",
      operationType: "Assign",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [
        {
          ...guestTarget(`consultant${1 + random.below(5)}`),
          modifiedProperties: [newValue("Role.DisplayName", "Reports Reader")],
        },
      ],
    }),
  },
  {
    parts: 5,
    entry: ({ administrator }) => ({
      operation: "Update a partner cross-tenant access setting",
      category: "CrossTenantAccessSettings",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [
        {
          id: guidOf("cross-tenant policy"),
          displayName: "",
          type: "Policy",
          modifiedProperties: [
            newValue("tenantId", guidOf("Tidewater Advisory")),
            newValue("b2bCollaborationOutbound", '{"usersAndGroups":{"accessType":1}}'),
          ],
        },
      ],
    }),
  },
  {
    parts: 2,
    entry: ({ administrator }) => ({
      operation: "Verify domain",
      category: "DirectoryManagement",
      operationType: "Update",
      service: "Core Directory",
      initiatedBy: atOffice(administrator),
      targets: [{ id: guidOf("domain"), displayName: "crew.halcyonmarine.example", type: "Directory" }],
    }),
  },
];

/** A guest of Tidewater Advisory in the form that guests' names have in the directory. */
export const guestTarget = (name: string) => ({
  id: guidOf("guest account", name),
  displayName: `${name} (Tidewater Advisory)`,
  type: "User" as const,
  userPrincipalName: `${name}_tidewater.example#EXT#@halcyonmarine.example`,
});
