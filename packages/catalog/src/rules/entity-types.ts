/** What a kind of entity may be identified by. */
export interface EntityType {
  /** Identifiers that a mapping may name. */
  readonly identifiers: readonly string[];
  /** A mapping names at least one of these sets in full. */
  readonly required: readonly (readonly string[])[];
  /** Each of these sets tells an entity from all others; none where a mapping cannot. */
  readonly strong: readonly (readonly string[])[];
}

/** The entity types of Microsoft Sentinel. */
export const entityTypes: Readonly<Record<string, EntityType>> = {
  Account: entity(
    "Name FullName NTDomain DnsDomain UPNSuffix Sid AadTenantId AadUserId PUID IsDomainJoined DisplayName ObjectGuid CloudAppAccountId",
    "FullName | Sid | Name | AadUserId | PUID | ObjectGuid",
    "FullName | Name UPNSuffix | AadUserId | Sid | Name NTDomain | Name DnsDomain | PUID | ObjectGuid | CloudAppAccountId",
  ),
  Host: entity(
    "DnsDomain NTDomain HostName FullName NetBiosName AzureID OMSAgentID OSFamily OSVersion IsDomainJoined",
    "FullName | HostName | NetBiosName | AzureID | OMSAgentID",
    "FullName | HostName NTDomain | HostName DnsDomain | NetBiosName NTDomain | NetBiosName DnsDomain | AzureID | OMSAgentID",
  ),
  IP: entity("Address AddressScope", "Address", "Address"),
  URL: entity("Url", "Url", "Url"),
  AzureResource: entity("ResourceId", "ResourceId", "ResourceId"),
  CloudApplication: entity("AppId Name InstanceName", "AppId | Name", "AppId | Name"),
  DNS: entity("DomainName", "DomainName"),
  File: entity("Directory Name", "Name", "Directory Name"),
  FileHash: entity("Algorithm Value", "Algorithm Value", "Algorithm Value"),
  Malware: entity("Name Category", "Name", "Name Category"),
  Process: entity("ProcessId CommandLine ElevationToken CreationTimeUtc", "CommandLine | ProcessId"),
  RegistryKey: entity("Hive Key", "Hive | Key", "Hive Key"),
  RegistryValue: entity("Name Value ValueType", "Name"),
  SecurityGroup: entity(
    "DistinguishedName SID ObjectGuid",
    "DistinguishedName | SID | ObjectGuid",
    "DistinguishedName | SID | ObjectGuid",
  ),
  Mailbox: entity(
    "MailboxPrimaryAddress DisplayName Upn ExternalDirectoryObjectId RiskLevel",
    "MailboxPrimaryAddress",
    "MailboxPrimaryAddress",
  ),
  MailCluster: entity(
    "NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats Query QueryTime MailCount IsVolumeAnomaly Source ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup",
    "Query | Source",
    "Query Source",
  ),
  MailMessage: entity(
    "Recipient Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain ReceivedDate NetworkMessageId InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
    "NetworkMessageId | Recipient",
    "NetworkMessageId Recipient",
  ),
  SubmissionMail: entity(
    "NetworkMessageId Timestamp Recipient Sender SenderIp Subject ReportType SubmissionId SubmissionDate Submitter",
    "SubmissionId | NetworkMessageId | Recipient | Submitter",
    "SubmissionId NetworkMessageId Recipient Submitter",
  ),
  IoTDevice: entity(
    "DeviceId DeviceName Manufacturer Model FirmwareVersion OperatingSystem MacAddress Protocols SerialNumber Source IoTSecurityAgentId DeviceType",
    "DeviceId",
  ),
};

/** Identifiers that are numbers where they come from. */
export const numericIdentifiers: ReadonlySet<string> = new Set(["ProcessId", "AppId", "MailCount", "PUID"]);

/** The entity type of a name, whatever the case of its letters. */
export function entityTypeNamed(written: string): string | undefined {
  const lower = written.trim().toLowerCase();
  return Object.keys(entityTypes).find((name) => name.toLowerCase() === lower);
}

/** The identifier of an entity type, whatever the case of its letters. */
export function identifierNamed(entityType: string, written: string): string | undefined {
  const lower = written.trim().toLowerCase();
  return entityTypes[entityType]?.identifiers.find((name) => name.toLowerCase() === lower);
}

function entity(identifiers: string, required: string, strong = ""): EntityType {
  const sets = (text: string) => text.split(" | ").flatMap((set) => (set === "" ? [] : [set.split(" ")]));
  return { identifiers: identifiers.split(" "), required: sets(required), strong: sets(strong) };
}
