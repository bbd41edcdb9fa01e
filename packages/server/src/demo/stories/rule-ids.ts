/** The shipped rules that the stories are about, by their ids. */
export const ruleIds = {
  firewallDeniedAddress: "df17aa72-3bde-4468-a13b-ecb9733ba43b",
  hostLogonAfterFailures: "b87f7763-1335-4837-b049-823ffe0a6095",
  portalGuessing: "b0e6a3a6-d659-4dfc-9224-0ea9d92a176b",
  passwordSpray: "9b4c807a-9966-4d35-b21e-7eb4a7bcae72",
  foreignTenantPortal: "f7adc3cb-3b28-4fe4-97f2-8e01c0bbc00a",
  riskyConsent: "42577c28-ad2f-4dbd-ae31-22958899360b",
  roleOutsidePim: "adae078a-1621-46c3-985e-cc427ecaf7ef",
  vaultReadOut: "5207c5d4-2386-4bb8-8eb6-20231af03ffb",
  mfaFatigue: "dcc01e7e-da5c-4534-83ec-5b049cb5f919",
  externalForwarding: "900be378-2b09-4e98-8247-811e3d26c718",
  sessionInTwoCountries: "d3f78328-1787-47fb-994d-a5a342446525",
  impossibleTravel: "9a781b13-7909-4aa1-b738-502ea16a8852",
  bulkDownload: "39091538-1065-4810-a835-70345726b199",
  highRiskSignIn: "7eac71ec-1212-480a-879c-319944edfd91",
  changesAfterIdentityAlert: "366a48dd-6768-4742-baba-0a33ced481ef",
} as const;
