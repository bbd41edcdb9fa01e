/** An identifier as alerts spell it: `UPNSuffix` is `upnSuffix`, `AzureID` is `azureID`. */
export function identifierKey(identifier: string): string {
  return identifier.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?![a-z])|^[A-Z]/, (letters) => letters.toLowerCase());
}
