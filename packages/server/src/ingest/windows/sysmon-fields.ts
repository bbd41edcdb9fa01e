/**
 * The order in which Sysmon writes the data of its events, by event id, over all of its versions; what one does not have is
 * missing. Rules that take a value by its place rely on it, and JSON does not keep it.
 */
export const sysmonFields: Readonly<Record<number, string>> = {
  1:
    "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory" +
    " User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser",
  2: "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime PreviousCreationUtcTime User",
  3:
    "RuleName UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName" +
    " DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
  4: "UtcTime State Version SchemaVersion",
  5: "RuleName UtcTime ProcessGuid ProcessId Image User",
  6: "RuleName UtcTime ImageLoaded Hashes Signed Signature SignatureStatus",
  7:
    "RuleName UtcTime ProcessGuid ProcessId Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed" +
    " Signature SignatureStatus User",
  8:
    "RuleName UtcTime SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress" +
    " StartModule StartFunction SourceUser TargetUser",
  9: "RuleName UtcTime ProcessGuid ProcessId Image Device User",
  10:
    "RuleName UtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage" +
    " GrantedAccess CallTrace SourceUser TargetUser",
  11: "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime User",
  12: "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject User",
  13: "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject Details User",
  14: "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject NewName User",
  15: "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime Hash Contents User",
  16: "UtcTime Configuration ConfigurationFileHash",
  17: "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
  18: "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
  19: "RuleName EventType UtcTime Operation User EventNamespace Name Query",
  20: "RuleName EventType UtcTime Operation User Name Type Destination",
  21: "RuleName EventType UtcTime Operation User Consumer Filter",
  22: "RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User",
  23: "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable Archived",
  24: "RuleName UtcTime ProcessGuid ProcessId Image Session ClientInfo Hashes Archived User",
  25: "RuleName UtcTime ProcessGuid ProcessId Image Type User",
  26: "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
};
