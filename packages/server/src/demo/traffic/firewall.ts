import { offices } from "../places.js";
import { tenant } from "../population.js";
import { ciscoRow } from "../rows/network.js";
import type { Traffic } from "./traffic.js";

const webPorts = [443, 443, 443, 443, 80, 8443] as const;
const scannedPorts = [22, 23, 80, 443, 445, 1433, 3389, 5900, 8080] as const;

/** Connections of the offices to the internet, and the internet's constant knocking. */
export const firewallTraffic: Traffic = {
  table: "CommonSecurityLog",
  share: 0.36,
  byPeople: 0.7,
  open: (world, random) => (time, hour) => {
    if (random.chance(0.08)) {
      // The scanners come from a range of their own, so that no colleague ever shares an address with one.
      const office = random.pick(offices);
      return ciscoRow(
        {
          time,
          firewall: `fw-${office.code.toLowerCase()}`,
          action: "denied",
          protocol: "TCP",
          source: `198.18.${random.below(256)}.${1 + random.below(254)}`,
          sourcePort: 1024 + random.below(64_000),
          destination: office.egress.address,
          destinationPort: random.pick(scannedPorts),
          inbound: true,
        },
        random,
      );
    }
    const person = world.someoneAtWork(hour, random);
    const dns = random.chance(0.2);
    const ended = random.chance(0.5);
    const flow = {
      time,
      firewall: `fw-${person.office.code.toLowerCase()}`,
      action: ended ? "Teardown" : "Built",
      protocol: dns ? "UDP" : "TCP",
      source: person.privateAddress,
      sourcePort: 49_152 + random.below(16_000),
      destination: dns ? "198.51.100.253" : `198.19.${random.below(64)}.${1 + random.below(254)}`,
      destinationPort: dns ? 53 : random.pick(webPorts),
      inbound: false,
    } as const;
    return ciscoRow(ended ? { ...flow, bytes: 200 + random.below(40_000) } : flow, random);
  },
};

/** The Linux servers, by name and private address. */
export const linuxHosts = [
  "web01",
  "web02",
  "db01",
  "db02",
  "build01",
  "chart01",
  "ais01",
  "ais02",
  "logs01",
  "sftp01",
].map((name, index) => ({ name: `${name}.${tenant.dnsDomain}`, address: `10.20.2.${10 + index}` }));
