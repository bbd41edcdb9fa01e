import { quoteText } from "../../store/quoting.js";
import { castText, dynamicFromJson } from "../casts.js";
import { unmarkedJson } from "../kept-json.js";

const guid = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

/** Why an object is no user, as SQL over its JSON in `line`; `''` for one that is. */
export const userReason =
  `multiIf(NOT match(${text("id")}, '${guid}'), 'expected the id of a user, which is a GUID',` +
  ` ${text("@odata.type")} NOT IN ('', '#microsoft.graph.user'), 'expected a user',` +
  ` ${["createdDateTime", "deletedDateTime", "externalUserStateChangeDateTime"].map(noTime).join(", ")}, '')`;

function noTime(name: string): string {
  return `${text(name)} != '' AND isNull(${time(name)}), ${quoteText(`expected a date and time in ${name}`)}`;
}

/** The columns of `IdentityInfo` for a user in `line`, as SQL; `now` is when a user that is only said to be gone has gone. */
export function graphColumns(now: string) {
  const upn = text("userPrincipalName");
  const firstOf = (...texts: readonly string[]) =>
    texts.reduceRight((rest, value) => `if(${value} != '', ${value}, ${rest})`, "''");
  const sam = text("onPremisesSamAccountName");
  return {
    AccountCloudSID: text("securityIdentifier"),
    AccountCreationTime: time("createdDateTime"),
    AccountDisplayName: text("displayName"),
    AccountDomain: firstOf(
      text("onPremisesDomainName"),
      `if(position(${upn}, '@') = 0, '', splitByChar('@', ${upn})[-1])`,
    ),
    AccountName: firstOf(sam, `splitByChar('@', ${upn})[1]`),
    AccountObjectId: text("id"),
    AccountSID: text("onPremisesSecurityIdentifier"),
    AccountUPN: upn,
    AdditionalMailAddresses: dynamicFromJson(unmarkedJson("JSONExtractRaw(line, 'otherMails')")),
    AssignedRoles: namesOf("r -> JSONExtractString(r, '@odata.type') = '#microsoft.graph.directoryRole'"),
    ChangeSource: quoteText("Microsoft Graph"),
    City: text("city"),
    CompanyName: text("companyName"),
    Country: text("country"),
    DeletedDateTime: `if(JSONHas(line, '@removed'), coalesce(${time("deletedDateTime")}, ${now}), ${time("deletedDateTime")})`,
    Department: text("department"),
    EmployeeId: text("employeeId"),
    GivenName: text("givenName"),
    GroupMembership: namesOf(
      "r -> JSONExtractString(r, '@odata.type') IN ('', '#microsoft.graph.group')",
      "arraySlice(#, 1, 500)",
    ),
    IsAccountEnabled: "JSONExtract(line, 'accountEnabled', 'Nullable(Bool)')",
    JobTitle: text("jobTitle"),
    MailAddress: text("mail"),
    Manager: firstOf(
      "JSONExtractString(line, 'manager', 'userPrincipalName')",
      "JSONExtractString(line, 'manager', 'displayName')",
      "JSONExtractString(line, 'manager', 'id')",
    ),
    OnPremisesDistinguishedName: text("onPremisesDistinguishedName"),
    OnPremisesExtensionAttributes:
      "if(JSONType(line, 'onPremisesExtensionAttributes') = 'Object', JSONExtractRaw(line, 'onPremisesExtensionAttributes'), '')",
    Phone: firstOf(text("mobilePhone"), "JSONExtractString(line, 'businessPhones', 1)"),
    SAMAccountName: sam,
    SourceSystem: quoteText("Microsoft Graph"),
    State: text("state"),
    StreetAddress: text("streetAddress"),
    Surname: text("surname"),
    UserState: text("externalUserState"),
    UserStateChangedOn: time("externalUserStateChangeDateTime"),
    UserType: text("userType"),
  };
}

/** The names of what a user is a member of and that a condition holds for, as JSON; '' where the export does not tell. */
function namesOf(condition: string, cut = "#"): string {
  const members = "JSONExtractArrayRaw(line, 'memberOf')";
  const names = `arraySort(arrayFilter(name -> name != '', arrayMap(r -> JSONExtractString(r, 'displayName'), arrayFilter(${condition}, ${members}))))`;
  return `if(JSONHas(line, 'memberOf'), toJSONString(${cut.replace("#", names)}), '')`;
}

function text(name: string): string {
  return `if(JSONType(line, ${quoteText(name)}) = 'String', JSONExtractString(line, ${quoteText(name)}), '')`;
}

function time(name: string): string {
  return `arrayMap(t -> ${castText("datetime", "t")}, [${text(name)}])[1]`;
}
