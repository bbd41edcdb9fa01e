/** Somewhere that people sign in from: an address with its network and its position on the map. */
export interface Place {
  readonly address: string;
  /** Autonomous system number; all are from the ranges kept for documentation. */
  readonly asn: number;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  /** `LocationDetails` as JSON. */
  readonly locationJson: string;
}

/** A town on the map. */
export interface Town {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** An office of the company. */
export interface Office extends Town {
  readonly code: string;
  /** Hours from UTC; the demo knows no summer time. */
  readonly utcOffset: number;
  /** Where the office's traffic leaves to the internet. */
  readonly egress: Place;
  /** The first two numbers of the office's private addresses. */
  readonly network: string;
  readonly asnOfHomes: number;
  readonly asnOfPhones: number;
  /** Share of the staff, in percent. */
  readonly share: number;
}

/** A place in a town. */
export function placeIn(town: Town, address: string, asn: number): Place {
  const { city, state, country, latitude, longitude } = town;
  const location = { city, state, countryOrRegion: country, geoCoordinates: { latitude, longitude } };
  return { address, asn, city, state, country, locationJson: JSON.stringify(location) };
}

function office(code: string, town: Town, utcOffset: number, number: number, share: number): Office {
  return {
    ...town,
    code,
    utcOffset,
    share,
    egress: placeIn(town, `198.51.100.${number + 1}`, 64500),
    network: `10.${20 + number * 10}`,
    asnOfHomes: 64501 + number,
    asnOfPhones: 65536 + number,
  };
}

const town = (city: string, state: string, country: string, latitude: number, longitude: number): Town => ({
  city,
  state,
  country,
  latitude,
  longitude,
});

/** The offices, headquarters first. */
export const offices: readonly Office[] = [
  office("BRS", town("Bristol", "England", "GB", 51.4545, -2.5879), 0, 0, 42),
  office("RTM", town("Rotterdam", "South Holland", "NL", 51.9244, 4.4777), 1, 1, 22),
  office("BGO", town("Bergen", "Vestland", "NO", 60.3913, 5.3221), 1, 2, 12),
  office("HFX", town("Halifax", "Nova Scotia", "CA", 44.6488, -63.5752), -4, 3, 12),
  office("SIN", town("Singapore", "Singapore", "SG", 1.3521, 103.8198), 8, 4, 12),
];

/** Towns where the intruders of the stories appear. */
export const towns = {
  slough: town("Slough", "England", "GB", 51.5105, -0.595),
  reading: town("Reading", "England", "GB", 51.4543, -0.9781),
  cardiff: town("Cardiff", "Wales", "GB", 51.4816, -3.1791),
  swindon: town("Swindon", "England", "GB", 51.5558, -1.7797),
  dublin: town("Dublin", "Leinster", "IE", 53.3498, -6.2603),
  recife: town("Recife", "Pernambuco", "BR", -8.0476, -34.877),
  wellington: town("Wellington", "Wellington", "NZ", -41.2865, 174.7762),
} as const;

/** Address ranges that the demo gives to a public cloud. */
export const cloudRanges = { ipv4: "203.0.113.192/26", ipv6: "2001:db8:a2e::/48" } as const;

/** An address inside the public cloud. */
export const cloudPlace = (host: number): Place => placeIn(towns.dublin, `203.0.113.${192 + (host % 62) + 1}`, 65551);

/** A rented server that an intruder works from. */
export const intruderPlace = (at: Town, host: number): Place => placeIn(at, `203.0.113.${host}`, 65540 + (host % 8));
