import { applications } from "../applications.js";
import { intruderPlace, towns } from "../places.js";
import { syslogRow } from "../rows/network.js";
import { forwardedLogonRow, securityLogonRow } from "../rows/windows.js";
import { linuxHosts } from "../traffic/firewall.js";
import { windowsServers } from "../traffic/windows.js";
import { ruleIds } from "./rule-ids.js";
import { addressEntity, intrusion, minute, type StoryScript } from "./story.js";

/** Guesses fail in the cloud, and the password works on the servers. */
export const hostLogon: StoryScript = {
  id: "host-logon",
  title: "Failed cloud sign-ins, then logons to hosts",
  summary: "An address fails to sign in to the cloud nine times, then logs on to a Linux server and two Windows hosts.",
  play: (stage) => {
    const { random } = stage;
    const place = intruderPlace(towns.cardiff, 31);
    const engineer = stage.world.people[8]!;
    const facts = { application: applications.outlook, place, code: 50126, scripted: true } as const;
    const failures = Array.from({ length: 9 }, (_, index) =>
      intrusion(stage, stage.at(4, 2) + index * minute, engineer, facts),
    );
    const linux = linuxHosts[9]!;
    const [server, jumpHost] = [windowsServers[2]!, windowsServers[7]!];
    const logon = { account: engineer, address: place.address, logonType: 10 } as const;
    const sshTime = stage.at(4, 2, 31);
    const ssh = {
      time: sshTime,
      host: linux.name,
      address: linux.address,
      facility: "authpriv",
      severity: "info",
      process: "sshd",
      message: `Accepted password for ${engineer.account} from ${place.address} port 50122 ssh2`,
    };
    const jump = { ...logon, time: stage.at(4, 2, 44), computer: jumpHost };
    const file = { ...logon, time: stage.at(4, 2, 52), computer: server, logonType: 3 } as const;
    return {
      events: [
        ...failures,
        { table: "Syslog", time: ssh.time, text: syslogRow(ssh, random) },
        { table: "WindowsEvent", time: jump.time, text: forwardedLogonRow(jump, random) },
        { table: "SecurityEvent", time: file.time, text: securityLogonRow(file, random) },
      ],
      actors: [engineer.upn, place.address, linux.name, jumpHost, server],
      expected: [
        {
          ruleId: ruleIds.hostLogonAfterFailures,
          entities: [addressEntity(place), ...[linux.name, jumpHost, server].map(hostEntity)],
        },
      ],
    };
  },
};

const hostEntity = (name: string) => ({ type: "Host", hostName: name.slice(0, name.indexOf(".")) });
