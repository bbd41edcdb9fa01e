export function addressesOf(origin: string): Promise<Readonly<Record<string, readonly string[]>>>;
