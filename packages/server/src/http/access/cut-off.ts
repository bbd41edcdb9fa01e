import type { FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../../access/access.js";
import type { User } from "../handler.js";
import type { ServerOptions } from "../server.js";

/** How often a stream's user is looked at again, in milliseconds: sessions run out, and other processes end them. */
const often = 30_000;

/** Cuts a stream off when its user may not have it any more: at once where this process hears of it, else within half a minute. */
export function cutOff(
  access: Access,
  { userOf, fault }: ServerOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User | undefined,
): void {
  if (user === undefined) return;
  const look = async () => {
    const now = await userOf(request, { looked: true });
    if (now?.id === user.id && now.role === user.role && now.session === user.session) return;
    reply.raw.destroy();
  };
  const looking = () => void look().catch(fault);
  const end = access.onLessened(looking);
  const timer = setInterval(looking, often).unref();
  reply.raw.once("close", () => {
    clearInterval(timer);
    end();
  });
}
