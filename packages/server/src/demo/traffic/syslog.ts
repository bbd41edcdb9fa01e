import { type SyslogLine, syslogRow } from "../rows/network.js";
import { linuxHosts } from "./firewall.js";
import type { Traffic } from "./traffic.js";

const units = ["apt-daily", "logrotate", "chrony", "backup-agent", "certbot", "sysstat-collect"] as const;
const jobs = ["/usr/local/bin/rotate-charts", "/usr/local/bin/export-ais", "/usr/lib/sysstat/sa1 1 1"] as const;

/** The Linux servers' logs: scheduled work, engineers over ssh, and failed guesses from outside. */
export const syslogTraffic: Traffic = {
  table: "Syslog",
  share: 0.09,
  byPeople: 0.2,
  open: (world, random) => {
    const engineers = world.people.filter((person) => person.job === "engineer");
    return (time) => {
      const host = random.pick(linuxHosts);
      const line = (facility: string, severity: string, process: string, message: string) => {
        const entry: SyslogLine = {
          time,
          host: host.name,
          address: host.address,
          facility,
          severity,
          process,
          message,
        };
        return syslogRow(entry, random);
      };
      const engineer = random.pick(engineers);
      const port = 1024 + random.below(64_000);
      const kind = random.below(100);
      if (kind < 35) return line("daemon", "info", "systemd", `Started ${random.pick(units)}.service.`);
      if (kind < 60) return line("cron", "info", "CRON", `(root) CMD (${random.pick(jobs)})`);
      if (kind < 68)
        return line(
          "authpriv",
          "info",
          "sudo",
          `${engineer.account} : TTY=pts/0 ; USER=root ; COMMAND=/usr/bin/systemctl`,
        );
      if (kind < 80) {
        return line(
          "auth",
          "info",
          "sshd",
          `Accepted publickey for ${engineer.account} from ${engineer.privateAddress} port ${port} ssh2`,
        );
      }
      if (kind < 86) {
        const scanner = `198.18.${random.below(256)}.${1 + random.below(254)}`;
        return line("auth", "info", "sshd", `Failed password for invalid user admin from ${scanner} port ${port} ssh2`);
      }
      return line("kern", "notice", "kernel", `nf_conntrack: table ${20 + random.below(40)} percent full`);
    };
  },
};
