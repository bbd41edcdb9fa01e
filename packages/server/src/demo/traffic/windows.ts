import { tenant } from "../population.js";
import { forwardedLogonRow, forwardedRow, processRow, securityLogonRow, type WindowsLogon } from "../rows/windows.js";
import type { Traffic } from "./traffic.js";

/** Windows servers of the company. */
export const windowsServers = ["DC01", "DC02", "FILE01", "FILE02", "SQL01", "PRINT01", "ADCS01", "JUMP01"].map(
  (name) => `${name}.${tenant.dnsDomain}`,
);

const serviceAccounts = ["svc-backup", "svc-sql", "svc-monitor", "svc-deploy"].map((account, index) => ({
  account,
  sid: `S-1-5-21-3018274465-1190372841-2264017733-${900 + index}`,
}));

const programs = [
  ["C:\\Windows\\System32\\svchost.exe", "svchost.exe -k netsvcs", "C:\\Windows\\System32\\services.exe"],
  ["C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE", "EXCEL.EXE", "C:\\Windows\\explorer.exe"],
  ["C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", "msedge.exe", "C:\\Windows\\explorer.exe"],
  ["C:\\Windows\\System32\\cmd.exe", "cmd.exe /c backup.cmd", "C:\\Windows\\System32\\taskeng.exe"],
].map(([path = "", commandLine = "", parent = ""]) => ({ path, commandLine, parent }));

/** Logons, failed logons and started programs, from the servers and laptops of the domain. */
export const securityEventTraffic: Traffic = {
  table: "SecurityEvent",
  share: 0.15,
  byPeople: 0.6,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const laptop = `${person.laptop.name}.${tenant.dnsDomain}`;
    const kind = random.below(100);
    if (kind < 20) return processRow({ time, computer: laptop, account: person }, random.pick(programs), random);
    const logon: WindowsLogon =
      kind < 35
        ? {
            time,
            computer: random.pick(windowsServers),
            account: random.pick(serviceAccounts),
            logonType: 5,
            address: "-",
          }
        : kind < 45
          ? { time, computer: laptop, account: person, logonType: 7, address: "127.0.0.1" }
          : {
              time,
              computer: random.pick(windowsServers),
              account: person,
              logonType: 3,
              address: person.privateAddress,
            };
    return securityLogonRow(random.chance(0.015) ? { ...logon, failed: true } : logon, random);
  },
};

/** What the laptops forward: logons, and Sysmon's view of started programs and connections. */
export const windowsEventTraffic: Traffic = {
  table: "WindowsEvent",
  share: 0.05,
  byPeople: 0.7,
  open: (world, random) => (time, hour) => {
    const person = world.someoneAtWork(hour, random);
    const computer = `${person.laptop.name}.${tenant.dnsDomain}`;
    if (random.chance(0.4)) {
      return forwardedLogonRow({ time, computer, account: person, logonType: 2, address: "127.0.0.1" }, random);
    }
    const program = random.pick(programs);
    const user = `${tenant.netbios}\\${person.account}`;
    const sysmon = {
      time,
      computer,
      channel: "Microsoft-Windows-Sysmon/Operational",
      provider: "Microsoft-Windows-Sysmon",
    };
    if (random.chance(0.5)) {
      const data = { User: user, Image: program.path, CommandLine: program.commandLine, ParentImage: program.parent };
      return forwardedRow({ ...sysmon, id: 1, data }, random);
    }
    const destination = `198.19.${random.below(64)}.${1 + random.below(254)}`;
    const data = {
      User: user,
      Image: program.path,
      Protocol: "tcp",
      SourceIp: person.privateAddress,
      DestinationIp: destination,
      DestinationPort: "443",
    };
    return forwardedRow({ ...sysmon, id: 3, data }, random);
  },
};
